"""A picture of a document, for the look at somebody's age."""

import logging
import uuid

from flask import current_app, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programme
from portal.accounts.service import limits
from portal.accounts.service.limits import Limit
from portal.accounts.views import bp
from portal.claims.forms import refusal_words
from portal.clock import now
from portal.errors import Refused
from portal.joining import queries
from portal.joining.ages import host_of, provider
from portal.joining.forms import DocumentForm
from portal.joining.service import ages
from portal.joining.service.ages import MEGABYTE
from portal.joining.views.requirements import ONWARD, details_form, draw
from portal.storage.images import ImageRefused
from portal.storage.store import CouldNotKeep, Store
from portal.unit_of_work import unit_of_work
from portal.web.access import unfinished_too, visitor
from portal.web.htmx import go
from portal.web.trail import where

MOST_A_DAY = Limit("age-document", 5, 24 * 3600)
MOST_BEGINNINGS = Limit("age-begin", 20, 24 * 3600)

log = logging.getLogger("portal.joining")


@bp.post("/you/requirements/document")
@unfinished_too
def send_document() -> ResponseReturnValue:
    form = DocumentForm()
    fault = _take(form)
    if fault:
        form.document.errors = [fault]
        standing = queries.standing_of(visitor().member)
        return draw(standing, details_form(standing), 422, document=form)
    return go(url_for("accounts.show_requirements"))


def _take(form: DocumentForm) -> str:
    """Keep the picture and ask for a look; give the words for what is wrong, or nothing."""
    upload = request.files.get("document")
    if not form.validate() or upload is None or not upload.filename:
        return str(_("Choose a picture of your document"))
    content = upload.stream.read(programme.current().claims.evidence_mb * MEGABYTE + 1)
    member_id, store = visitor().member, _store()
    with unit_of_work():
        wait = limits.spend((MOST_A_DAY, str(member_id)), at=now())
    if wait:
        return str(_("That was too often for one day. Send another picture tomorrow"))
    try:
        key = ages.keep(store, content, at=now())
    except ImageRefused as error:
        return refusal_words(error)
    except CouldNotKeep:
        return str(_("We could not keep this picture, and that is our fault. Try again."))
    try:
        with unit_of_work():
            check_id = ages.ask(member_id, key, where=where(), at=now())
    except Refused:
        # A second tap, or nothing to check any more: the page says how it stands.
        store.delete(key)
        return ""
    return begin_at_provider(check_id)


@bp.post("/you/requirements/age")
@unfinished_too
def begin_age_check() -> ResponseReturnValue:
    fault = _begin(visitor().member)
    if fault:
        standing, form = queries.standing_of(visitor().member), DocumentForm()
        form.form_errors.append(fault)
        return draw(standing, details_form(standing), 422, document=form)
    return go(url_for("accounts.show_requirements"))


def _begin(member_id: uuid.UUID) -> str:
    """Ask whoever checks ages, or go on where it was begun; give the words for what is wrong, or nothing."""
    if provider().wants_document or not programme.current().joining.checks_age:
        return ""
    with unit_of_work():
        wait = limits.spend((MOST_BEGINNINGS, str(member_id)), at=now())
    if wait:
        return str(_("That was too often for one day. Begin again tomorrow"))
    try:
        with unit_of_work():
            check_id = ages.ask(member_id, "", where=where(), at=now())
    except Refused:
        check = queries.standing_of(member_id).check
        if check is None or check.state != "waiting":
            return ""
        check_id = check.id
    return begin_at_provider(check_id)


def begin_at_provider(check_id: uuid.UUID) -> str:
    """Begin with no unit of work open, and keep in this browser where the member goes on; give what is wrong."""
    try:
        address = provider().begin(check_id)
    except OSError:
        log.warning("the provider of age checks cannot be reached", exc_info=True)
        return str(_("Whoever checks ages for us cannot be reached just now. Try again in a few minutes"))
    if address and not host_of(address):
        log.error("the provider of age checks gave an address nobody is sent to")
    session[ONWARD] = [str(check_id), address if host_of(address) else ""]
    return ""


def _store() -> Store:
    found: Store = current_app.extensions["store"]
    return found
