"""What the clock and the ledger do to claims."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from portal import programme
from portal.activities.models import Expectation
from portal.activities.rules import Outcome
from portal.claims import sweeps
from portal.claims.lines import What
from portal.claims.models import Claim, ClaimEvent, InfoRequest
from portal.claims.rules import ClaimKind, ClaimState
from portal.claims.service import arrivals
from portal.clock import now
from portal.db import db
from portal.storage.store import new_key
from portal.unit_of_work import unit_of_work
from portal.web import ui
from portal.working_days import calendar_of
from tests import factories
from tests.cast import Person
from tests.claims.deciding import ask, taken
from tests.claims.drafting import ORDER, at_pictures, begin, the_claim
from tests.claims.uploading import pictures_of, small, store_of, upload
from tests.site import Site


def parked(site: Site, member: Person, *, points: int = 120) -> tuple[Claim, Expectation]:
    """Park a claim for an order whose points are due in some hours."""
    waiting = factories.an_expectation(member, points, activity="order", due=now() + timedelta(hours=5))
    site.as_(member).open("claims.new_claim").submit(kind="missing", which=f"expectation-{waiting.id}").submit(
        form="#step"
    )
    return db.session.scalars(select(Claim).order_by(Claim.created_at.desc())).first(), waiting  # type: ignore[return-value]


def arrive(member: Person, waiting: Expectation, points: int) -> None:
    """Post the points as the shop's own message does."""
    line = factories.an_entry(member, points, activity=waiting.activity, subject=waiting.subject)
    waiting.satisfied_by_id = line.id
    db.session.commit()


def last_line(claim: Claim) -> ClaimEvent:
    db.session.expire_all()
    wanted = select(ClaimEvent).where(ClaimEvent.claim_id == claim.id).order_by(ClaimEvent.sequence.desc())
    return db.session.scalars(wanted.limit(1)).one()


def subjects(site: Site) -> list[str]:
    return [letter.subject for letter in site.letters]


def test_parked_claim_closes_by_itself_when_the_points_come(site: Site, asha: Person) -> None:
    claim, waiting = parked(site, asha)
    arrive(asha, waiting, 120)

    done = [sweeps.close_arrived(now()), sweeps.close_arrived(now())]

    assert done == [1, 0]
    assert (claim.state, last_line(claim).what) == (ClaimState.RESOLVED, What.RESOLVED)
    assert subjects(site)[1:] == [f"Your points arrived, claim {claim.reference}"]
    assert "The 120 points of your claim" in site.letters[1].text


def test_parked_claim_becomes_a_real_one_at_its_day(site: Site, asha: Person) -> None:
    claim, waiting = parked(site, asha)
    assert sweeps.open_parked(now()) == 0

    done = sweeps.open_parked(waiting.due_at)

    db.session.expire_all()
    assert done == 1
    assert (claim.state, claim.parked_until, claim.submitted_at) == (ClaimState.SUBMITTED, None, waiting.due_at)
    assert claim.due_at == calendar_of(programme.current()).add_working_days(waiting.due_at, 3)
    assert len(site.letters) == 2
    assert f"an answer by {ui.weekday_day(claim.due_at)}" in site.letters[1].text
    assert sweeps.open_parked(waiting.due_at) == 0


def test_late_sweep_keeps_the_first_promise(site: Site, asha: Person) -> None:
    claim, waiting = parked(site, asha)

    sweeps.open_parked(waiting.due_at + timedelta(days=9))

    db.session.expire_all()
    assert claim.due_at == calendar_of(programme.current()).add_working_days(waiting.due_at, 3)


def test_points_that_came_at_the_last_moment_win(site: Site, asha: Person) -> None:
    claim, waiting = parked(site, asha)
    arrive(asha, waiting, 120)

    assert sweeps.open_parked(waiting.due_at) == 0
    assert sweeps.close_arrived(waiting.due_at) == 1
    assert last_line(claim).state_after is ClaimState.RESOLVED


def test_fewer_points_than_asked_leave_the_claim_to_a_person(site: Site, asha: Person) -> None:
    claim, waiting = parked(site, asha)
    arrive(asha, waiting, 119)

    assert sweeps.close_arrived(now()) == 0
    assert sweeps.open_parked(waiting.due_at) == 1
    assert last_line(claim).state_after is ClaimState.SUBMITTED


def test_order_nobody_had_told_us_of_closes_its_claim_when_it_comes(site: Site, asha: Person, bruno: Person) -> None:
    """The shop's message names the same number: in another spelling, and of this member only."""
    page = begin(site, asha).submit(form="#step").submit("Continue without evidence")
    page.submit("Send the claim")
    credit(bruno, "7041 8822")
    assert sweeps.close_arrived(now()) == 0

    credit(asha, "7041 8822")

    assert sweeps.close_arrived(now()) == 1
    assert the_claim().state is ClaimState.RESOLVED
    assert the_claim().matched_event_id is not None
    page = site.as_(asha).open("claims.show_claim", reference=the_claim().reference)
    assert page.texts(".facts--sum dd") == ["0", "+45", "45"]


@pytest.mark.parametrize("state", [ClaimState.SUBMITTED, ClaimState.IN_REVIEW, ClaimState.NEEDS_INFO])
def test_open_claims_close_in_any_state_when_the_points_come(asha: Person, casey: Person, state: ClaimState) -> None:
    claim = factories.a_claim(
        asha, activity="order", subject=ORDER, taken_by=None if state is ClaimState.SUBMITTED else casey
    )
    if state is ClaimState.NEEDS_INFO:
        ask(claim, casey)
    credit(asha, ORDER)

    assert sweeps.close_arrived(now()) == 1
    assert last_line(claim).state_after is ClaimState.RESOLVED
    assert (claim.leased_until, claim.decided_at is None) == (None, False)


