"""A row of the bench: what was measured, its budget, the floor taken beside it, and whether it holds."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

ROUNDS = 9
Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure; `is_met` already allows for the noise that was seen."""

    number: str
    what: str
    budget: str
    measured: str
    floor: str
    is_met: bool
    figures: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Give the row for bench.json."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Ratio:
    """CPU of one thing divided by that of another, round by round in one process."""

    low: float
    median: float
    high: float
    seconds_of_first: float
    seconds_of_second: float

    def __str__(self) -> str:
        """Write it as the median with its range."""
        return f"{self.median:.3f} ({self.low:.3f} to {self.high:.3f})"


def cpu_ratio(first: Work, second: Work, *, times_first: int, times_second: int, rounds: int = ROUNDS) -> Ratio:
    """Interleave two works and divide their CPU seconds per call."""
    return ratio_of(first, second, times=(times_first, times_second), rounds=rounds, clock=time.process_time)


def ratio_of(first: Work, second: Work, *, times: tuple[int, int], rounds: int, clock: Callable[[], float]) -> Ratio:
    """Interleave two works and divide their seconds per call by a clock; the collector is frozen meanwhile."""
    first(), second()
    gc.collect()
    gc.freeze()
    gc.disable()
    firsts, seconds = [], []
    try:
        for _ in range(rounds):
            firsts.append(_seconds(first, times[0], clock))
            seconds.append(_seconds(second, times[1], clock))
    finally:
        gc.enable()
        gc.unfreeze()
    ratios = [one / other for one, other in zip(firsts, seconds, strict=True)]
    return Ratio(
        min(ratios), statistics.median(ratios), max(ratios), statistics.median(firsts), statistics.median(seconds)
    )


def _seconds(work: Work, times: int, clock: Callable[[], float]) -> float:
    started = clock()
    for _ in range(times):
        work()
    return (clock() - started) / times


def at_least(ratio: Ratio, budget: float) -> bool:
    """Tell whether a ratio reaches its budget, give or take the noise of the run."""
    return ratio.high >= budget if ratio.median < budget else True


def at_most(ratio: Ratio, budget: float) -> bool:
    """Tell whether a ratio stays below its budget, give or take the noise of the run."""
    return ratio.low <= budget if ratio.median > budget else True
