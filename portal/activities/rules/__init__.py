"""What becomes of an activity: its outcome, when its points are due, and how many there are."""

from portal.activities.rules.days import due_at, due_for_day, period_of
from portal.activities.rules.kinds import EventKind, Ineligible, Outcome
from portal.activities.rules.pricing import Item, Priced, price, shortfall
from portal.activities.rules.steps import Step, StepKind, steps_from
from portal.programme.subjects import normal_subject

__all__ = [
    "EventKind",
    "Ineligible",
    "Item",
    "Outcome",
    "Priced",
    "Step",
    "StepKind",
    "due_at",
    "due_for_day",
    "normal_subject",
    "period_of",
    "price",
    "shortfall",
    "steps_from",
]
