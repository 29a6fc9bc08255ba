"""How the first page and the history are put together; values in, values out."""

from portal.home.rules.benefits import Change, changes, in_force, on_rungs
from portal.home.rules.history import (
    Asked,
    Coming,
    Item,
    Message,
    Month,
    Related,
    Surroundings,
    Unpaid,
    asked_points,
    last_day,
    months,
)
from portal.home.rules.remembered import Part, Remembered, Stretch, Turn, nearest, parts_of
from portal.home.rules.statement import Sealed, Stated, chained, faults_of, sealed

__all__ = [
    "Asked",
    "Change",
    "Coming",
    "Item",
    "Message",
    "Month",
    "Part",
    "Related",
    "Remembered",
    "Sealed",
    "Stated",
    "Stretch",
    "Surroundings",
    "Turn",
    "Unpaid",
    "asked_points",
    "chained",
    "changes",
    "faults_of",
    "in_force",
    "last_day",
    "months",
    "nearest",
    "on_rungs",
    "parts_of",
    "sealed",
]
