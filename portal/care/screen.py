"""What the decision screen shows beside the claim: the ledger around the day, the match part by part, the change."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from portal import programme
from portal.activities.rules import Outcome
from portal.care.queries.claim import Sheet
from portal.care.rules import Change, Coming, change
from portal.claims.rules.matching import Agreement, compare
from portal.claims.service.findings import Traces, local_day
from portal.claims.service.traces import traces_of
from portal.claims.service.worth import Worth, worth_of
from portal.points.rules import Standing
from portal.tiers.queries import kept_tier
from portal.tiers.rules import ladder_of

MOST_ROWS = 9
MOST_PROMISES = 2


class RowKind(StrEnum):
    """What a row of the ledger around the day is."""

    LINE = "line"
    EVENT = "event"
    PROMISE = "promise"
    TAKING = "taking"


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A row of the member's points around the day of the claim."""

    kind: RowKind
    id: UUID
    at: datetime
    text: str
    activity: str
    subject: str
    points: int | None
    balance_after: int | None
    amount_minor: int | None
    source: str
    due_at: datetime | None
    outcome: Outcome | None
    is_mine: bool
    is_match: bool
    can_be_chosen: bool


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything beside the claim."""

    traces: Traces
    worth: Worth
    rows: tuple[LedgerRow, ...]
    agreement: Agreement | None
    coming: Coming


def bench_for(sheet: Sheet, *, event_id: UUID | None) -> Bench:
    """Read and weigh what is known about a claim; one read."""
    traces = Traces((), (), ()) if sheet.is_access else traces_of(sheet.about)
    worth = worth_of(sheet.about, sheet.kind, traces, event_id=event_id)
    known = worth.event.trace if worth.event else worth.promise.trace if worth.promise else None
    return Bench(
        traces=traces,
        worth=worth,
        rows=_rows(sheet, traces, worth),
        agreement=compare(sheet.about.told, known) if known else None,
        coming=coming_of(traces),
    )


def coming_of(traces: Traces) -> Coming:
    """Sum the points on their way."""
    last = max((promise.due_at for promise in traces.promises), default=None)
    return Coming(sum(promise.points for promise in traces.promises), local_day(last) if last else None)


def change_for(standing: Standing, bench: Bench, points: int, *, reason: str, tier: str) -> Change:
    """Work out what granting so many points would change."""
    promise = bench.worth.promise
    return change(
        standing,
        points,
        counts_for_tier=counts_for_tier(reason),
        ladder=ladder_of(programme.current()),
        coming=bench.coming,
        settles=promise.points if promise and points else 0,
        kept=kept_tier(tier),
    )


def counts_for_tier(reason: str) -> bool:
    """Tell whether an entry for a reason counts for the tier; what the rule gives, does."""
    known = {known.key: known for known in programme.current().reasons}
    return known[reason].counts_for_tier if reason in known else True


def _rows(sheet: Sheet, traces: Traces, worth: Worth) -> tuple[LedgerRow, ...]:
    """Take the rows nearest to the day, whatever belongs to the claim first, and show them newest first."""
    settled = {line.event_id for line in traces.lines}
    rows = [
        *_lines(traces),
        *(row for row in _events(traces, worth) if row.id not in settled),
        *_promises(traces, worth),
        *(row for row in _takings(worth) if row.id not in settled),
    ]
    centre = sheet.about.day or local_day(sheet.about.asked_at)
    nearest = sorted(rows, key=lambda row: (not row.is_match, row.kind is RowKind.LINE, _distance(row, centre)))
    return tuple(sorted(nearest[:MOST_ROWS], key=lambda row: row.at, reverse=True))


def _distance(row: LedgerRow, centre: date) -> int:
    return abs((local_day(row.at) - centre).days)


def _lines(traces: Traces) -> list[LedgerRow]:
    return [
        LedgerRow(
            kind=RowKind.LINE,
            id=line.id,
            at=line.at,
            text=line.text,
            activity=line.activity,
            subject=line.subject,
            points=line.points,
            balance_after=line.balance_after,
            amount_minor=None,
            source=", ".join(part for part in (line.reference, line.actor.split(" ", 1)[0]) if part) or line.subject,
            due_at=None,
            outcome=None,
            is_mine=True,
            is_match=False,
            can_be_chosen=False,
        )
        for line in traces.lines
    ]


def _events(traces: Traces, worth: Worth) -> list[LedgerRow]:
    promised = {promise.event_id for promise in traces.promises}
    return [
        LedgerRow(
            kind=RowKind.EVENT,
            id=event.id,
            at=event.at,
            text="",
            activity=event.activity,
            subject=event.subject,
            points=worth.points if worth.event and event.id == worth.event.id else None,
            balance_after=None,
            amount_minor=event.amount_minor,
            source=event.subject,
            due_at=None,
            outcome=event.outcome,
            is_mine=event.is_mine,
            is_match=worth.event is not None and event.id == worth.event.id,
            can_be_chosen=event.can_be_credited and not (worth.event and event.id == worth.event.id),
        )
        for event in traces.events
        if event.id not in promised
    ]


def _promises(traces: Traces, worth: Worth) -> list[LedgerRow]:
    matched = worth.promise.id if worth.promise else None
    chosen = sorted(traces.promises, key=lambda promise: promise.id != matched)[:MOST_PROMISES]
    return [
        LedgerRow(
            kind=RowKind.PROMISE,
            id=promise.id,
            at=promise.at,
            text="",
            activity=promise.activity,
            subject=promise.subject,
            points=promise.points,
            balance_after=None,
            amount_minor=None,
            source=promise.subject,
            due_at=promise.due_at,
            outcome=None,
            is_mine=True,
            is_match=promise.id == matched,
            can_be_chosen=False,
        )
        for promise in chosen
    ]


def _takings(worth: Worth) -> list[LedgerRow]:
    """Give what went back of the event of the claim; what is in the ledger already has its line there."""
    return [
        LedgerRow(
            kind=RowKind.TAKING,
            id=taking.id,
            at=taking.at,
            text=taking.kind.value,
            activity=taking.activity,
            subject=taking.subject,
            points=None,
            balance_after=None,
            amount_minor=taking.amount_minor,
            source=taking.subject,
            due_at=None,
            outcome=None,
            is_mine=taking.is_mine,
            is_match=True,
            can_be_chosen=False,
        )
        for taking in worth.takings
    ]
