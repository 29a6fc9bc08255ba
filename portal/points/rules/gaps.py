"""Where a history is silent for longer than a week, and something may be missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST_SILENCE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without points: the day of the line before it and the day of the line after it."""

    since: date
    until: date


def gap_between(older: date, newer: date, *, claimable_since: date) -> Gap | None:
    """Find the gap between two neighbouring lines.

    It is cut to what can still be claimed: asking about older days would lead nowhere.
    """
    since = max(older, claimable_since)
    return Gap(since, newer) if newer - since > LONGEST_SILENCE else None


def gaps(days: Sequence[date], *, claimable_since: date, before: date | None = None) -> tuple[Gap | None, ...]:
    """Give for each line, newest first, the gap that lies below it; `before` is the day of the next older line."""
    older = [*days, before][1:]
    return tuple(
        gap_between(below, day, claimable_since=claimable_since) if below else None
        for day, below in zip(days, older, strict=True)
    )
