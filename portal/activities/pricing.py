"""Pricing an activity by the programme's rule of its day, and naming it for the ledger."""

from datetime import UTC, date, datetime, time

from babel.dates import format_skeleton

from portal import programme
from portal.activities.rules import Priced, period_of, price
from portal.programme import EarnRule


def rule_at(activity: str, happened_at: datetime) -> EarnRule | None:
    """Find the rule in force at a moment, by the day of the programme's zone."""
    return programme.current().rule_on(activity, day_of(happened_at))


def priced(activity: str, happened_at: datetime, *, amount_minor: int | None = None) -> Priced | None:
    """Price an activity; None when no rule was in force on its day."""
    rule = rule_at(activity, happened_at)
    return price(rule, amount_minor=amount_minor, day=day_of(happened_at)) if rule else None


def cap_span(rule: EarnRule, day: date) -> tuple[datetime, datetime]:
    """Give the moments between which a member's points by a rule count towards the cap that holds on a day."""
    zone = programme.current().club.zone
    first, behind = (datetime.combine(end, time(), tzinfo=zone) for end in period_of(rule.member_cap_period, day))
    return first.astimezone(UTC), behind.astimezone(UTC)


def title_of(activity: str, happened_at: datetime) -> str:
    """Name an activity for its line in the ledger, such as "Order of 6 Nov", in the club's own locale."""
    return title_for_day(activity, day_of(happened_at))


def title_for_day(activity: str, day: date) -> str:
    """Name an activity of which only the day is known; one the programme has no longer goes by its key."""
    club = programme.current()
    title = next((one.title for one in club.activities if one.key == activity), activity)
    return title.format(day=format_skeleton("MMMd", day, locale=club.club.locale))


def day_of(happened_at: datetime) -> date:
    """Give the day a moment belongs to in the programme's zone."""
    return happened_at.astimezone(programme.current().club.zone).date()