@pytest.mark.parametrize("kind", [ClaimKind.WRONG_AMOUNT, ClaimKind.UNEXPECTED_REVERSAL])
def test_only_missing_points_can_arrive(asha: Person, kind: ClaimKind) -> None:
    factories.a_claim(asha, activity="order", subject=ORDER, kind=kind)
    credit(asha, ORDER)

    assert sweeps.close_arrived(now()) == 0


def test_points_from_before_the_claim_do_not_close_it(asha: Person) -> None:
    credit(asha, ORDER, recorded=now() - timedelta(days=2))
    factories.a_claim(asha, activity="order", subject=ORDER)

    assert sweeps.close_arrived(now()) == 0


def test_question_is_waited_for_to_its_last_moment(asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    ask(claim, casey)
    last_moment = db.session.scalars(select(InfoRequest.answer_by)).one()

    with unit_of_work():
        done = [
            arrivals.expire(claim.id, at=last_moment - timedelta(seconds=1)),
            arrivals.expire(claim.id, at=last_moment),
            arrivals.expire(claim.id, at=last_moment),
        ]

    assert done == [False, True, False]


def test_draft_that_was_touched_meanwhile_stays(asha: Person) -> None:
    claim = factories.a_claim(asha, waiting=False)

    with unit_of_work():
        assert arrivals.lapse(claim.id, at=now()) is None

    assert db.session.scalars(select(Claim)).all() == [claim]


def test_question_without_an_answer_ends_the_claim_with_a_letter(site: Site, asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    ask(claim, casey)
    last_moment = db.session.scalars(select(InfoRequest.answer_by)).one()

    done = [sweeps.expire_unanswered(last_moment - timedelta(seconds=1)), sweeps.expire_unanswered(last_moment)]

    assert done == [0, 1]
    assert last_line(claim).state_after is ClaimState.EXPIRED
    assert subjects(site) == [f"Closed without your answer, claim {claim.reference}"]


def test_lease_that_ran_out_gives_the_claim_back_in_its_place(asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    due, submitted = claim.due_at, claim.submitted_at
    end = claim.leased_until
    assert end is not None

    done = [sweeps.end_leases(end - timedelta(seconds=1)), sweeps.end_leases(end), sweeps.end_leases(end)]

    assert done == [0, 1, 0]
    assert (last_line(claim).what, last_line(claim).visibility) == (What.LEASE_OVER, "internal")
    assert (claim.state, claim.due_at, claim.submitted_at) == (ClaimState.SUBMITTED, due, submitted)


def test_draft_nobody_came_back_to_lapses_with_a_letter(site: Site, asha: Person) -> None:
    at_pictures(site, asha)
    upload(site, asha, small())
    files = [key for picture in pictures_of() for key in (picture.storage_key, picture.thumb_key)]
    touched = the_claim().changed_at

    done = [sweeps.lapse_drafts(touched + timedelta(days=29)), sweeps.lapse_drafts(touched + timedelta(days=30))]

    db.session.expire_all()
    assert done == [0, 1]
    assert db.session.scalars(select(Claim)).all() == []
    assert [store_of(site).exists(key) for key in files] == [False, False]
    assert subjects(site) == ["Your unsent claim was removed"]


def test_sent_claims_never_lapse(asha: Person) -> None:
    factories.a_claim(asha)

    assert sweeps.lapse_drafts(now() + timedelta(days=365)) == 0


def test_pictures_go_when_their_time_is_over_and_their_fingerprints_stay(site: Site, asha: Person) -> None:
    page = begin(site, asha).submit(form="#step")
    upload(site, asha, small())
    page = page.site.open(page.path).submit("Continue").submit("Send the claim")
    site.as_(asha).open("claims.confirm_withdrawal", reference=the_claim().reference).submit("Withdraw it")
    (picture,) = pictures_of()
    end, sha256, key = picture.retention_until, picture.sha256, picture.storage_key
    assert end == the_claim().decided_at + timedelta(days=90)  # type: ignore[operator]

    done = [
        sweeps.forget_pictures(end - timedelta(seconds=1)),
        sweeps.forget_pictures(end),
        sweeps.forget_pictures(end),
    ]

    (picture,) = pictures_of()
    assert done == [0, 1, 0]
    assert (picture.removed_at, picture.sha256) == (end, sha256)
    assert not store_of(site).exists(key)
    assert "shot.png (deleted)" in page.site.open("claims.show_claim", reference=the_claim().reference).text


def test_files_without_a_row_are_swept_when_their_day_is_over(site: Site, asha: Person) -> None:
    at_pictures(site, asha)
    upload(site, asha, small())
    (picture,) = pictures_of()
    today, long_ago = f"evidence/{now():%Y-%m-%d}", "evidence/2026-01-05"
    orphans = [new_key(today), new_key(long_ago)]
    for key in orphans:
        store_of(site).put(key, b"left behind")

    sweeps.delete_orphans(now())
    assert [store_of(site).exists(key) for key in orphans] == [True, False]

    sweeps.delete_orphans(now() + timedelta(days=3))
    assert [store_of(site).exists(key) for key in orphans] == [False, False]
    assert store_of(site).exists(picture.storage_key)
    assert store_of(site).exists(picture.thumb_key)


def credit(member: Person, subject: str, *, points: int = 45, recorded: datetime | None = None) -> None:
    """Tell the shop's message of an order and post its points."""
    event = factories.an_event(member, activity="order", subject=subject, outcome=Outcome.CREDITED)
    factories.an_entry(member, points, activity="order", subject=subject, recorded=recorded, event=event)
