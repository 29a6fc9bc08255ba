"""Closing an account for good: one unit of work through every room that knows something about the person."""

import uuid
from datetime import datetime

from sqlalchemy import delete, select

from portal.accounts.service.erasing import erase_login
from portal.accounts.service.leaving import Leaver, become_nobody, done, hold, hold_again
from portal.activities.service.erasing import erase_activities
from portal.audit.rules import Verb
from portal.audit.service import erase_personal, record
from portal.claims.service.erasing import erase_claims
from portal.db import db
from portal.mail import outbox
from portal.mail.letter import Letter
from portal.mail.models import LetterRow
from portal.points.models import Account
from portal.points.rules import EntryKind
from portal.records.models import Export
from portal.tiers import service as tiers


def close(user_id: uuid.UUID, goodbye: Letter, *, text: str, at: datetime) -> list[str] | None:
    """Close an account whose time is over and give the keys of its files, to be deleted once this is committed.

    None when its owner took it back, or when somebody else closed it. `text` is the ledger's last line.
    """
    who = hold(user_id, at=at)
    if who is None:
        return None
    _let_points_lapse(who, text, at)
    files = _erase(who, at)
    outbox.add(goodbye)
    record(Verb.ACCOUNT_CLOSED, at=at, about=user_id)
    return files


def look_again(user_id: uuid.UUID, *, at: datetime) -> list[str]:
    """Erase what a request wrote in the very moment of closing, and the last letters; give the keys of files.

    When the last letter has gone out as well, nobody looks again.
    """
    who = hold_again(user_id)
    files = _erase(who, at)
    if db.session.scalar(select(LetterRow.id).where(LetterRow.user_id == user_id).limit(1)) is None:
        done(user_id)
    return files


def _erase(who: Leaver, at: datetime) -> list[str]:
    files = erase_claims(who.member_id, who.addresses, at=at)
    erase_activities(who.member_id, who.addresses, at=at)
    outbox.erase(who.user_id, who.addresses)
    files += erase_login(who) + _erase_copies(who.user_id)
    become_nobody(who, at=at)
    erase_personal(who.user_id)
    return files


def _let_points_lapse(who: Leaver, text: str, at: datetime) -> None:
    """Bring the balance to nothing with a line of its own; status points stay, as what was spent never lowers them."""
    balance = db.session.scalar(select(Account.balance).where(Account.member_id == who.member_id)) or 0
    if balance <= 0:
        return
    lapse = tiers.Posting(
        points=-balance,
        kind=EntryKind.EXPIRY,
        happened_at=at,
        counts_for_tier=False,
        text=text,
        idempotency_key=f"closing:{who.user_id}",
    )
    tiers.post(who.member_id, lapse, at=at)


def _erase_copies(user_id: uuid.UUID) -> list[str]:
    return list(db.session.scalars(delete(Export).where(Export.user_id == user_id).returning(Export.storage_key)))
