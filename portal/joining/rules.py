"""What a membership waits for, in the order in which it is asked for."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from portal.accounts.rules import MemberState, is_of_age

# Nobody has lived longer; an earlier year is a slip of the finger or a year of two digits.
EARLIEST_YEAR = 1900
FOUR_DIGITS = 1000


class Need(StrEnum):
    """One requirement of a membership."""

    EMAIL = "email"
    PROFILE = "profile"
    AGE = "age"


class BirthFault(StrEnum):
    """Why a day of birth is refused."""

    SHORT_YEAR = "short_year"
    AHEAD = "ahead"
    TOO_LONG_AGO = "too_long_ago"
    TOO_YOUNG = "too_young"


STATES = {
    Need.EMAIL: MemberState.PENDING_EMAIL,
    Need.PROFILE: MemberState.PENDING_PROFILE,
    Need.AGE: MemberState.PENDING_AGE,
}


@dataclass(frozen=True, slots=True)
class Met:
    """When each requirement was met."""

    email: datetime | None
    profile: datetime | None
    age: datetime | None


def open_needs(met: Met, *, needs_age: bool) -> tuple[Need, ...]:
    """List what is still open; the age only where the programme has it checked."""
    wanted = [(Need.EMAIL, met.email), (Need.PROFILE, met.profile)]
    if needs_age:
        wanted.append((Need.AGE, met.age))
    return tuple(need for need, at in wanted if at is None)


def state_for(met: Met, *, needs_age: bool) -> MemberState:
    """Give the state of a membership: it waits for the first open requirement, and with none it is active."""
    needs = open_needs(met, needs_age=needs_age)
    return STATES[needs[0]] if needs else MemberState.ACTIVE


def judge_birth(born: date, *, minimum_age: int, at: datetime, zone: tzinfo) -> BirthFault | None:
    """Judge a day of birth by the calendar of the club's zone; None means that they may join."""
    if born.year < FOUR_DIGITS:
        return BirthFault.SHORT_YEAR
    if born.year < EARLIEST_YEAR:
        return BirthFault.TOO_LONG_AGO
    if born > at.astimezone(zone).date():
        return BirthFault.AHEAD
    return None if is_of_age(born, minimum_age=minimum_age, at=at, zone=zone) else BirthFault.TOO_YOUNG


def held_until(due_at: datetime, *, days: int) -> datetime:
    """Give the moment until which points that have come due are held for somebody who has not finished joining."""
    return due_at + timedelta(days=days)
