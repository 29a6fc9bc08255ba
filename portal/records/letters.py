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


def closing_asked(who: Owner, *, closes_at: datetime) -> Letter:
    """Say on which day the account closes, what goes with it, and how to keep it."""
    with force_locale(who.locale):
        return _letter("closing_asked", who, day=ui.weekday_day(closes_at), link=absolute("records.show_closing"))


def closing_taken_back(who: Owner) -> Letter:
    """Say that the account stays."""
    return _letter("closing_taken_back", who, link=absolute("accounts.show_you"))


def account_closed(who: Owner) -> Letter:
    """Say goodbye: what is gone, and what stays without a name."""
    return _letter("account_closed", who)


def _letter(kind: str, who: Owner, **facts: JSON) -> Letter:
    return Letter(
        kind=kind, to=who.email, locale=who.locale, user_id=who.user_id, facts={"name": who.first_name, **facts}
    )
