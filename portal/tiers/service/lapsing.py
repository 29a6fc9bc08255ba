"""Letting points lapse when their time is over, telling of it before, and never taking the same points twice."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from portal import programme
from portal.accounts.models import Member
from portal.accounts.rules import MemberState
from portal.db import db, table_of
from portal.points import service as ledger
from portal.points.ageing import LAPSE, Lapse, day_of_lapse, lapses_ahead, lots_held
from portal.points.models import Account, Entry, ExpiryNotice
from portal.points.rules import EntryKind, Lot
from portal.points.service import Posted, Posting
from portal.tiers.figures import begins, local_day

_entry = table_of(Entry).c


def lapse(member_id: uuid.UUID, *, at: datetime) -> int:
    """End the points of a member whose time is over, a line for each they came with, and give how many are gone.

    Each names its line in its key, so that none ends twice. Nothing happens while another writer has the member.
    """
    if not _hold(member_id):
        return 0
    gone, today = 0, local_day(at)
    for lot in lots_held(member_id).lots:
        day = day_of_lapse(lot)
        if lot.left and day and day <= today:
            ledger.post(member_id, _lapse(lot, begins(day)), at=at)
            gone += lot.left
    return gone


def tell(member_id: uuid.UUID, *, at: datetime) -> tuple[Lapse, ...]:
    """Note that a member is told of what lapses soon, and give what they were not told of before."""
    if not _hold(member_id):
        return ()
    today = local_day(at)
    last = today + timedelta(days=programme.current().standing.warning_days)
    told = set(db.session.scalars(select(ExpiryNotice.expires_on).where(ExpiryNotice.member_id == member_id)))
    soon = [one for one in lapses_ahead(member_id) if today < one.on <= last and one.on not in told]
    db.session.add_all(
        ExpiryNotice(member_id=member_id, expires_on=one.on, points=one.points, sent_at=at) for one in soon
    )
    return tuple(soon)


def not_twice(member_id: uuid.UUID, posting: Posting, posted: Posted, *, at: datetime) -> Posted:
    """Give back what had lapsed of a line that is taken back: it is gone already. Call it right after posting."""
    origin = posting.takes_from_id or posting.reverses_id
    if origin is None or posting.points >= 0 or not posted.is_new:
        return posted
    lapsed = db.session.execute(
        select(_entry.id, _entry.points, _entry.text).where(_entry.idempotency_key == f"{LAPSE}{origin}")
    ).one_or_none()
    if lapsed is None:
        return posted
    given = db.session.scalar(select(func.sum(_entry.points)).where(_entry.takes_from_id == lapsed.id)) or 0
    points = min(-posting.points, -lapsed.points - int(given))
    if points <= 0:
        return posted
    back = ledger.post(member_id, _give_back(lapsed, points, posting, posted), at=at)
    return replace(posted, balance_after=back.balance_after)


def _give_back(lapsed: Any, points: int, posting: Posting, posted: Posted) -> Posting:  # noqa: ANN401 - a row
    return Posting(
        points=points,
        kind=EntryKind.REVERSAL,
        happened_at=posting.happened_at,
        counts_for_tier=False,
        text=lapsed.text,
        idempotency_key=f"not-twice:{posted.entry_id}",
        computation=[{"kind": "not_twice", "value": str(points), "points": points}],
        takes_from_id=lapsed.id,
    )


def _lapse(lot: Lot, moment: datetime) -> Posting:
    text = db.session.scalars(select(_entry.text).where(_entry.id == lot.id)).one()
    months = programme.current().standing.expiry_months
    step = {"kind": "lapsed", "value": str(months), "points": -lot.left, "label": lot.day.isoformat()}
    return Posting(
        points=-lot.left,
        kind=EntryKind.EXPIRY,
        happened_at=moment,
        counts_for_tier=False,
        text=text,
        idempotency_key=f"{LAPSE}{lot.id}",
        computation=[step],
    )


def _hold(member_id: uuid.UUID) -> bool:
    """Take the locks of an active member and of their account; False when another writer has one of them."""
    wanted = (
        select(Member.id)
        .join(Account, Account.member_id == Member.id)
        .where(Member.id == member_id, Member.state == MemberState.ACTIVE.value)
    )
    return db.session.scalar(wanted.with_for_update(skip_locked=True)) is not None
