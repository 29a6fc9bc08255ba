"""What is typed into a draft, kept in the background every few seconds; nothing here moves it on or sends it."""

from flask import Response, request, url_for

from portal.claims import queries
from portal.claims.forms import StatementForm
from portal.claims.service import drafts
from portal.claims.service.moves import StaleClaim
from portal.claims.views import bp
from portal.claims.views.subject import about_form
from portal.clock import now
from portal.errors import Refused
from portal.unit_of_work import unit_of_work
from portal.web.access import members_only, visitor

KEPT, STALE, NOT_KEPT = 204, 409, 422


@bp.post("/claims/new/typed")
@members_only
def keep_begun() -> Response:
    form = about_form()
    if form.is_untouched:
        return Response(status=KEPT)
    try:
        with unit_of_work():
            reference = drafts.keep_begun(visitor().member, form.key.data or "", form.to_typed(), at=now())
    except StaleClaim:
        return Response(status=STALE)
    except Refused:
        return Response(status=NOT_KEPT)
    # Here the draft goes on after a reload.
    there = url_for("claims.show_subject", reference=reference)
    return Response(status=KEPT, headers={"Content-Location": there})


@bp.post("/claims/<string(length=10):reference>/typed")
@members_only
def keep_typed(reference: str) -> Response:
    facts = queries.claim_of(visitor().member, reference)
    version = _version()
    form = StatementForm() if "statement" in request.form else None
    if form is not None and not form.validate():
        return Response(status=NOT_KEPT)
    try:
        with unit_of_work():
            if form is not None:
                drafts.keep_statement(facts.id, form.statement.data or "", version=version, at=now())
            else:
                drafts.keep_about(facts.id, about_form(facts).to_typed(), version=version, at=now())
    except StaleClaim:
        return Response(status=STALE)
    return Response(status=KEPT)


def _version() -> int:
    """Read which state of the draft the page shows; nonsense is the state of no page."""
    given = request.form.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < len("1000000") else 0
