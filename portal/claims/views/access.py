"""“I cannot get in”: open to everybody, and saying the same to everybody."""

import uuid
from typing import Any

from flask import Response, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programme
from portal.accounts.service import limits
from portal.accounts.service.limits import Limit
from portal.claims import letters, queries
from portal.claims.forms import AccessForm
from portal.claims.service import access
from portal.claims.service.access import Filed
from portal.claims.views import bp, pictures
from portal.claims.views.pictures import NotKeptFile, NotTaken
from portal.clock import now
from portal.errors import NotFound
from portal.mail import outbox
from portal.unit_of_work import unit_of_work
from portal.web.access import public
from portal.web.htmx import go, page
from portal.web.links import settings
from portal.web.trail import where

HOUR = 3600
DAY = 24 * HOUR
DRAFT = "access_draft"
SENT = "access_sent"


@bp.get("/help/cannot-get-in")
@public
def ask_for_access() -> ResponseReturnValue:
    return _form_page(AccessForm())


@bp.post("/help/cannot-get-in")
@public
def send_access() -> ResponseReturnValue:
    if request.headers.get("X-Requested-With") == "upload":
        return _take_one()
    form = AccessForm()
    refused = _take_files(form)
    if "remove" in request.form:
        _remove()
        return _form_page(form, refused=refused)
    if refused:
        form.files.errors = [_("Some files could not be added. The reason stands beside each of them")]
    if not form.validate_on_submit() or refused:
        return _form_page(form, 422, refused=refused)
    return _send(form)


@bp.get("/help/cannot-get-in/sent")
@public
def access_sent() -> ResponseReturnValue:
    if SENT not in session:
        return go(url_for("claims.ask_for_access"))
    days = programme.current().claims.verdict_working_days
    return page("claims/access_sent.html", address=session[SENT], days=days)


@bp.get("/help/cannot-get-in/pictures/<uuid:evidence_id>")
@public
def show_access_picture(evidence_id: uuid.UUID) -> ResponseReturnValue:
    draft = _draft()
    if draft is None:
        raise NotFound
    found = queries.access_picture(draft, evidence_id)
    return pictures.picture_answer(found.thumb_key or found.storage_key, f"{found.position}-small.jpg")


def _send(form: AccessForm) -> ResponseReturnValue:
    """File the words and confirm them by letter: one letter for each claim, however often somebody writes."""
    address, at, draft = form.to_address(), now(), _draft()
    filed = None
    with unit_of_work():
        if not _is_too_much_from_here(form):
            filed = _file(form, draft)
        if filed is None:
            limits.note_hit("help", where=where(), at=at)
        elif filed.is_new:
            outbox.add(letters.access_received(filed.claim_id))
    if filed is None:
        return _form_page(form, 429)
    pictures.delete_files(filed.files)
    session.pop(DRAFT, None)
    session[SENT] = address.typed
    return go(url_for("claims.access_sent"))


def _file(form: AccessForm, draft: uuid.UUID | None) -> Filed | None:
    limit = Limit("help-account", settings().help_requests_per_account_day, DAY)
    filed = access.send(draft, form.to_address(), form.words.data or "", limit=limit, at=now())
    if filed is None:
        words = _("This address was written about several times today. We answer what we have; add to it tomorrow")
        form.form_errors.append(words)
    return filed


def _is_too_much_from_here(form: AccessForm) -> bool:
    limit = Limit("help-place", settings().help_requests_per_address_hour, HOUR)
    if not limits.spend((limit, _place()), at=now()):
        return False
    form.form_errors.append(
        _("Too much was written from here. Try again in an hour: what you typed stays on this page")
    )
    return True


def _take_files(form: AccessForm) -> list[NotKeptFile]:
    """Take what a plain form brings; whatever else is wrong with it, no good file is lost."""
    refused: list[NotKeptFile] = []
    for upload in (file for file in form.files.data or () if getattr(file, "filename", "")):
        try:
            draft = _draft_for_picture()
        except NotTaken as error:
            refused.append(NotKeptFile(pictures.read(upload).name, error.words))
        else:
            refused += pictures.take_all(draft, [upload], by=None)
    return refused


def _take_one() -> Response:
    """Answer js/upload.js with the row of this one file; where we failed, it offers to try again."""
    if "remove" in request.form:
        _remove()
        return Response(status=204)
    upload = request.files.get("file")
    if upload is None:
        return _row(422, name=_("picture"), refused=_("No file arrived. Choose it again."))
    sent = pictures.read(upload, key=request.form.get("key", ""), sha256=request.form.get("original_sha256", ""))
    try:
        picture = pictures.take(_draft_for_picture(), sent, by=None)
    except NotTaken as error:
        return _row(503 if error.is_our_fault else 422, name=sent.name, refused=error.words)
    return _row(201, picture=picture)


def _draft_for_picture() -> uuid.UUID:
    """Give the draft pictures go to, a new one where there is none; raises NotTaken when too many came from here."""
    at = now()
    limit = Limit("help-pictures", settings().help_pictures_per_address_hour, HOUR)
    with unit_of_work():
        if limits.spend((limit, _place()), at=at):
            raise NotTaken(_("Too many pictures came from here. Go on without this one, or add it in an hour."))
        draft = _draft() or access.open_draft(at=at)
    session[DRAFT] = str(draft)
    return draft


def _remove() -> None:
    draft = _draft()
    if draft is not None:
        pictures.remove_wanted(draft)


def _draft() -> uuid.UUID | None:
    return queries.access_draft(session.get(DRAFT, "")) if DRAFT in session else None


def _place() -> str:
    return limits.address_key(request.remote_addr or "")


def _row(status: int, **context: Any) -> Response:  # noqa: ANN401 - what the template takes
    return page("claims/access_picture.html", status=status, **context)


def _form_page(form: AccessForm, status: int = 200, *, refused: list[NotKeptFile] | None = None) -> ResponseReturnValue:
    draft = _draft()
    return page(
        "claims/access.html",
        status=status,
        form=form,
        pictures=queries.unsent_pictures(draft) if draft else (),
        refused=refused or [],
        terms=programme.current().claims,
    )
