"""A claim that was filled in because its points are late: read, and sent in one tap."""

import uuid

from flask import url_for
from flask.typing import ResponseReturnValue

from portal.claims import queries, telling
from portal.claims.service import drafts
from portal.claims.service.drafts import AlreadyClaimed
from portal.claims.views import bp
from portal.claims.views.drafts import the_member
from portal.claims.views.plan import what_comes_next
from portal.claims.views.told import told_so_far
from portal.claims.words import title_of
from portal.clock import now
from portal.errors import Refused
from portal.unit_of_work import unit_of_work
from portal.web.access import members_only, visitor
from portal.web.htmx import go, page


@bp.get("/claims/late/<uuid:expectation_id>")
@members_only
def show_late(expectation_id: uuid.UUID) -> ResponseReturnValue:
    late = queries.late_of(visitor().member, expectation_id)
    facts = late.claim
    if facts is not None and not facts.is_draft:
        return go(url_for("claims.show_claim", reference=facts.reference))
    return page(
        "claims/late.html",
        late=late,
        facts=facts,
        what=title_of(late.activity, late.happened_at),
        told=told_so_far(facts, queries.unsent_pictures(facts.id)) if facts else [],
        plan=what_comes_next(facts, at=now()) if facts else [],
    )


@bp.post("/claims/late/<uuid:expectation_id>")
@members_only
def confirm_late(expectation_id: uuid.UUID) -> ResponseReturnValue:
    facts, at = queries.late_of(visitor().member, expectation_id).claim, now()
    if facts is None:
        return go(url_for("claims.show_late", expectation_id=expectation_id))
    try:
        with unit_of_work():
            if drafts.send(facts.id, actor=the_member(), at=at):
                telling.tell_sent(facts.id, at=at)
    except (Refused, AlreadyClaimed):
        return go(url_for("claims.check_claim", reference=facts.reference))
    return go(url_for("claims.show_claim", reference=facts.reference))
