"""You: where somebody is signed in, and their details."""

import uuid
from datetime import datetime

from flask import Response, session, url_for
from flask.typing import ResponseReturnValue

from portal.accounts import queries
from portal.accounts.queries.addresses import further_addresses
from portal.accounts.rules import countries
from portal.accounts.service import sessions
from portal.accounts.views import bp
from portal.audit.rules import Verb
from portal.audit.service import record
from portal.clock import now
from portal.unit_of_work import unit_of_work
from portal.web import ui
from portal.web.access import Visitor, members_only, signed_in, visitor
from portal.web.htmx import go, page
from portal.web.trail import actor, where

# What has just been done, said once on the page one comes back to.
WORD = "you_word"


@bp.get("/you")
@members_only
def show_you() -> ResponseReturnValue:
    who = visitor()
    details = queries.details_of(who.member)
    return page(
        "accounts/you.html",
        who=who,
        word=session.pop(WORD, ""),
        details=details,
        further=further_addresses(who.member),
        country=countries(ui.spoken()).get(details.country, details.country),
        places=queries.places_of(who.user_id, this=who.session_id, at=now()),
    )


@bp.post("/you/places/<uuid:place_id>/end")
@signed_in
def end_place(place_id: uuid.UUID) -> ResponseReturnValue:
    who, at = visitor(), now()
    with unit_of_work():
        sessions.end_own(place_id, user_id=who.user_id, at=at)
        _note_end(who.user_id, ("session", str(place_id)), at=at)
    return _back()


@bp.post("/you/other-places/end")
@signed_in
def end_other_places() -> ResponseReturnValue:
    who, at = visitor(), now()
    with unit_of_work():
        sessions.end_others(who.user_id, but=who.session_id, at=at)
        _note_end(who.user_id, ("sessions", "all others"), at=at)
    return _back()


def has_own_page(who: Visitor) -> bool:
    """Tell whether the page about themselves is open to them: not to staff alone, nor before joining is finished."""
    return who.member_id is not None and not who.is_unfinished


def _back() -> Response:
    """Go back to where the list stands: who cannot open the page about themselves has it beside their second step."""
    return go(url_for("accounts.show_you" if has_own_page(visitor()) else "accounts.show_safety"))


def _note_end(user_id: uuid.UUID, thing: tuple[str, str], *, at: datetime) -> None:
    record(Verb.SESSION_ENDED, at=at, actor=actor(), where=where(), about=user_id, thing=thing)
