"""The flat line of a decision: what was there, what it adds or takes, what is on its way, and the next tier."""

from dataclasses import dataclass

from portal.points.rules.measure import FULL, State, Stretch, percent, share, stretch
from portal.tiers.rules.ladder import Ladder, Rung

# The rung stands a little inside the end of the line, so that it can be seen.
AIR_NUMERATOR, AIR_DENOMINATOR = 16, 15


@dataclass(frozen=True, slots=True)
class Level:
    """The line in per cent of its length, from 0 points on.

    `cut` parts what was there from what is added. `less` is what is taken away. `rung` is the tier that the decision
    crosses, or else the next one, or else the top.
    """

    solid: Stretch | None
    hatched: Stretch | None
    less: Stretch | None
    cut: str | None
    rung: Rung
    rung_at: str


def level(ladder: Ladder, *, before: int, added: int, pending: int = 0) -> Level:
    """Draw status points before and after a decision; taking points away is adding fewer than none."""
    old, new = max(before, 0), max(before + added, 0)
    waiting = new + max(pending, 0)
    rung = _rung_of_interest(ladder, old, new)
    whole = max(rung.threshold * AIR_NUMERATOR // AIR_DENOMINATOR, old, waiting, 1)
    return Level(
        solid=stretch(State.SOLID, 0, share(new, whole)),
        hatched=stretch(State.HATCHED, share(new, whole), share(waiting, whole)),
        less=stretch(State.LESS, share(new, whole), share(old, whole)),
        cut=percent(share(old, whole)) if 0 < old < new else None,
        rung=rung,
        rung_at=percent(min(share(rung.threshold, whole), FULL)),
    )


def _rung_of_interest(ladder: Ladder, old: int, new: int) -> Rung:
    lower, upper = sorted((old, new))
    crossed = [rung for rung in ladder.rungs if lower < rung.threshold <= upper]
    if crossed:
        return crossed[-1]
    return ladder.around(upper)[1] or ladder.top
