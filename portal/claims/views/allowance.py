"""How many claims can be sent, told before it is too many."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import flask_babel

from portal import programme
from portal.accounts.service import limits
from portal.claims import queries
from portal.claims.rules import Allowance, Held
from portal.unit_of_work import unit_of_work
from portal.web import ui
from portal.web.access import visitor
from portal.web.trail import where

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext


@dataclass(frozen=True, slots=True)
class Room:
    """Whether another claim can be sent, in words."""

    words: str
    is_full: bool


def room_for_claims(*, at: datetime) -> Room:
    """Tell the visitor how many claims they can send."""
    found = queries.allowance_of(visitor().member, at=at)
    return Room(_words(found, at), found.held is not None)


def note_refusal(code: str, *, at: datetime) -> None:
    """Write down that a limit held the visitor up."""
    with unit_of_work():
        limits.note_hit(f"claims_{code}", where=where(), at=at, about=visitor().user_id)


def _words(found: Allowance, at: datetime) -> str:
    match found.held:
        case Held.TODAY:
            tomorrow = at.astimezone(programme.current().club.zone).date() + timedelta(days=1)
            return ngettext(
                "You have sent %(num)s claim today, as many as a day takes. "
                "What you write is kept: send it on %(day)s or later.",
                "You have sent %(num)s claims today, as many as a day takes. "
                "What you write is kept: send it on %(day)s or later.",
                found.sent.today,
                day=ui.weekday_day(tomorrow),
            )
        case Held.OPEN:
            return ngettext(
                "%(num)s claim of yours is open, as many as there can be. "
                "What you write is kept: send it when that one is answered.",
                "%(num)s claims of yours are open, as many as there can be. "
                "What you write is kept: send it when one of them is answered.",
                found.sent.open_now,
            )
    return ngettext("You can send %(num)s more claim today.", "You can send %(num)s more claims today.", found.left)
