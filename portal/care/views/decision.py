"""The verdict: entry, tier, timeline and letters are one unit of work."""

import uuid

from flask import request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programme
from portal.care import prefill
from portal.care.forms import ASK, DecideForm, refuse
from portal.care.queries.claim import Sheet, sheet_of
from portal.care.views import asker, bp
from portal.care.views.drawing import clash_of, draw
from portal.care.words import state_words
from portal.claims.asking import tell_asked
from portal.claims.rules import STATE_AFTER, Verdict
from portal.claims.service import desk
from portal.claims.service.verdicts import decide
from portal.claims.telling import tell_verdict
from portal.claims.words import subject_of
from portal.clock import now
from portal.errors import Conflict, Refused
from portal.unit_of_work import unit_of_work
from portal.web import ui
from portal.web.access import agents_only, visitor
from portal.web.htmx import go
from portal.web.links import settings


@bp.post("/care/claims/<uuid:claim_id>/decision")
@agents_only
def decide_claim(claim_id: uuid.UUID) -> ResponseReturnValue:
    sheet = sheet_of(claim_id, asker())
    form = DecideForm(sheet.kind)
    if not _is_right(form, sheet):
        return draw(claim_id, "", 422, decision=form)
    try:
        _ask(claim_id, form) if form.verdict.data == ASK else _decide(claim_id, form)
    except Refused as error:
        who = visitor()
        limit = programme.current().desk.limit(who.role)
        refuse(form, error.code, limit=limit, is_lead=who.role != "agent")
        return draw(claim_id, "", 422, decision=form)
    except Conflict as error:
        return draw(claim_id, "", 409, decision=form, clash=clash_of(error, seen=form.seen.data or ""))
    session["care_word"] = _done(form, sheet)
    return go(url_for("care.show_queue"))


def _is_right(form: DecideForm, sheet: Sheet) -> bool:
    is_right = form.validate()
    if form.verdict.data and not prefill.settle_reply(form, sheet):
        refuse(form, "reply")
        return False
    return is_right


def _ask(claim_id: uuid.UUID, form: DecideForm) -> None:
    at = now()
    with unit_of_work():
        question = desk.ask(
            claim_id,
            form.ask.data or "",
            words=form.reply.data or "",
            note=form.note.data or "",
            version=form.shown_version,
            by=visitor().user_id,
            at=at,
        )
        tell_asked(question, key=settings().secret, at=at)


def _decide(claim_id: uuid.UUID, form: DecideForm) -> None:
    decision = form.to_decision(takes="take" in request.form)
    with unit_of_work():
        tell_verdict(decide(claim_id, decision, by=visitor().user_id, at=now()))


def _done(form: DecideForm, sheet: Sheet) -> str:
    what = subject_of(sheet.kind, sheet.activity, sheet.activity_day)
    who = sheet.owner.name if sheet.owner else sheet.contact_email
    words: str = _("%(what)s: we wait for %(who)s.", what=what, who=who)
    if form.verdict.data == ASK:
        return words
    state = state_words(sheet.kind, STATE_AFTER[Verdict(form.verdict.data)])
    words = _("%(state)s: %(what)s. %(who)s has a letter.", state=state, what=what, who=who)
    if form.granted:
        points = ui.points(form.granted)
        words = _(
            "%(state)s: %(what)s, %(points)s points. %(who)s has a letter.",
            state=state,
            what=what,
            points=points,
            who=who,
        )
    return words
