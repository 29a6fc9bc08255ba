"""What tests of the outbox do again and again: write letters, look at their rows and at what arrived."""

from datetime import datetime
from email.message import EmailMessage

from sqlalchemy import select

from portal.clock import now
from portal.db import db
from portal.mail import outbox
from portal.mail.letter import Letter
from portal.mail.models import LetterRow
from portal.mail.postbox import Memory
from portal.unit_of_work import unit_of_work
from tests.mail.samples import sample


def to(name: str) -> Letter:
    return sample("tier_reached", to=f"{name}@club.example")


def post(*written: Letter) -> datetime:
    """Commit letters, and give a moment at which they are due."""
    with unit_of_work():
        for letter in written:
            outbox.add(letter)
    return now()


def rows() -> list[LetterRow]:
    """Read the letters as they are now, by recipient."""
    db.session.rollback()
    return list(db.session.scalars(select(LetterRow).order_by(LetterRow.recipient)))


def sent_to(postbox: Memory) -> list[str]:
    return [str(message["To"]).partition("@")[0] for message in postbox.messages]


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())
