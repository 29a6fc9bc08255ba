"""When a quiz is open, how answers are marked, and whether there is another try."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from portal.programme import Quiz


class Phase(StrEnum):
    """Where a quiz stands in time."""

    SOON = "soon"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Marks:
    """Which answers were right, and whether they were enough."""

    each: tuple[bool, ...]
    passed: bool

    @property
    def right(self) -> int:
        """Count the right ones."""
        return sum(self.each)


def phase_of(quiz: Quiz, at: datetime, zone: tzinfo) -> Phase:
    """Tell whether answers count at a moment; the last second of a quiz belongs to it."""
    local = at.astimezone(zone).replace(tzinfo=None, microsecond=0)
    if local < quiz.opens:
        return Phase.SOON
    return Phase.OPEN if local <= quiz.closes else Phase.CLOSED


def marks_of(quiz: Quiz, answers: Sequence[int]) -> Marks:
    """Compare answers, counted from 1, with the right ones; what is not answered is not right."""
    given = [*answers, *[0] * len(quiz.questions)]
    each = tuple(question.right == answer for question, answer in zip(quiz.questions, given, strict=False))
    return Marks(each, passed=sum(each) >= quiz.needed)


def tries_left(quiz: Quiz, used: int) -> int | None:
    """Give how many tries are left; None where there is no end of them."""
    return max(quiz.tries - used, 0) if quiz.tries else None
