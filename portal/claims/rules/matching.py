"""How well what the shop told fits what a member says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Closeness(StrEnum):
    """How sure a match is; the values are the marks that show it."""

    SURE = "solid"
    NEAR = "hatched"
    NONE = "open"


@dataclass(frozen=True, slots=True)
class Told:
    """What a claim says of its activity; `address` is the e-mail address we know the member under."""

    activity: str
    subject_key: str
    day: date | None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """What we know of an activity; one that `is_free` belongs to nobody yet, or to this member and is still open."""

    activity: str
    subject_key: str
    day: date
    address: str = ""
    is_free: bool = True


@dataclass(frozen=True, slots=True)
class Agreement:
    """Which parts agree; `day` and `address` are None where one side says nothing."""

    subject: bool
    day: bool | None
    activity: bool
    address: bool | None

    @property
    def closeness(self) -> Closeness:
        """Judge the whole: the reference decides, and without it day and address together make a near match."""
        if self.subject:
            return Closeness.SURE if self.day and self.activity else Closeness.NEAR
        return Closeness.NEAR if self.activity and self.day and self.address else Closeness.NONE


def compare(told: Told, trace: Trace) -> Agreement:
    """Hold a claim against a trace, part by part."""
    return Agreement(
        subject=bool(told.subject_key) and told.subject_key == trace.subject_key,
        day=None if told.day is None else told.day == trace.day,
        activity=told.activity == trace.activity,
        address=told.address.casefold() == trace.address.casefold() if told.address and trace.address else None,
    )


def closeness(told: Told, trace: Trace) -> Closeness:
    """Tell how sure a match is; what has been used already is never more than near."""
    found = compare(told, trace).closeness
    return Closeness.NEAR if found is Closeness.SURE and not trace.is_free else found


def closest(told: Told, traces: Iterable[Trace]) -> Closeness:
    """Give the best match there is among traces."""
    found = {closeness(told, trace) for trace in traces}
    return next((level for level in (Closeness.SURE, Closeness.NEAR) if level in found), Closeness.NONE)
