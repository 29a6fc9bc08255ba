from datetime import timedelta

import pytest

from portal.accounts.models import Member
from portal.activities.rules import Outcome
from portal.claims.models import Claim
from portal.claims.rules import ClaimState
from portal.claims.service import desk
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.care.matched import a_matched_claim, bench, decide, fresh, happened

MATCH = "tr.event td"


def test_screen_puts_claim_event_rule_and_sum_side_by_side(site, asha, casey):
    claim, event = a_matched_claim(asha, amount_minor=7512, points=75, taken_by=casey)
    factories.an_entry(asha, 90, happened=now() - timedelta(days=9), text="Order of 13 Nov")

    page = bench(site, casey, claim)

    assert page.h1.endswith(", 75 asked")
    assert "I paid on Friday and the points are still not there." in page.text
    assert page.texts(MATCH)[1:] == ["Order, tied to no one £75.12", event.subject, "75", "would be"]
    assert "Order of 13 Nov" in page.text
    assert "£75.12 gives 75." in page.text
    assert page.texts("#changes td.number") == [
        "90", "165", "0", "0", "Silver", "Silver, 1,335 to Gold",
    ]  # fmt: skip
    assert (page.value("points"), page.value("verdict"), page.value("event")) == ("75", "approve", str(event.id))
    assert "Add 75 points and reply" in page.text
    assert "75 points" in page.value("reply")


def test_claim_is_held_against_the_event_part_by_part(site, session, asha, casey):
    claim, event = a_matched_claim(asha)
    session.merge(event).member_hint = "work@mail.example"
    session.commit()

    page = bench(site, casey, claim)

    table = page.all("table.sheet")[1]
    rows = [row.to_text(separator=" ", strip=True) for row in table.query("tbody tr")]
    assert [row.rpartition(" ")[2] for row in rows if "Total" not in row] == ["Yes", "Yes", "Yes", "No"]


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.INELIGIBLE, "earns no points"),
        (Outcome.CANCELLED, "cancelled"),
    ],
)
def test_event_that_brings_nothing_says_why(site, asha, casey, outcome, words):
    claim = factories.a_claim(asha)
    factories.an_event(asha, subject=claim.subject, outcome=outcome)

    assert words in bench(site, casey, claim).text


def test_event_counted_for_somebody_else_is_no_match(site, asha, bruno, casey):
    claim = factories.a_claim(asha, taken_by=casey)
    factories.an_event(bruno, subject=claim.subject, outcome=Outcome.CREDITED)

    page = bench(site, casey, claim)

    assert "counted for someone else" in page.text
    assert "Bruno" not in page.text
    assert not page.has(MATCH)
    assert page.value("verdict") == ""


def test_points_on_their_way_are_the_match_when_the_claim_is_about_them(site, asha, casey):
    promise = factories.an_expectation(asha, 45, happened=happened(), due=now() - timedelta(hours=2))
    claim = factories.a_claim(asha, subject=promise.subject, day=happened().date(), taken_by=casey)

    page = bench(site, casey, claim)

    assert page.has(MATCH)
    assert (page.value("verdict"), page.value("points")) == ("approve", "45")
    figures = page.texts("#changes td.number")
    assert figures[:4] == ["0", "45", "45", "0"]


def test_wrong_amount_computes_only_what_is_still_owed(site, asha, casey):
    claim, event = a_matched_claim(asha, amount_minor=12000, points=120, taken_by=casey)
    entry = factories.an_entry(asha, 45, subject=event.subject, happened=happened())

    page = bench(site, casey, claim)

    assert entry.subject == event.subject
    assert page.value("points") == "75"
    assert page.value("verdict") == "part"
    assert "The history holds 45 for it, so 75 are owed." in page.text


def test_rule_that_gives_less_than_asked_suggests_a_part(site, asha, casey):
    claim, _ = a_matched_claim(asha, points=100, taken_by=casey)

    assert bench(site, casey, claim).value("verdict") == "part"


def test_near_match_leaves_the_verdict_to_the_agent(site, asha, casey):
    claim = factories.a_claim(asha, taken_by=casey)
    factories.an_event(subject=claim.subject, happened=now() - timedelta(days=20), amount_minor=6000)

    page = bench(site, casey, claim)

    assert page.has(MATCH)
    assert (page.value("verdict"), page.value("points")) == ("", "60")


