"""Claims about what went back, as a whole or in part: the desk is shown it, and the figure leaves it out."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest
from flask import Flask

from portal import programme
from portal.activities import sweeps
from portal.claims.models import Claim
from portal.claims.rules import ClaimKind, Verdict
from portal.claims.service.verdicts import Decision, decide
from portal.clock import now
from portal.doctor import examine
from portal.errors import Refused
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.activities.capping import use_rule
from tests.activities.messages import entries, message, record
from tests.activities.takings import cancelled, post, sent_back, stands
from tests.care.matched import bench, happened
from tests.care.matched import decide as press
from tests.care.test_races import at_once
from tests.cast import Person

ORDER = "7041 8822"


def order(member: Person | None, **changes: object):
    hint = member.number if member else "somebody@else.example"
    return message(hint, subject=ORDER, occurred_at=happened(), amount_minor=9000, **changes)


def a_claim(member: Person, agent: Person, **changes: object) -> Claim:
    plain = {"subject": ORDER, "day": happened().date(), "points": None, "taken_by": agent}
    return factories.a_claim(member, **(plain | changes))  # type: ignore[arg-type]


def give(claim_id: UUID, decision: Decision, by: UUID) -> None:
    with unit_of_work():
        decide(claim_id, decision, by=by, at=now())


def test_part_that_went_back_of_points_on_their_way_is_not_offered(site, asha, casey):
    told = order(asha)
    for one in (told, sent_back(told, 3000)):
        record(one)
    claim = a_claim(asha, casey)

    page = bench(site, casey, claim)

    assert page.value("points") == "60"
    assert "Order, sent back −£30.00" in page.text
    assert "£90.00 gives 90, £30.00 of £90.00 went back = 60." in page.text
    assert "The points above leave that out." in page.text
    press(page)
    assert stands(asha)[::2] == (60, [60])
    record(sent_back(told))
    assert stands(asha)[::2] == (0, [60, -60])


def test_return_nobody_was_named_in_is_taken_once(site, asha, casey):
    told = order(None)
    for one in (told, sent_back(told, 3000)):
        record(one)
    page = bench(site, casey, a_claim(asha, casey))

    assert page.value("points") == "60"
    press(page)
    record(sent_back(told, 3000, member_hint=asha.number))

    assert stands(asha)[2] == [60, -30]
    assert all(finding.is_fine for finding in examine(at=now()))


def test_what_an_agent_gives_instead_is_what_the_member_has(asha, casey):
    told = order(None)
    event = record(told)
    record(sent_back(told, 3000))
    reason = programme.current().reasons_for(Verdict.PART.value)[0].key
    claim = a_claim(asha, casey)
    part = Decision(Verdict.PART, claim.version, points=20, reason=reason, event_id=event.event_id, owed=60)
    give(claim.id, part, casey.user_id)

    assert stands(asha)[2] == [20]


@pytest.mark.parametrize("undo", [sent_back, cancelled])
def test_nothing_is_owed_for_what_went_back_altogether(site, asha, casey, undo):
    told = order(asha)
    post(told, undo(told))

    page = bench(site, casey, a_claim(asha, casey))

    assert (page.value("points"), page.value("verdict")) == ("0", "")
    assert stands(asha)[2] == [90, -90]


def test_part_that_was_taken_back_is_owed_only_where_the_claim_is_about_that(site, asha, bruno, casey):
    for member in (asha, bruno):
        told = order(member)
        post(told, sent_back(told, 3000))

    missing = bench(site, casey, a_claim(asha, casey))
    disputed = bench(site, casey, a_claim(bruno, casey, kind=ClaimKind.UNEXPECTED_REVERSAL))

    assert (missing.value("points"), disputed.value("points")) == ("0", "30")
    assert "The points above are those of all of it." in disputed.text


def test_verdict_on_a_page_from_before_the_return_is_looked_at_again(site, asha, casey):
    told = order(asha)
    record(told)
    page = bench(site, casey, a_claim(asha, casey))
    record(sent_back(told, 3000))

    reason = programme.current().reasons_for(Verdict.APPROVE.value)[0].key
    again = press(page, reason=reason, status=422)

    assert "Something has changed meanwhile" in again.text
    assert again.value("owed") == "60"
    assert stands(asha)[::3] == (0, [60])


@pytest.mark.parametrize("is_shop", [True, False])
def test_claims_and_orders_of_one_moment_share_what_the_month_has_left(free_app: Flask, *, is_shop: bool):
    club = use_rule()
    try:
        mira, agents = factories.a_member("Mira Novak"), [factories.an_agent(f"A{number}") for number in range(4)]
        events = [record(message("", subject=str(number), occurred_at=now(), amount_minor=6000)) for number in range(4)]
        day = now().astimezone(club.club.zone).date()
        claims = [a_claim(mira, agent, subject=str(number), day=day) for number, agent in enumerate(agents)]
        reason = next(one.key for one in club.reasons_for(Verdict.APPROVE.value) if one.kind == "correction")
        verdicts = [
            Decision(Verdict.APPROVE, claim.version, 60, reason, event_id=event.event_id, owed=60)
            for claim, event in zip(claims, events, strict=True)
        ]
        acts: list[Callable[[], object]] = [
            partial(give, claim.id, verdict, agent.user_id)
            for claim, verdict, agent in zip(claims, verdicts, agents, strict=True)
        ]
        if is_shop:
            acts[1:] = [partial(record, message(mira.number, occurred_at=now(), amount_minor=6000)) for _ in range(3)]
        answers = at_once(free_app, acts)
        sweeps.post_due(now().replace(year=now().year + 1))
    finally:
        programme.use(club)

    assert sum(entry.points for entry in entries(mira)) <= 100
    if not is_shop:
        assert [answer.code for answer in answers if isinstance(answer, Refused)] == ["owed"] * 3
        assert len(entries(mira)) == 1
