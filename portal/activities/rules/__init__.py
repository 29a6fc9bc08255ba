"""What becomes of an activity: its outcome, when its points are due, and how many there are."""

from portal.activities.rules.days import due_at, due_for_day, period_of
from portal.activities.rules.kinds import PRICED, EventKind, Ineligible, Outcome
from portal.activities.rules.pricing import MOST_POINTS, Item, Priced, price, shortfall
from portal.activities.rules.steps import Step, StepKind, steps_from
from portal.activities.rules.takings import (
    Back,
    Parcel,
    counted_part,
    granted_for_all,
    less_returns,
    shrunk,
    taken_by_cancelling,
    taken_by_return,
)
from portal.activities.rules.trial import Comparison, Difference, Past, Rules, Sums, Trial
from portal.programme.subjects import normal_subject

__all__ = [
    "MOST_POINTS",
    "PRICED",
    "Back",
    "Comparison",
    "Difference",
    "EventKind",
    "Ineligible",
    "Item",
    "Outcome",
    "Parcel",
    "Past",
    "Priced",
    "Rules",
    "Step",
    "StepKind",
    "Sums",
    "Trial",
    "counted_part",
    "due_at",
    "due_for_day",
    "granted_for_all",
    "less_returns",
    "normal_subject",
    "period_of",
    "price",
    "shortfall",
    "shrunk",
    "steps_from",
    "taken_by_cancelling",
    "taken_by_return",
]
