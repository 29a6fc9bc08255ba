"""A letter becomes a message: its folder of templates, in the reader's language, as text and as HTML."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import UUID

from flask import current_app
from flask_babel import force_locale, get_locale

from portal import programme
from portal.config import Settings
from portal.mail.letter import Letter

LONGEST_SUBJECT = 200


def compose(letter: Letter, *, letter_id: UUID, written_at: datetime) -> EmailMessage:
    """Write the message; it is the same to the letter every time, so that one sent twice is seen once.

    Needs the app's context, not a request's. A fact that a template asks for and the letter lacks is an error.
    """
    settings: Settings = current_app.extensions["settings"]
    club = programme.current().club
    with force_locale(letter.locale):
        spoken = get_locale()
        facts = {
            **letter.facts,
            "club": club,
            "site": settings.site_url,
            "language": letter.locale.replace("_", "-"),
            "direction": spoken.text_direction if spoken else "ltr",
        }
        subject = one_line(_fill(letter.kind, "subject.txt", facts))
        text = _fill(letter.kind, "body.txt", facts)
        html = _fill(letter.kind, "body.html", {**facts, "subject": subject})
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name=club.mail_from_name, addr_spec=settings.sender)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = subject
    message["Date"] = format_datetime(written_at)
    message["Message-ID"] = message_id(letter_id, settings.sender)
    message["Auto-Submitted"] = "auto-generated"
    # 8-bit lines would need a promise of the next server that not every one gives.
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message


def subject_of(kind: str, facts: Mapping[str, object], locale: str) -> str:
    """Give the subject a letter went out with; of one whose facts are forgotten there is none left to give."""
    if not facts:
        return ""
    with force_locale(locale):
        return one_line(_fill(kind, "subject.txt", {**facts, "club": programme.current().club}))


def message_id(letter_id: UUID, sender: str) -> str:
    """Give the name under which mail programs know a letter again."""
    return f"<{letter_id}@{sender.rpartition('@')[2]}>"


def one_line(text: str) -> str:
    """Make a header of what a template wrote: one line, nothing invisible that could end it."""
    shown = " ".join("".join(char if unicodedata.category(char) != "Cc" else " " for char in text).split())
    return shown[:LONGEST_SUBJECT]


def _fill(kind: str, part: str, facts: Mapping[str, object]) -> str:
    # Not render_template: a letter is written without a request, and no context processor has a say in it.
    return current_app.jinja_env.get_template(f"mail/{kind}/{part}").render(facts)
