"""Returns, cancellations and redemptions as tests need them."""

from dataclasses import replace
from datetime import datetime, timedelta

from portal.activities import sweeps
from portal.activities.rules import EventKind
from portal.activities.service import Recorded, ShopMessage
from portal.clock import now
from tests.activities.messages import entries, expected, message, record
from tests.cast import Person
from tests.points.postings import figures


def before() -> datetime:
    """Give a moment whose points are due by now."""
    return now() - timedelta(hours=50)


def bought(member: Person, **changes: object) -> ShopMessage:
    """Say that the member ordered for £45 and that the points are due by now."""
    return message(member.number, **({"occurred_at": before(), "subject": "7041 8822"} | changes))


def sent_back(order: ShopMessage, amount_minor: int | None = None, **changes: object) -> ShopMessage:
    """Say that a part of an order, or all of it, went back."""
    return _about(order, kind=EventKind.RETURN, amount_minor=amount_minor, **changes)


def cancelled(order: ShopMessage, **changes: object) -> ShopMessage:
    return _about(order, kind=EventKind.CANCELLATION, amount_minor=None, currency="", **changes)


def spent(member: Person, points: int | None, **changes: object) -> ShopMessage:
    """Say that the member spent points on a voucher."""
    plain = {"kind": EventKind.REDEMPTION, "activity": "", "amount_minor": None, "currency": "", "points": points}
    return message(member.number, **(plain | {"subject": "V-1"} | changes))


def post(*told: ShopMessage) -> list[Recorded]:
    """Record messages and post what is due after each of them."""
    done = []
    for one in told:
        done.append(record(one))
        sweeps.post_due(now())
    return done


def stands(member: Person) -> tuple[int, int, list[int], list[int]]:
    """Give balance, status points, the lines, and what is promised."""
    balance, status, _lines = figures(member)
    promised = [one.points for one in expected(member) if one.satisfied_by_id is None and one.cancelled_at is None]
    return balance, status, [entry.points for entry in entries(member)], promised


def _about(order: ShopMessage, **changes: object) -> ShopMessage:
    """Say something else about the same order, an hour after it."""
    told = message(order.member_hint)
    plain = {
        "subject": order.subject,
        "activity": order.activity,
        "occurred_at": order.occurred_at + timedelta(hours=1),
    }
    return replace(told, **(plain | changes))  # type: ignore[arg-type]
