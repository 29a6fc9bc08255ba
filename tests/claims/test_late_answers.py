"""No promise passes in silence: a new day, a letter and a line, once for each promise, perhaps with a gift."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from portal import programme
from portal.claims import sweeps
from portal.claims.lines import What
from portal.claims.models import Claim, ClaimEvent
from portal.claims.rules import ClaimKind, ClaimState, Verdict, half_within
from portal.claims.service import thread
from portal.claims.service.moves import PORTAL
from portal.clock import now
from portal.db import db
from portal.points.models import Entry
from portal.points.rules import EntryKind
from portal.unit_of_work import unit_of_work
from portal.web import ui
from portal.working_days import calendar_of
from tests import factories
from tests.cast import Person
from tests.claims.deciding import ask, decide, taken
from tests.site import Site

CLUB = Path(programme.__file__).parent.parent / "programmes" / "club.toml"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def giving(site: Site) -> object:
    """Let the programme give for a late answer."""
    plain = programme.current()
    terms = plain.claims.model_copy(update={"late_goodwill": 50, "late_goodwill_reason": "goodwill_delay"})
    programme.use(plain.model_copy(update={"claims": terms}))
    yield
    programme.use(plain)


def fresh(claim: Claim) -> Claim:
    db.session.expire_all()
    return db.session.get_one(Claim, claim.id)


def lines_of(claim: Claim) -> int:
    wanted = select(ClaimEvent).where(ClaimEvent.claim_id == claim.id, ClaimEvent.what == What.LATE.value)
    return len(db.session.scalars(wanted).all())


def test_member_hears_of_it_in_the_moment_and_once(site: Site, asha: Person) -> None:
    claim = factories.a_claim(asha)
    due = claim.due_at
    assert due is not None

    assert sweeps.tell_late(due - 5 * MINUTE) == 0
    assert sweeps.tell_late(due) == 1
    assert sweeps.tell_late(due + MINUTE) == 0

    told = fresh(claim)
    assert (told.due_at, told.state, lines_of(claim)) == (due, ClaimState.SUBMITTED, 1)
    assert told.new_due_at == calendar_of(programme.current()).add_working_days(due, 1)
    (letter,) = site.letters
    assert letter.subject == f"Our answer is late, claim {claim.reference}"
    assert ui.weekday_day(told.new_due_at) in letter.text
    assert db.session.scalars(select(Entry)).all() == []


def test_new_day_that_passes_is_told_too(site: Site, asha: Person) -> None:
    claim = factories.a_claim(asha)
    assert claim.due_at is not None
    sweeps.tell_late(claim.due_at)
    second = fresh(claim).new_due_at
    assert second is not None

    assert sweeps.tell_late(second) == 1

    assert lines_of(claim) == 2
    assert (fresh(claim).new_due_at or second) > second


def test_late_page_names_the_new_day(site: Site, asha: Person, casey: Person) -> None:
    claim = factories.a_claim(asha, sent=now() - timedelta(days=20))
    sweeps.tell_late(now())
    told = fresh(claim)
    assert told.new_due_at is not None

    page = site.as_(asha).open("claims.show_claim", reference=claim.reference)

    assert page.h1 == "Our answer is late"
    assert f"now by {ui.weekday_day(told.new_due_at)}" in page.text
    assert "We told you that our answer is late" in page.text
    desk = site.as_(casey).open("care.show_claim", claim_id=claim.id)
    assert f"The member was told {ui.weekday_day(told.new_due_at)}" in desk.text


def test_clock_that_stands_still_is_no_delay(site: Site, asha: Person, bruno: Person, casey: Person) -> None:
    waiting = taken(asha, casey)
    due = waiting.due_at
    assert due is not None
    ask(waiting, casey)
    put_off = factories.a_claim(bruno)
    with unit_of_work():
        db.session.get_one(Claim, put_off.id).snoozed_until = due + timedelta(days=2)

    assert sweeps.tell_late(due + timedelta(days=1)) == 0

    with unit_of_work():
        thread.write(waiting.id, "Here.", actor=PORTAL, at=due + timedelta(days=1))
    assert sweeps.tell_late(due + timedelta(days=1)) == 0
    assert sweeps.tell_late(fresh(waiting).due_at or due) >= 1
    assert lines_of(waiting) == 1


def test_decided_claims_are_left_alone(site: Site, asha: Person, casey: Person) -> None:
    claim = taken(asha, casey, sent=now() - timedelta(days=20))
    decide(claim, casey, Verdict.DECLINE)

    assert sweeps.tell_late(now()) == 0


def test_gift_is_posted_once_explained_and_no_part_of_the_tier(site: Site, asha: Person, giving: object) -> None:
    claim = factories.a_claim(asha)
    assert claim.due_at is not None
    sweeps.tell_late(claim.due_at)
    sweeps.tell_late(fresh(claim).new_due_at or claim.due_at)

    (entry,) = db.session.scalars(select(Entry))
    assert (entry.points, entry.kind, entry.counts_for_tier, entry.reason) == (
        50,
        EntryKind.GOODWILL,
        False,
        "goodwill_delay",
    )
    assert (entry.subject, entry.claim_id) == (claim.reference, None)
    first, second = (letter.text for letter in site.letters)
    assert "We added 50 points for the wait." in first
    assert entry.text in first
    assert "for the wait" not in second
    assert "longer than we promised" in site.as_(asha).open("home.show_points").text


def test_gift_needs_a_reason_that_is_one(tmp_path: Path) -> None:
    wrong = CLUB.read_text(encoding="utf-8").replace("late_goodwill = 0", "late_goodwill = 10")
    file = tmp_path / "club.toml"
    file.write_text(
        wrong.replace('"goodwill_delay"\nstatement_max', '"never_credited"\nstatement_max'), encoding="utf-8"
    )

    with pytest.raises(programme.ProgrammeError, match="reason of kind goodwill"):
        programme.load(file)


def test_half_is_told_from_enough_answers() -> None:
    hours = [timedelta(hours=number) for number in range(1, 12)]

    assert half_within(hours) == timedelta(hours=6)
    assert half_within(hours[:9]) is None


def test_page_forecasts_from_claims_of_the_same_kind(site: Site, asha: Person, bruno: Person, casey: Person) -> None:
    for number in range(10):
        claim = taken(bruno, casey, activity="order", sent=now() - timedelta(hours=9), subject=f"7041882{number}")
        decide(claim, casey, Verdict.DECLINE)
    same = factories.a_claim(asha, activity="order")
    other = factories.a_claim(asha, kind=ClaimKind.TECHNICAL, activity="order", subject="x")

    page = site.as_(asha).open("claims.show_claim", reference=same.reference)

    assert "Half of the claims like yours were answered within 9 h 00" in page.text
    assert "Half of" not in site.open("claims.show_claim", reference=other.reference).text
