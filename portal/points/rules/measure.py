"""The measured line: quantities as stretches in per cent, ready to be written into an SVG."""

from dataclasses import dataclass
from enum import StrEnum

# A hundredth of a per cent is finer than a pixel. Whole numbers of it make neighbours meet without a seam.
FULL = 100_00


class State(StrEnum):
    """How settled a quantity is; `LESS` is what was taken away, `SPENT` what the member spent."""

    SOLID = "solid"
    HATCHED = "hatched"
    OPEN = "open"
    LESS = "less"
    SPENT = "ink"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the line: where it begins and ends, and how long it is, in per cent of the drawing."""

    state: State
    start: str
    size: str
    end: str


def stretch(state: State, start: int, end: int) -> Stretch | None:
    """Draw a piece from its two ends, in hundredths of a per cent; nothing for an empty one."""
    return Stretch(state, percent(start), percent(end - start), percent(end)) if end > start else None


def share(value: int, whole: int) -> int:
    """Give a part of a whole in hundredths of a per cent, rounded to the nearest."""
    return (2 * FULL * value + whole) // (2 * whole)


def percent(hundredths: int) -> str:
    """Write hundredths of a per cent as briefly as can be: 1733 is 17.33%, 8000 is 80%."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".") + "%"
