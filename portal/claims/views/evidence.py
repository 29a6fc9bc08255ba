"""The third step, pictures; and the route that takes them, for a draft and for an open claim."""

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programme
from portal.claims import queries
from portal.claims.forms import PicturesForm
from portal.claims.queries import ClaimFacts
from portal.claims.service import drafts
from portal.claims.service.drafts import PICTURES_STEP, REVIEW_STEP
from portal.claims.service.moves import StaleClaim
from portal.claims.views import bp, parts, pictures
from portal.claims.views.drafts import onward, step_away
from portal.claims.views.pictures import NotKeptFile
from portal.clock import now
from portal.unit_of_work import unit_of_work
from portal.web.access import members_only, visitor
from portal.web.htmx import go, page


@bp.get("/claims/<string(length=10):reference>/evidence")
@members_only
def show_evidence(reference: str) -> ResponseReturnValue:
    facts = queries.claim_of(visitor().member, reference)
    return _to_other_step(facts) or _evidence_page(facts, PicturesForm())


@bp.post("/claims/<string(length=10):reference>/evidence")
@members_only
def add_evidence(reference: str) -> ResponseReturnValue:
    facts = queries.claim_of(visitor().member, reference)
    if request.headers.get("X-Requested-With") == "upload":
        return parts.take_one(facts)
    form = PicturesForm()
    return _to_other_step(facts) or _take_form(facts, form)


def _take_form(facts: ClaimFacts, form: PicturesForm) -> ResponseReturnValue:
    """Take what a plain form brings; whatever button was pressed, no good file is lost."""
    refused = pictures.take_all(facts.id, form.chosen, by=visitor().user_id)
    if "add_kept" in request.form:
        refused += pictures.add_kept(facts)
    is_staying = "remove" in request.form or "add_kept" in request.form
    if "remove" in request.form:
        pictures.remove_wanted(facts.id)
    if refused:
        form.files.errors = [_("Some files could not be added. The reason stands beside each of them")]
        return _evidence_page(facts, form, 422, refused=refused)
    if is_staying:
        return go(url_for("claims.show_evidence", reference=facts.reference))
    has_pictures = bool(queries.unsent_pictures(facts.id))
    if not (has_pictures or "without" in request.form or "close" in request.values):
        form.files.errors = [_("Add a picture, or choose “Continue without evidence”")]
        return _evidence_page(facts, form, 422)
    try:
        with unit_of_work():
            drafts.reach(facts.id, REVIEW_STEP, at=now())
    except StaleClaim:
        return go(url_for("claims.show_claim", reference=facts.reference))
    return onward("claims.review_claim", facts.reference)


def _to_other_step(facts: ClaimFacts) -> ResponseReturnValue | None:
    elsewhere = step_away(facts, PICTURES_STEP)
    return go(elsewhere) if elsewhere else None


def _evidence_page(
    facts: ClaimFacts, form: PicturesForm, status: int = 200, *, refused: list[NotKeptFile] | None = None
) -> ResponseReturnValue:
    activity = next((known for known in programme.current().activities if known.key == facts.activity), None)
    return page(
        "claims/evidence.html",
        status=status,
        form=form,
        facts=facts,
        activity=activity,
        pictures=queries.unsent_pictures(facts.id),
        refused=refused or [],
        **pictures.kept_files(),
        terms=programme.current().claims,
    )
