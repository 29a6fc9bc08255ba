"""When an answer is promised, and how long a question may wait."""

from datetime import datetime, timedelta

from portal import programme
from portal.working_days import calendar_of


def answer_due(at: datetime) -> datetime:
    """Give the moment by which a claim that starts now has its verdict."""
    club = programme.current()
    return calendar_of(club).add_working_days(at, club.claims.verdict_working_days)


def first_touch_due(at: datetime) -> datetime:
    """Give the moment by which somebody has looked at a claim that starts now."""
    club = programme.current()
    return calendar_of(club).add_working_days(at, club.claims.first_touch_working_days)


def due_after_pause(due_at: datetime, *, asked_at: datetime, answered_at: datetime) -> datetime:
    """Move a promise by the working days we waited for the member; nothing else pauses the clock."""
    calendar = calendar_of(programme.current())
    waited = calendar.working_days_between(asked_at, answered_at)
    return calendar.add_working_days(due_at, waited) if waited else due_at


def answer_by(at: datetime) -> datetime:
    """Give the moment until which a question asked now can be answered: the end of that day."""
    club = programme.current()
    calendar = calendar_of(club)
    return calendar.end_of(calendar.local_day(at) + timedelta(days=club.claims.info_days))
