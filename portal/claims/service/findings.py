"""What is known about the thing a claim is about, as values: lines of the ledger, promises, the shop's messages."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from portal import programme
from portal.activities.messages import CLOCK_SKEW
from portal.activities.rules import EventKind, Item, Outcome
from portal.claims.rules.matching import Told, Trace


@dataclass(frozen=True, slots=True)
class About:
    """What a claim says, as far as it can be looked for; one without a member has no ledger."""

    member_id: uuid.UUID | None
    activity: str
    subject: str
    subject_key: str
    day: date | None
    address: str
    asked_at: datetime
    expectation_id: uuid.UUID | None = None

    @property
    def told(self) -> Told:
        """Give the parts that can be compared."""
        return Told(self.activity, self.subject_key, self.day, self.address)

    @property
    def happened_at(self) -> datetime:
        """Give the noon of the day the claim names, or else the moment it was sent."""
        if self.day is None:
            return self.asked_at
        return datetime.combine(self.day, time(12), tzinfo=programme.current().club.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of the member's ledger; `actor` posted it, for the claim with this `reference` about `subject_key`."""

    id: uuid.UUID
    at: datetime
    text: str
    activity: str
    subject: str
    points: int
    balance_after: int
    event_id: uuid.UUID | None
    subject_key: str
    reference: str
    actor: str


@dataclass(frozen=True, slots=True)
class Promise:
    """Points of the member on their way."""

    id: uuid.UUID
    at: datetime
    due_at: datetime
    activity: str
    subject: str
    subject_key: str
    points: int
    event_id: uuid.UUID | None

    @property
    def trace(self) -> Trace:
        """Give the parts that can be compared."""
        return Trace(self.activity, self.subject_key, local_day(self.at))


@dataclass(frozen=True, slots=True)
class ShopEvent:
    """A message of the shop; `is_mine` tells that it is tied to the claim's member."""

    id: uuid.UUID
    at: datetime
    activity: str
    subject: str
    subject_key: str
    amount_minor: int | None
    items: tuple[Item, ...]
    outcome: Outcome
    outcome_code: str
    address: str
    is_mine: bool
    source: str = ""

    @property
    def is_free(self) -> bool:
        """Tell whether it waits to be credited: tied to no one, or tied to this member and not settled."""
        return self.outcome is Outcome.UNMATCHED or (self.is_mine and self.outcome is Outcome.PENDING)

    @property
    def can_be_credited(self) -> bool:
        """Tell whether an agent may credit it: what the rules refused this member, a person may still grant."""
        return self.is_free or (self.is_mine and self.outcome is Outcome.INELIGIBLE)

    @property
    def trace(self) -> Trace:
        """Give the parts that can be compared."""
        return Trace(self.activity, self.subject_key, local_day(self.at), self.address, self.is_free)


@dataclass(frozen=True, slots=True)
class Taking:
    """A return or cancellation the shop told of; `is_mine` tells that it is tied to the claim's member."""

    id: uuid.UUID
    at: datetime
    kind: EventKind
    activity: str
    subject: str
    subject_key: str
    amount_minor: int | None
    items: tuple[Item, ...]
    source: str
    is_mine: bool

    def is_about(self, event: ShopEvent) -> bool:
        """Tell whether it takes back of an event: of the same thing, and what is cancelled came before that."""
        is_same = (self.activity, self.subject_key) == (event.activity, event.subject_key)
        is_after = self.kind is EventKind.RETURN or event.at <= self.at + CLOCK_SKEW
        return is_same and is_after and (self.is_mine or self.source == event.source)


@dataclass(frozen=True, slots=True)
class Traces:
    """What was found, the newest first, promises by their due date."""

    lines: tuple[Line, ...]
    promises: tuple[Promise, ...]
    events: tuple[ShopEvent, ...]
    takings: tuple[Taking, ...] = ()


def local_day(at: datetime) -> date:
    """Give the day a moment belongs to in the programme's zone."""
    return at.astimezone(programme.current().club.zone).date()
