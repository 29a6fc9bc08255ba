"""Reads the copies of sent letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_

from portal.db import db
from portal.errors import NotFound
from portal.mail.models import DemoLetter

LETTERS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A letter as a line of the list."""

    id: UUID
    recipient: str
    subject: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A letter as it went out."""

    id: UUID
    recipient: str
    subject: str
    sent_at: datetime
    text: str
    html: str


def sent_letters(to: str = "", *, before: UUID | None = None) -> Sequence[Line]:
    """Give a page of letters and one more, the newest first; all of them, or those to one address."""
    wanted = select(DemoLetter.id, DemoLetter.recipient, DemoLetter.subject, DemoLetter.sent_at)
    if to:
        wanted = wanted.where(func.lower(DemoLetter.recipient) == to.strip().lower())
    if before is not None:
        last = select(DemoLetter.sent_at, DemoLetter.id).where(DemoLetter.id == before)
        wanted = wanted.where(tuple_(DemoLetter.sent_at, DemoLetter.id) < last.scalar_subquery())
    newest_first = wanted.order_by(DemoLetter.sent_at.desc(), DemoLetter.id.desc()).limit(LETTERS_A_PAGE + 1)
    return [Line(*row) for row in db.session.execute(newest_first)]


def sent_letter(letter_id: UUID) -> Opened:
    """Give one letter, or raise NotFound."""
    row = db.session.execute(
        select(
            DemoLetter.id,
            DemoLetter.recipient,
            DemoLetter.subject,
            DemoLetter.sent_at,
            DemoLetter.text,
            DemoLetter.html,
        ).where(DemoLetter.id == letter_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Opened(*row)
