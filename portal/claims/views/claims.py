"""The member's claims: the list, and the page of one."""

from datetime import datetime

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.claims import queries
from portal.claims.views import bp
from portal.claims.views.claim_page import claim_view
from portal.claims.views.rows import closed_row, draft_row, open_row
from portal.clock import now
from portal.errors import NotFound
from portal.web.access import members_only, visitor
from portal.web.htmx import page


@bp.get("/claims")
@members_only
def show_claims() -> ResponseReturnValue:
    member, at = visitor().member, now()
    before = _created_at(request.args.get("before", ""))
    unsettled = [] if before else queries.unsettled_claims(member)
    closed = queries.closed_claims(member, before=before)
    shown = closed[: queries.MOST_ON_A_PAGE]
    return page(
        "claims/claims.html",
        "closed" if before else None,
        drafts=[draft_row(facts) for facts in unsettled if facts.is_draft],
        open_claims=[open_row(facts, at=at) for facts in unsettled if facts.is_open],
        closed=[closed_row(facts) for facts in shown],
        has_any=bool(unsettled or closed) or before is not None,
        more=url_for("claims.show_claims", before=shown[-1].reference) if len(closed) > len(shown) else "",
    )


@bp.get("/claims/<string(length=10):reference>")
@members_only
def show_claim(reference: str) -> ResponseReturnValue:
    return claim_view(reference)


def _created_at(reference: str) -> datetime | None:
    try:
        return queries.claim_of(visitor().member, reference).created_at if reference else None
    except NotFound:
        return None
