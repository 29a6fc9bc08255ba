"""A picture of a document, for the look at somebody's age."""

from flask import current_app, request, url_for
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
from portal.joining.ages import provider
from portal.joining.forms import DocumentForm
from portal.joining.service import ages
from portal.joining.service.ages import MEGABYTE
from portal.joining.views.requirements import details_form, draw
from portal.storage.images import ImageRefused
from portal.storage.store import CouldNotKeep, Store
from portal.unit_of_work import unit_of_work
from portal.web.access import unfinished_too, visitor
from portal.web.htmx import go
from portal.web.trail import where

MOST_A_DAY = Limit("age-document", 5, 24 * 3600)


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
    provider().begin(check_id)
    return ""


def _store() -> Store:
    found: Store = current_app.extensions["store"]
    return found