def test_event_under_the_members_address_can_be_chosen(site, session, asha, casey):
    claim = factories.a_claim(asha, day=happened().date(), taken_by=casey)
    event = factories.an_event(happened=happened(), amount_minor=3000)
    session.merge(event).member_hint = asha.email
    session.commit()
    page = bench(site, casey, claim)
    assert (page.value("event"), page.value("points")) == ("", "")

    chosen = page.click(f"Use it {event.subject}")

    assert (chosen.value("event"), chosen.value("points")) == (str(event.id), "30")
    assert chosen.has(MATCH)


def test_forged_event_chooses_nothing(site, asha, casey):
    claim = factories.a_claim(asha, taken_by=casey)
    other = factories.an_event()

    for forged in (str(other.id), "nonsense", "%00"):
        assert site.as_(casey).open(f"/care/claims/{claim.id}?event={forged}").value("event") == ""


def test_reply_template_is_chosen_by_the_address(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    page = bench(site, casey, claim, reply="decline")

    assert page.value("verdict") == "decline"
    assert "we could not add points for this" in page.value("reply")
    assert bench(site, casey, claim, reply="no-such-reply").value("verdict") == "approve"


def test_story_shows_words_and_notes_and_who_said_them(site, asha, casey, noor):
    claim, _ = a_matched_claim(asha, taken_by=noor)
    with unit_of_work():
        desk.note(claim.id, "Ask the shop.", version=fresh_version(claim), by=casey.user_id, at=now())
    with unit_of_work():
        desk.message(claim.id, "We are looking.", version=fresh_version(claim), by=noor.user_id, at=now())

    story = bench(site, casey, claim).texts("#history li")

    assert [line.split(" ", 3)[:3] for line in story[:2]] == [["Noor", "Haddad", "wrote"], ["You", "noted", "Among"]]
    assert "We are looking." in story[0]
    assert "Among us: Ask the shop." in story[1]


def test_looking_never_locks(site, asha, casey):
    claim, _ = a_matched_claim(asha)
    version = claim.version

    bench(site, casey, claim)

    found = fresh(claim)
    assert (found.state, found.version, found.assignee_id) == (ClaimState.SUBMITTED, version, None)


def test_colleagues_claim_shows_who_is_on_it_and_no_form(site, asha, casey, noor):
    claim, _ = a_matched_claim(asha, taken_by=noor)

    page = bench(site, casey, claim)

    assert "Noor Haddad is on it" in page.text
    assert not page.has("#decision")


def test_decided_claim_shows_its_verdict(site, session, asha, casey, noor):
    claim, _ = a_matched_claim(asha, taken_by=noor)
    decide(bench(site, noor, claim), reason="never_credited")

    shown = bench(site, casey, claim)

    assert not shown.has("#decision")
    assert [words for words in ("Approved", "+45", "Never credited", "Noor Haddad") if words not in shown.text] == []


def test_admin_sees_everything_and_can_do_nothing(site, asha, omar):
    claim, _ = a_matched_claim(asha)

    page = bench(site, omar, claim)

    assert page.has(MATCH)
    assert [form.attrs["action"] for form in page.all('form[method="post"]')] == ["/sign-out"]


@pytest.mark.parametrize("what", ["own", "draft", "unknown"])
def test_claim_that_is_not_for_this_agent_does_not_exist(site, asha, casey, what):
    claim = factories.a_claim(asha, waiting=what != "draft")
    if what == "own":
        with unit_of_work():
            db.session.get_one(Member, asha.member).user_id = casey.user_id
    wanted = asha.user_id if what == "unknown" else claim.id

    site.as_(casey).open("care.show_claim", claim_id=wanted, status=404)


def test_statements_do_not_grow_with_the_story(site, session, asha, casey):
    claim, _ = a_matched_claim(asha)
    short = len(bench(site, casey, claim).statements)
    for number in range(40):
        factories.an_entry(asha, 10 + number, happened=happened())
        factories.an_expectation(asha)
        with unit_of_work():
            desk.note(claim.id, f"Note {number}", version=fresh_version(claim), by=casey.user_id, at=now())

    assert (short, len(bench(site, casey, claim).statements)) == (8, 8)


def test_hostile_words_are_shown_as_words(site, session, asha, casey):
    hostile = '<img src=x onerror=alert(1)> hx-get="/" {{ 7 * 7 }}'
    claim, event = a_matched_claim(asha, statement=hostile)
    session.merge(event).member_hint = hostile
    session.commit()
    with unit_of_work():
        desk.note(claim.id, hostile, version=fresh_version(claim), by=casey.user_id, at=now())

    page = bench(site, casey, claim)

    assert page.text.count(hostile) == 3
    assert not page.has("img")


def fresh_version(claim: Claim) -> int:
    version: int = fresh(claim).version
    return version
