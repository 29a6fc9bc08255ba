"""The claim's page: where it is, what is missing, what was said, how it ended and why."""

from datetime import timedelta

import pytest

from portal import programme
from portal.claims import queries
from portal.claims.lines import By, What
from portal.claims.models import Claim
from portal.claims.rules import ClaimState, Verdict
from portal.claims.service import arrivals, moves
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from portal.web import ui
from tests import factories
from tests.cast import Person
from tests.claims.deciding import REPLY, ask, decide, note, taken, write, yesterday
from tests.claims.drafting import today
from tests.page import Page
from tests.site import Site


def page_of(site: Site, person: Person, claim: Claim) -> Page:
    return site.as_(person).open("claims.show_claim", reference=claim.reference)


def test_waiting_claim_names_the_day(site: Site, asha: Person) -> None:
    claim = factories.a_claim(asha, points=150)

    page = page_of(site, asha, claim)

    assert claim.due_at is not None
    assert page.h1 == f"You have our answer by {ui.weekday_day(claim.due_at)}"
    assert f"Claim {claim.reference}" in page.text
    assert "150 points asked" in page.text
    assert "A person looks at it" in page.text


def test_address_in_small_letters_is_the_same_claim(site: Site, asha: Person) -> None:
    claim = factories.a_claim(asha)

    assert site.as_(asha).open("claims.show_claim", reference=claim.reference.lower()).status == 200


def test_agent_who_looks_is_named_by_first_name(site: Site, asha: Person, casey: Person) -> None:
    page = page_of(site, asha, taken(asha, casey))

    assert "Casey is looking at it" in page.text
    assert "Casey picked it up" in page.text
    assert "Walsh" not in page.text


def test_late_answer_is_owned(site: Site, asha: Person) -> None:
    claim = factories.a_claim(asha, sent=now() - timedelta(days=20))

    page = page_of(site, asha, claim)

    assert claim.due_at is not None
    assert page.h1 == "Our answer is late"
    assert f"It was due by {ui.weekday_day(claim.due_at)}" in page.text


