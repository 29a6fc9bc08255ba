"""What a membership waits for, and who is old enough to have one."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.accounts.rules import MemberState
from portal.joining.rules import BirthFault, Met, Need, held_until, judge_birth, open_needs, state_for

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("met", "needs_age", "state"),
    [
        (Met(None, None, None), True, MemberState.PENDING_EMAIL),
        (Met(None, AT, AT), True, MemberState.PENDING_EMAIL),
        (Met(AT, None, AT), True, MemberState.PENDING_PROFILE),
        (Met(AT, AT, None), True, MemberState.PENDING_AGE),
        (Met(AT, AT, None), False, MemberState.ACTIVE),
        (Met(AT, AT, AT), True, MemberState.ACTIVE),
    ],
)
def test_membership_waits_for_the_first_open_requirement(met, needs_age, state):
    assert state_for(met, needs_age=needs_age) is state


def test_every_open_requirement_is_named():
    assert open_needs(Met(None, AT, None), needs_age=True) == (Need.EMAIL, Need.AGE)
    assert open_needs(Met(None, AT, None), needs_age=False) == (Need.EMAIL,)


@pytest.mark.parametrize(
    ("born", "at", "fault"),
    [
        (date(2008, 11, 22), AT, None),
        (date(2008, 11, 23), AT, BirthFault.TOO_YOUNG),
        # Midnight of the birthday in London has come an hour before that of Greenwich.
        (date(2008, 7, 1), datetime(2026, 6, 30, 23, 30, tzinfo=UTC), None),
        (date(2008, 7, 1), datetime(2026, 6, 30, 22, 30, tzinfo=UTC), BirthFault.TOO_YOUNG),
        # Born on a leap day, they are eighteen on the first of March of a common year.
        (date(2008, 2, 29), datetime(2026, 2, 28, 23, 59, tzinfo=UTC), BirthFault.TOO_YOUNG),
        (date(2008, 2, 29), datetime(2026, 3, 1, 0, 0, tzinfo=UTC), None),
        (date(85, 4, 12), AT, BirthFault.SHORT_YEAR),
        (date(1899, 12, 31), AT, BirthFault.TOO_LONG_AGO),
        (date(1900, 1, 1), AT, None),
        (date(2026, 11, 22), AT, BirthFault.TOO_YOUNG),
        (date(2026, 11, 23), AT, BirthFault.AHEAD),
        (date(2026, 7, 1), datetime(2026, 6, 30, 23, 30, tzinfo=UTC), BirthFault.TOO_YOUNG),
    ],
)
def test_day_of_birth_is_judged_in_the_zone_of_the_club(born, at, fault):
    assert judge_birth(born, minimum_age=18, at=at, zone=LONDON) is fault


def test_points_are_held_so_many_days_from_when_they_are_due():
    assert held_until(AT, days=30) == AT + timedelta(days=30)
