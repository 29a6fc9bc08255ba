"""What an entry can be, when points lapse, points by month and their drawing, and the gaps and places in a history."""

from portal.points.rules.gaps import Gap, gap_between, gaps
from portal.points.rules.kinds import SPENT, EntryKind
from portal.points.rules.lots import Lot, Lots, Move, lapses_on, lots_of
from portal.points.rules.measure import State, Stretch
from portal.points.rules.months import Bar, Label, MonthSum, bars, month_sums
from portal.points.rules.places import read_sequence
from portal.points.rules.standing import Standing

__all__ = [
    "SPENT",
    "Bar",
    "EntryKind",
    "Gap",
    "Label",
    "Lot",
    "Lots",
    "MonthSum",
    "Move",
    "Standing",
    "State",
    "Stretch",
    "bars",
    "gap_between",
    "gaps",
    "lapses_on",
    "lots_of",
    "month_sums",
    "read_sequence",
]