def test_the_one_missing_thing_is_asked_in_place(site: Site, asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    label = ask(claim, casey)

    page = page_of(site, asha, claim)

    last = ui.weekday_day(today() + timedelta(days=programme.current().claims.info_days))
    assert page.h1 == "One more thing is needed"
    assert page.texts("#ask") == [label]
    assert "Is it the one from work?" in page.text
    assert f"Please reply by {last}" in page.text
    assert "Our clock is paused until you reply." in page.text
    assert page.text.count("Is it the one from work?") == 1


def test_what_is_among_staff_stays_there(site: Site, asha: Person, casey: Person) -> None:
    """Internal lines and internal words of visible lines alike never reach the member, in any state."""
    claim = taken(asha, casey)
    note(claim, casey, "she always claims")
    open_page = page_of(site, asha, claim)
    decide(claim, casey, Verdict.DECLINE, note="looks forged to me")
    closed_page = page_of(site, asha, claim)

    lines = queries.claim_page(asha.member, claim.reference).lines
    assert [line.what for line in lines] == [What.SENT, What.TAKEN, What.DECLINED]
    for page in (open_page, closed_page):
        assert "she always claims" not in page.html
        assert "looks forged to me" not in page.html


def test_granted_points_are_shown_as_a_sum(site: Site, casey: Person) -> None:
    asha = factories.a_member("Asha Rahman", points=1240)
    factories.an_expectation(asha, 200, due=now() + timedelta(days=1))
    claim = taken(asha, casey, points=150, sent=yesterday())
    decide(claim, casey, Verdict.APPROVE, points=150)

    page = page_of(site, asha, claim)

    assert page.h1 == "150 points added"
    assert page.texts(".facts--sum dd") == ["1,240", "+150", "1,390"]
    assert "Gold is 110 points away. The 200 on their way take you past it" in page.text
    assert "Why 150" in page.text
    assert "We looked at your order. Here is what we found." in page.text
    assert "answered in 1 day" in page.text
    assert page.click("See the line").status == 200
    assert not page.has("textarea")


def test_part_tells_of_how_many(site: Site, asha: Person, casey: Person) -> None:
    claim = taken(asha, casey, points=150)
    decide(claim, casey, Verdict.PART, points=90)

    assert page_of(site, asha, claim).h1 == "90 of 150 points added"


def test_decline_has_its_rule_and_its_door(site: Site, asha: Person, casey: Person) -> None:
    claim = taken(asha, casey, points=60)
    decide(claim, casey, Verdict.DECLINE)
    reason = programme.current().reasons_for("decline")[0]

    page = page_of(site, asha, claim)

    assert page.h1 == "We could not add these points"
    assert REPLY.split("\n", 1)[0] in page.text
    assert reason.rule_text in page.text
    for thing in reason.would_change:
        assert thing in page.text
    assert page.click("Send a new claim").h1 == "What is missing?"
    assert "Code " + reason.key in page.text
    assert "Someone else will look at it afresh. Appeal once, by" in page.text


def test_points_that_came_by_themselves(site: Site, asha: Person) -> None:
    waiting = factories.an_expectation(asha, 120, activity="order", due=now() + timedelta(hours=4))
    page = site.as_(asha).open("claims.new_claim").submit(kind="missing", which=f"expectation-{waiting.id}")
    page = page.submit(form="#step")
    claim = db.session.query(Claim).one()
    waiting.satisfied_by_id = factories.an_entry(asha, 120, activity="order", subject=waiting.subject).id
    db.session.commit()
    with unit_of_work():
        assert arrivals.resolve(claim.id, at=now()) == 120

    page = page.site.open(page.path)

    assert page.h1 == "Your points arrived"
    assert page.texts(".facts--sum dd") == ["0", "+120", "120"]


@pytest.mark.parametrize("lines", [1, 20, 200])
def test_any_timeline_takes_as_many_statements_with_one_more_for_the_forecast(
    site: Site, asha: Person, lines: int
) -> None:
    claim = factories.a_claim(asha)
    with unit_of_work():
        locked = moves.locked(claim.id)
        for number in range(lines):
            actor = moves.Actor(By.MEMBER, asha.user_id, asha.name)
            moves.add_line(locked, What.MESSAGE, actor=actor, at=now(), member_text=f"Message {number}")

    page = page_of(site, asha, claim)

    assert f"Message {lines - 1}" in page.text
    assert len(page.statements) == 4


def test_closed_claim_takes_three_statements(site: Site, asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    decide(claim, casey, Verdict.APPROVE, points=45)

    assert len(page_of(site, asha, claim).statements) == 3


@pytest.mark.parametrize("stranger", ["bruno", "casey", "lena", "omar"])
def test_nobody_else_reads_it(site: Site, asha: Person, request: pytest.FixtureRequest, stranger: str) -> None:
    claim = factories.a_claim(asha, statement="Only for Casey and me")

    who = request.getfixturevalue(stranger)
    page = site.as_(who).open("claims.show_claim", reference=claim.reference, status=404)

    assert "Only for Casey and me" not in page.html
    assert "Only for Casey and me" in page_of(site, asha, claim).text


@pytest.mark.parametrize("reference", ["C-00000000", "new-claim", "%00", "C-" + "X" * 3000, "'; DROP TABLE claim; --"])
def test_unknown_reference(site: Site, asha: Person, reference: str) -> None:
    assert site.as_(asha).open(f"/claims/{reference}", status=404).status == 404


def test_markup_of_an_agent_is_text(site: Site, asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    write(claim, casey, '<img src=x onerror=alert(1)><a hx-get="/claims">x</a>')

    page = page_of(site, asha, claim)

    assert "<img src=x onerror=alert(1)>" in page.text
    assert not page.has("main a[hx-get]")


@pytest.mark.parametrize("state", [state for state in ClaimState if state is not ClaimState.DRAFT])
def test_every_state_has_a_page(site: Site, asha: Person, state: ClaimState) -> None:
    """Also when rows say less than they could: a claim never has a page that fails."""
    claim = factories.a_claim(asha)
    claim.state = state
    db.session.commit()

    page = page_of(site, asha, claim)

    assert page.h1
    assert site.as_(asha).open("claims.show_claims").status == 200
