"""What a claim is worth: which message of the shop it is about, and what the rule of that day gives for it."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from portal import programme
from portal.activities.rules import (
    EventKind,
    Outcome,
    Parcel,
    Priced,
    Step,
    StepKind,
    less_returns,
    normal_subject,
    price,
)
from portal.activities.service import granted_by
from portal.claims.rules import ClaimKind
from portal.claims.rules.matching import Closeness, closeness
from portal.claims.service.findings import About, Line, Promise, ShopEvent, Taking, Traces, local_day
from portal.programme import EarnRule

# Claims about points; the others are about something that points cannot mend.
ABOUT_POINTS = frozenset({ClaimKind.MISSING, ClaimKind.WRONG_AMOUNT, ClaimKind.UNEXPECTED_REVERSAL})


@dataclass(frozen=True, slots=True)
class Worth:
    """What the rule gives for a claim.

    `points` are what is still owed after `already`, which the ledger holds for it; None where the rule cannot
    tell. `happened_at` is the real moment of the activity, `closeness` says how sure the match is. What went back or
    was cancelled, the `takings`, the price leaves out, unless the claim is about that very thing.
    """

    points: int | None
    priced: Priced | None
    rule: EarnRule | None
    already: int
    event: ShopEvent | None
    promise: Promise | None
    happened_at: datetime
    closeness: Closeness
    takings: tuple[Taking, ...] = ()


def worth_of(about: About, kind: ClaimKind | None, traces: Traces, *, event_id: uuid.UUID | None = None) -> Worth:
    """Find what the claim is about and price it by the rule of that day; an event somebody chose goes first."""
    event = _event(about, traces, event_id)
    promise = _promise(about, traces, event)
    happened_at = event.at if event else promise.at if promise else about.happened_at
    rule = _rule(about.activity, happened_at)
    already = _already(about, traces, event)
    own = already + (promise.points if promise else 0)
    priced = _priced(rule, happened_at, event, granted=_others(rule, about, happened_at, own))
    takings = tuple(taking for taking in traces.takings if event is not None and taking.is_about(event))
    if priced and event and kind is not ClaimKind.UNEXPECTED_REVERSAL:
        priced = _left_of(priced, event, takings, rule)
    # What is on its way without a message of the shop is as small as returns have left it.
    by_promise = promise is not None and (event is None or priced is None)
    full = promise.points if promise and by_promise else priced.points if priced else None
    return Worth(
        points=max(full - already, 0) if full is not None and kind in ABOUT_POINTS else None,
        priced=priced,
        rule=rule,
        already=already,
        event=event,
        promise=promise,
        happened_at=happened_at,
        closeness=_closeness(about, event, promise),
        takings=takings,
    )


def _event(about: About, traces: Traces, event_id: uuid.UUID | None) -> ShopEvent | None:
    """Take the chosen event, else the best with the same reference: free before used, sure before near."""
    chosen = next((event for event in traces.events if event.id == event_id), None)
    if chosen is not None:
        return chosen
    fitting = [event for event in traces.events if about.subject_key and event.subject_key == about.subject_key]
    known = [event for event in fitting if event.is_free or event.is_mine]
    ranked = sorted(known, key=lambda event: (closeness(about.told, event.trace) is not Closeness.SURE, event.at))
    return ranked[0] if ranked else None


def _promise(about: About, traces: Traces, event: ShopEvent | None) -> Promise | None:
    """Take the promise of the event, of the claim itself, or of the same reference."""
    for promise in traces.promises:
        if promise.id == about.expectation_id or (event is not None and promise.event_id == event.id):
            return promise
    same = [promise for promise in traces.promises if is_same_thing(about, promise)]
    return same[0] if same else None


def is_same_thing(about: About, promise: Promise) -> bool:
    """Tell whether a promise is about the activity and the reference of a claim."""
    return bool(about.subject_key) and (promise.activity, promise.subject_key) == (about.activity, about.subject_key)


def _rule(activity: str, happened_at: datetime) -> EarnRule | None:
    return programme.current().rule_on(activity, local_day(happened_at)) if activity else None


def _others(rule: EarnRule | None, about: About, happened_at: datetime, own: int) -> int:
    """Give what a member has by a rule in its period besides what is theirs for this very thing."""
    if rule is None or about.member_id is None:
        return 0
    return max(granted_by(rule, about.member_id, local_day(happened_at)) - own, 0)


def _priced(rule: EarnRule | None, happened_at: datetime, event: ShopEvent | None, *, granted: int) -> Priced | None:
    amount_minor = event.amount_minor if event else None
    if rule is None or (rule.fixed is None and amount_minor is None):
        return None
    items = event.items if event else ()
    return price(rule, amount_minor=amount_minor, day=local_day(happened_at), items=items, granted=granted)


def _left_of(priced: Priced, event: ShopEvent, takings: tuple[Taking, ...], rule: EarnRule | None) -> Priced:
    """Leave out of a price what went back, in proportion as the ledger does, and all of it once it was cancelled."""
    if any(taking.kind is EventKind.CANCELLATION for taking in takings):
        gone = Step(StepKind.CANCELLED, Decimal(priced.points), 0)
        return Priced(0, (*priced.steps, gone), priced.rule_version)
    bought = Parcel(event.amount_minor, event.items)
    returns = [Parcel(taking.amount_minor, taking.items) for taking in reversed(takings)]
    return less_returns(priced, bought, returns, rule.excludes if rule else ())


def _already(about: About, traces: Traces, event: ShopEvent | None) -> int:
    """Sum what the ledger holds for it, reversals included, however its reference was spelt in each line."""
    keys = {about.subject_key, event.subject_key if event else ""} - {""}
    return sum(line.points for line in traces.lines if _is_for_it(line, about, keys, event))


def _is_for_it(line: Line, about: About, keys: set[str], event: ShopEvent | None) -> bool:
    if event is not None and line.event_id == event.id:
        return True
    # What has no reference of its own is claimed by the id of its line.
    named = {line.subject_key, normal_subject(line.subject), normal_subject(str(line.id))}
    return line.activity == about.activity and bool(keys & named)


def _closeness(about: About, event: ShopEvent | None, promise: Promise | None) -> Closeness:
    if promise is not None:
        return Closeness.SURE
    if event is None:
        return Closeness.NONE
    found = closeness(about.told, event.trace)
    # Chosen by hand, or the right reference with another outcome: worth a look, but not sure.
    return Closeness.NEAR if found is Closeness.NONE or event.outcome is Outcome.INELIGIBLE else found
