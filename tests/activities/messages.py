"""Messages of the shop as tests need them, and what became of them."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from portal.activities import service
from portal.activities.models import Event, Expectation
from portal.activities.service import Recorded, ShopMessage
from portal.clock import now
from portal.db import db
from portal.mail.models import LetterRow
from portal.points.models import Entry
from portal.unit_of_work import unit_of_work
from tests.cast import Person


def message(hint: str = "", **changes: object) -> ShopMessage:
    """Say that somebody ordered for £45 yesterday."""
    plain = ShopMessage(
        source="shop",
        external_id=secrets.token_hex(6),
        activity="order",
        occurred_at=now() - timedelta(days=1),
        member_hint=hint,
        subject=f"{secrets.randbelow(10**8):08d}",
        amount_minor=4500,
        currency="GBP",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def record(told: ShopMessage, *, at: datetime | None = None) -> Recorded:
    with unit_of_work():
        return service.record_event(told, at=at or now())


def expected(member: Person) -> list[Expectation]:
    """List what has been promised to a member, settled or not."""
    wanted = select(Expectation).where(Expectation.member_id == member.member).order_by(Expectation.happened_at)
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def event(recorded: Recorded) -> Event:
    return db.session.get_one(Event, recorded.event_id, populate_existing=True)


def entries(member: Person) -> list[Entry]:
    wanted = select(Entry).where(Entry.member_id == member.member).order_by(Entry.sequence)
    return list(db.session.scalars(wanted))


def letters() -> list[LetterRow]:
    return list(db.session.scalars(select(LetterRow)))
