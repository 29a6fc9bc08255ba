"""What agents do with a claim beside deciding it: take it, give it back, note, write."""

import uuid

from flask import Response, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.care.forms import MessageForm, NoteForm, refuse
from portal.care.views import bp
from portal.care.views.drawing import clash_of, draw
from portal.claims import letters
from portal.claims.service import desk
from portal.clock import now
from portal.errors import Conflict, Refused
from portal.mail import outbox
from portal.unit_of_work import unit_of_work
from portal.web.access import agents_only, visitor
from portal.web.htmx import go, wants_fragment


@bp.post("/care/claims/<uuid:claim_id>/lease")
@agents_only
def take_claim(claim_id: uuid.UUID) -> ResponseReturnValue:
    try:
        with unit_of_work():
            desk.take(claim_id, by=visitor().user_id, at=now())
    except Conflict as error:
        return draw(claim_id, "", 409, clash=clash_of(error))
    return _to(claim_id)


@bp.post("/care/claims/<uuid:claim_id>/return")
@agents_only
def release_claim(claim_id: uuid.UUID) -> ResponseReturnValue:
    try:
        with unit_of_work():
            desk.release(claim_id, by=visitor().user_id, at=now())
    except Refused:
        # Nobody holds it: it is where it was to go.
        return go(url_for("care.show_queue"))
    except Conflict as error:
        return draw(claim_id, "", 409, clash=clash_of(error))
    session["care_word"] = _("Given back. It keeps its place in the queue.")
    return go(url_for("care.show_queue"))


@bp.post("/care/claims/<uuid:claim_id>/notes")
@agents_only
def note_claim(claim_id: uuid.UUID) -> ResponseReturnValue:
    form = NoteForm()
    if not form.validate():
        return draw(claim_id, "history", 422, note=form)
    try:
        with unit_of_work():
            desk.note(claim_id, form.note_words.data or "", version=form.shown_version, by=visitor().user_id, at=now())
    except Conflict as error:
        return draw(claim_id, "history", 409, note=form, clash=clash_of(error))
    return _to(claim_id)


@bp.post("/care/claims/<uuid:claim_id>/messages")
@agents_only
def write_message(claim_id: uuid.UUID) -> ResponseReturnValue:
    form = MessageForm()
    if not form.validate():
        return draw(claim_id, "history", 422, message=form)
    try:
        with unit_of_work():
            claim = desk.message(
                claim_id, form.message_words.data or "", version=form.shown_version, by=visitor().user_id, at=now()
            )
            is_outside = claim.member_id is None
            outbox.add(letters.access_answered(claim_id) if is_outside else letters.claim_message(claim_id))
    except Refused as error:
        refuse(form, error.code)
        return draw(claim_id, "history", 422, message=form)
    except Conflict as error:
        return draw(claim_id, "history", 409, message=form, clash=clash_of(error))
    return _to(claim_id)


def _to(claim_id: uuid.UUID) -> Response:
    """Show the claim as it stands now: its story where htmx swaps that alone, else the whole page."""
    if wants_fragment():
        return draw(claim_id, "history")
    return go(url_for("care.show_claim", claim_id=claim_id))
