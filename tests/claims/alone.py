"""Claims the portal can decide by itself, and what the shop tells of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any

from portal import programme
from portal.activities.service import Recorded, ShopMessage
from portal.claims import sweeps
from portal.claims.models import Claim
from portal.clock import now
from portal.db import db
from tests import factories
from tests.activities.messages import message, record
from tests.cast import Person
from tests.claims.drafting import days_ago

DAYS = 5


def a_waiting_claim(by: Person, **fields: Any) -> Claim:
    """Make a claim for an order of five days ago that nobody has told us of; it is worth 45 points."""
    fields = {"activity": "order", "day": days_ago(DAYS), **fields}
    claim = factories.a_claim(by, **fields)
    looked_at()
    return claim


def noon(days: int = DAYS) -> datetime:
    return datetime.combine(days_ago(days), time(12), tzinfo=programme.current().club.zone).astimezone(UTC)


def told(claim: Claim, hint: str = "", **changes: Any) -> ShopMessage:
    """Give the message of the shop that agrees with a claim; without a hint it belongs to nobody."""
    return message(hint, **{"subject": claim.subject, "occurred_at": noon(), **changes})


def the_shop_tells(claim: Claim, hint: str = "", **changes: Any) -> Recorded:
    return record(told(claim, hint, **changes))


def looked_at(at: datetime | None = None) -> int:
    """Look at everything something was heard about, as the worker does every few seconds."""
    done = sweeps.weigh_heard(at or now())
    db.session.expire_all()
    return done


@contextmanager
def terms(**changes: Any) -> Iterator[None]:
    """Run with other terms for what is decided without anybody."""
    club = programme.current()
    programme.use(club.model_copy(update={"automatic": club.automatic.model_copy(update=changes)}))
    try:
        yield
    finally:
        programme.use(club)


def ago(days: int) -> datetime:
    return now() - timedelta(days=days)
