"""Points by the lines they came with: what is left of each, and when that lapses.

What is spent is taken from the oldest. What is taken back of a line is taken from that line, and only what is gone
from it already from the oldest others. What lapsed of a line is never taken a second time: what a return takes of it
is given back in the same moment.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Move:
    """A line as the ages of points see it: `undoes` is what it takes from or gives back to, `lapses` what it ends."""

    id: uuid.UUID
    points: int
    day: date
    undoes: uuid.UUID | None = None
    lapses: uuid.UUID | None = None


@dataclass(slots=True)
class Lot:
    """What is left of the points that came with a line."""

    id: uuid.UUID
    day: date
    left: int
    lapsed: int = 0


@dataclass(frozen=True, slots=True)
class Lots:
    """All lots, the oldest first, and what was taken beyond all of them."""

    lots: tuple[Lot, ...]
    debt: int

    @property
    def balance(self) -> int:
        """Give what they add up to."""
        return sum(lot.left for lot in self.lots) - self.debt


def lapses_on(day: date, months: int, *, not_before: date) -> date:
    """Give the day from which points of a day are gone: the same day so many months later.

    Where that month has no such day it is the first of the next one, and no day before the club began with it counts.
    """
    count = day.year * 12 + day.month - 1 + months
    try:
        same = day.replace(year=count // 12, month=count % 12 + 1)
    except ValueError:
        same = date((count + 1) // 12, (count + 1) % 12 + 1, 1)
    return max(same, not_before)


def lots_of(moves: Iterable[Move]) -> Lots:
    """Go through all lines of a member, the oldest first."""
    found: dict[uuid.UUID, Lot] = {}
    lapses: set[uuid.UUID] = set()
    debt = 0
    for move in moves:
        if move.lapses in found:
            lot = found[move.lapses]
            lapses.add(move.id)
            lot.lapsed -= move.points
            lot.left += move.points
        elif move.undoes in lapses:
            # Its other half has been weighed with the return that it belongs to.
            continue
        elif move.points > 0:
            paid = min(debt, move.points)
            debt -= paid
            found[move.id] = Lot(move.id, move.day, move.points - paid)
        else:
            debt += _take(found, move)
    return Lots(tuple(found.values()), debt)


def _take(found: dict[uuid.UUID, Lot], move: Move) -> int:
    """Take what a line takes, and give what there was not."""
    wanted = -move.points
    own = found.get(move.undoes) if move.undoes else None
    if own is not None:
        given_back = min(wanted, own.lapsed)
        own.lapsed -= given_back
        wanted -= given_back
    for lot in ([own] if own else []) + list(found.values()):
        taken = min(wanted, lot.left)
        lot.left -= taken
        wanted -= taken
    return wanted
