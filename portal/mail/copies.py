"""Copies of sent letters for the demo's mailbox page; production keeps none."""

from datetime import datetime
from email.message import EmailMessage
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from portal.db import db
from portal.mail.models import DemoLetter
from portal.unit_of_work import unit_of_work


def keep(letter_id: UUID, message: EmailMessage, at: datetime) -> None:
    """Keep one copy of a letter, however often it is tried."""
    copy = DemoLetter(
        letter_id=letter_id,
        recipient=str(message["To"]),
        subject=str(message["Subject"]),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        sent_at=at,
    )
    try:
        with unit_of_work():
            db.session.add(copy)
    except IntegrityError:
        # This letter has been tried before: there is one copy, which is all we want.
        return


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""
