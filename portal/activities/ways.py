"""What earns points today, in the programme's words."""

from dataclasses import dataclass

from portal import programme
from portal.clock import now
from portal.programme import DoneBy


@dataclass(frozen=True, slots=True)
class Way:
    """One activity: what it is, what its rule says, and the points where they are the same for everybody."""

    activity: str
    name: str
    rule: str
    points: int | None
    done_by: DoneBy


def ways_to_earn() -> tuple[Way, ...]:
    """List the activities that a rule rewards today."""
    club = programme.current()
    today = now().astimezone(club.club.zone).date()
    rules = ((activity, club.rule_on(activity.key, today)) for activity in club.activities)
    return tuple(
        Way(activity.key, activity.name, rule.text, rule.fixed, activity.done_by) for activity, rule in rules if rule
    )
