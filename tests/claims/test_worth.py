"""What the desk is told a claim is worth: what does not count is left out, and a member's limit holds."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session, scoped_session

from portal import programme
from portal.activities.rules import Item
from portal.claims.rules import ClaimKind
from portal.claims.service.findings import About, local_day
from portal.claims.service.traces import traces_of
from portal.claims.service.worth import worth_of
from portal.clock import now
from tests.activities.capping import use_rule
from tests.activities.messages import message, record
from tests.cast import Person


@pytest.fixture(autouse=True)
def _capped(session: scoped_session[Session]) -> Iterator[None]:
    club = use_rule()
    yield
    programme.use(club)


def about(member: Person) -> About:
    return About(member.member, "order", "7041 8822", "70418822", local_day(now()), "", now())


def worth(told: About) -> int | None:
    return worth_of(told, ClaimKind.MISSING, traces_of(told)).points


def order(member: Person, pounds: int, **changes: object) -> None:
    record(message(member.number, amount_minor=pounds * 100, occurred_at=now(), **changes))


def test_parts_that_do_not_count_are_left_out(asha: Person):
    order(asha, 60, subject="7041 8822", items=(Item("delivery", 500), Item("book", 5500)))

    assert worth(about(asha)) == 55


def test_limit_holds_for_a_claim_too(asha: Person):
    order(asha, 70)
    order(asha, 40, subject="7041 8822")

    assert worth(about(asha)) == 30


def test_what_is_promised_for_the_thing_itself_takes_no_room_from_it(asha: Person):
    order(asha, 90, subject="7041 8822")

    assert worth(about(asha)) == 90
