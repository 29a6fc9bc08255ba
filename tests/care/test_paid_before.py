"""What was paid for a thing counts at the next claim about it, however its reference is spelt and however old it is."""

from datetime import timedelta

from portal import programme
from portal.activities.rules import Outcome
from portal.claims.models import Claim
from portal.claims.rules import ClaimKind, Verdict
from portal.claims.service.verdicts import Decision, decide
from portal.clock import now
from portal.db import db
from portal.points.models import Entry
from portal.tiers import service as tiers
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.care.matched import bench, happened
from tests.cast import Person

DEVICE = "device"
MANY = 60


def fixed_points() -> int:
    rule = programme.current().rule_on(DEVICE, happened().date())
    assert rule is not None
    assert rule.fixed
    return rule.fixed


def a_paid_claim(by: Person, agent: Person, subject: str) -> Claim:
    claim = factories.a_claim(by, subject=subject, activity=DEVICE, day=happened().date(), taken_by=agent)
    with unit_of_work():
        paid = Decision(Verdict.APPROVE, claim.version, points=fixed_points())
        decide(claim.id, paid, by=agent.user_id, at=now())
    return claim


def owed(site, agent: Person, claim: Claim) -> str:
    return bench(site, agent, claim).value("points")


def test_second_claim_in_another_spelling_owes_nothing(site, asha, casey):
    first = a_paid_claim(asha, casey, "K7Q2 M4XD 93TA")
    again = factories.a_claim(
        asha, subject="k7q2-m4xd-93ta", activity=DEVICE, day=first.activity_day, points=None, taken_by=casey
    )

    assert owed(site, casey, again) == "0"


def test_second_claim_about_another_day_owes_nothing(site, asha, casey):
    first = a_paid_claim(asha, casey, "K7Q2 M4XD 93TA")
    assert first.activity_day
    other_day = first.activity_day - timedelta(days=90)
    again = factories.a_claim(
        asha, subject="k7q2-m4xd-93ta", activity=DEVICE, day=other_day, points=None, taken_by=casey
    )

    assert owed(site, casey, again) == "0"


def test_many_other_lines_do_not_hide_what_was_paid(site, asha, casey):
    first = a_paid_claim(asha, casey, "K7Q2 M4XD 93TA")
    for _ in range(MANY):
        factories.an_entry(asha, 1, happened=now() - timedelta(hours=1))
    again = factories.a_claim(
        asha, subject=first.subject, activity=DEVICE, day=first.activity_day, points=None, taken_by=casey
    )

    assert owed(site, casey, again) == "0"


def test_line_without_a_reference_is_known_by_itself(site, asha, casey):
    line = factories.an_entry(asha, fixed_points(), activity=DEVICE, happened=happened())
    claim = factories.a_claim(
        asha,
        kind=ClaimKind.WRONG_AMOUNT,
        subject=line.id.hex.upper(),
        activity=DEVICE,
        day=happened().date(),
        points=None,
        taken_by=casey,
    )

    assert owed(site, casey, claim) == "0"


def test_what_was_taken_back_is_owed_again(site, asha, casey):
    a_paid_claim(asha, casey, "K7Q2 M4XD 93TA")
    paid = db.session.query(Entry).filter_by(member_id=asha.member).one()
    with unit_of_work():
        tiers.reverse(asha.member, paid.id, text="Taken back", key="taken-back", by=None, at=now())
    again = factories.a_claim(
        asha, subject="k7q2-m4xd-93ta", activity=DEVICE, day=happened().date(), points=None, taken_by=casey
    )

    assert owed(site, casey, again) == str(fixed_points())


def test_event_credited_under_its_own_spelling_owes_nothing(site, asha, casey):
    event = factories.an_event(
        asha, subject="K7Q2 M4XD 93TA", activity=DEVICE, happened=happened(), outcome=Outcome.CREDITED
    )
    factories.an_entry(asha, fixed_points(), activity=DEVICE, subject=event.subject, happened=happened())
    claim = factories.a_claim(
        asha, subject="k7q2m4xd93ta", activity=DEVICE, day=happened().date(), points=None, taken_by=casey
    )

    assert owed(site, casey, claim) == "0"


def test_agent_is_told_that_another_member_was_paid_for_the_same_thing(site, asha, bruno, casey):
    a_paid_claim(asha, casey, "K7Q2 M4XD 93TA")
    same = factories.a_claim(bruno, subject="k7q2-m4xd-93ta", activity=DEVICE, day=happened().date(), taken_by=casey)
    other = factories.a_claim(bruno, subject="Z7Q2 M4XD 93TA", activity=DEVICE, day=happened().date(), taken_by=casey)
    warning = "Another member was given points for this reference"

    assert warning in bench(site, casey, same).text
    assert warning not in bench(site, casey, other).text
