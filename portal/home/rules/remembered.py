"""A balance somebody remembers: when it was true, and the groups of lines that lead from there to now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.points.rules import EntryKind


class Turn(StrEnum):
    """How a remembered figure meets the day it is remembered from."""

    THAT_DAY = "that-day"
    BEFORE = "before"
    AFTER = "after"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Remembered:
    """The figure, and the day it was seen on as the moments it begins and ends."""

    figure: int
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Stretch:
    """How long a balance stood after the line `sequence`; 0 is before the first line, and what has no end stands."""

    sequence: int
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of one group: `activity` names those that were earned, `group` all others."""

    activity: str
    group: str
    count: int
    points: int


def nearest(wanted: Remembered, earlier: Stretch | None, later: Stretch | None) -> tuple[Turn, Stretch | None]:
    """Choose the stretch to explain from.

    `earlier` is the last that began before the day ended, `later` the first that began after it.
    """
    if earlier and (earlier.until is None or earlier.until > wanted.begins):
        return Turn.THAT_DAY, earlier
    if earlier and earlier.until and later and later.since:
        is_later = later.since - wanted.ends < wanted.begins - earlier.until
        return (Turn.AFTER, later) if is_later else (Turn.BEFORE, earlier)
    if earlier:
        return Turn.BEFORE, earlier
    return (Turn.AFTER, later) if later else (Turn.NEVER, None)


def parts_of(sums: Iterable[tuple[str, EntryKind, int, int]]) -> tuple[Part, ...]:
    """Fold sums by activity and kind, each of one sign, into groups: what came first, the most points in front."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for activity, kind, count, points in sums:
        group = _group(kind, points)
        key = ("" if group else activity, group)
        had = found.get(key, (0, 0))
        found[key] = (had[0] + count, had[1] + points)
    parts = [Part(*key, *figures) for key, figures in found.items()]
    return tuple(sorted(parts, key=lambda part: (-part.points, part.activity, part.group)))


def _group(kind: EntryKind, points: int) -> str:
    match kind:
        case EntryKind.REDEMPTION | EntryKind.EXPIRY | EntryKind.OPENING:
            return kind.value
        case EntryKind.REVERSAL if points > 0:
            return "given-back"
        case _ if points < 0:
            return "taken-back"
        case EntryKind.CORRECTION:
            return "corrections"
        case EntryKind.GOODWILL | EntryKind.BONUS:
            return "gifts"
        case _:
            return ""
