"""What we write to people about their records; call these inside the unit of work that caused them."""

from datetime import datetime

from flask_babel import force_locale

from portal.mail.letter import JSON, Letter
from portal.records.queries import Owner
from portal.web import ui
from portal.web.links import absolute


def export_ready(who: Owner, *, until: datetime) -> Letter:
    """Say that the copy is there and until when; the link leads to its page, which asks who is there."""
    with force_locale(who.locale):
        return _letter("export_ready", who, until=ui.weekday_day(until), link=absolute("records.show_export"))


def _letter(kind: str, who: Owner, **facts: JSON) -> Letter:
    return Letter(
        kind=kind, to=who.email, locale=who.locale, user_id=who.user_id, facts={"name": who.first_name, **facts}
    )
