"""You: where somebody is signed in, and their details."""

import uuid

from flask import session, url_for
from flask.typing import ResponseReturnValue

from portal.accounts import queries
from portal.accounts.queries.addresses import further_addresses
from portal.accounts.rules import countries
from portal.accounts.service import sessions
from portal.accounts.views import bp
from portal.clock import now
from portal.unit_of_work import unit_of_work
from portal.web import ui
from portal.web.access import members_only, signed_in, visitor
from portal.web.htmx import go, page

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
    with unit_of_work():
        sessions.end_own(place_id, user_id=visitor().user_id, at=now())
    return go(url_for("accounts.show_you"))


@bp.post("/you/other-places/end")
@signed_in
def end_other_places() -> ResponseReturnValue:
    who = visitor()
    with unit_of_work():
        sessions.end_others(who.user_id, but=who.session_id, at=now())
    return go(url_for("accounts.show_you"))
