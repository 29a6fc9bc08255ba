"""The look at documents: compared with what members said, decided, and gone."""

import uuid

from flask import Response, current_app, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programme
from portal.accounts.rules import age_on, countries
from portal.audit.rules import Verb
from portal.care.forms import AgeForm
from portal.care.queries.ages import Document, document_of, waiting_ages
from portal.care.views import asker, bp
from portal.care.views.looks import note_look
from portal.clock import now
from portal.errors import Conflict
from portal.joining.letters import age_decided
from portal.joining.service import ages
from portal.mail import outbox
from portal.storage.store import Store
from portal.unit_of_work import unit_of_work
from portal.web.access import agents_only
from portal.web.htmx import go, page
from portal.web.security import DOWNLOAD_POLICY
from portal.web.speech import spoken
from portal.web.trail import actor, where


@bp.get("/care/ages")
@agents_only
def show_ages() -> ResponseReturnValue:
    return page("care/ages.html", waiting=waiting_ages(asker()), word=session.pop("care_word", ""))


@bp.get("/care/ages/<uuid:check_id>")
@agents_only
def show_age(check_id: uuid.UUID) -> ResponseReturnValue:
    document = document_of(check_id, asker())
    note_look(Verb.LOOKED_AT_MEMBER, ("age_check", str(check_id)), about=document.user_id)
    return _draw(document, AgeForm(), 200)


@bp.get("/care/ages/<uuid:check_id>/document")
@agents_only
def show_document(check_id: uuid.UUID) -> ResponseReturnValue:
    document = document_of(check_id, asker())
    note_look(Verb.LOOKED_AT_DOCUMENT, ("age_check", str(check_id)), about=document.user_id)
    headers = {"Content-Security-Policy": DOWNLOAD_POLICY, "Content-Disposition": 'inline; filename="document.jpg"'}
    return Response(_store().get(document.storage_key), mimetype="image/jpeg", headers=headers)


@bp.post("/care/ages/<uuid:check_id>/verdict")
@agents_only
def decide_age(check_id: uuid.UUID) -> ResponseReturnValue:
    document = document_of(check_id, asker())
    form = AgeForm()
    if not form.validate_on_submit():
        return _draw(document, form, 422)
    try:
        with unit_of_work():
            decided = ages.decide(
                check_id,
                is_approved=form.is_approved,
                reason=form.reason.data or "",
                by=actor(),
                where=where(),
                at=now(),
            )
            outbox.add(age_decided(decided))
    except Conflict:
        session["care_word"] = _("Somebody else was faster with this document.")
        return go(url_for("care.show_ages"))
    # After the commit: a file without a row is swept up, a row without its file could not be shown.
    _store().delete(decided.storage_key)
    session["care_word"] = _("Decided, with a letter. The picture is deleted.")
    return go(url_for("care.show_ages"))


def _draw(document: Document, form: AgeForm, status: int) -> Response:
    today = now().astimezone(programme.current().club.zone).date()
    return page(
        "care/age.html",
        status=status,
        document=document,
        form=form,
        age=age_on(today, born=document.birth_date),
        country=countries(spoken()).get(document.country, document.country),
    )


def _store() -> Store:
    found: Store = current_app.extensions["store"]
    return found
