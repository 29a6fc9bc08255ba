"""Taking a claim back, and throwing a draft away: each asks once before it is done."""

from flask import url_for
from flask.typing import ResponseReturnValue

from portal.claims import letters, queries
from portal.claims.forms import PlainForm
from portal.claims.service import drafts, thread
from portal.claims.service.moves import StaleClaim
from portal.claims.views import bp, pictures
from portal.claims.views.drafts import step_url, the_member
from portal.claims.words import subject_of
from portal.clock import now
from portal.mail import outbox
from portal.unit_of_work import unit_of_work
from portal.web.access import members_only, visitor
from portal.web.htmx import go, page


@bp.get("/claims/<string(length=10):reference>/withdrawal")
@members_only
def confirm_withdrawal(reference: str) -> ResponseReturnValue:
    facts = queries.claim_of(visitor().member, reference)
    if not facts.is_open:
        return go(url_for("claims.show_claim", reference=facts.reference))
    about = subject_of(facts.kind, facts.activity, facts.activity_day)
    return page("claims/withdrawal.html", form=PlainForm(), facts=facts, about=about)


@bp.post("/claims/<string(length=10):reference>/withdrawal")
@members_only
def withdraw_claim(reference: str) -> ResponseReturnValue:
    facts = queries.claim_of(visitor().member, reference)
    try:
        with unit_of_work():
            if thread.withdraw(facts.id, actor=the_member(), at=now()):
                outbox.add(letters.claim_withdrawn(facts.id))
    except StaleClaim:
        # Somebody was faster: the claim's page tells how it ended.
        return go(url_for("claims.show_claim", reference=facts.reference))
    return go(url_for("claims.show_claim", reference=facts.reference))


@bp.get("/claims/<string(length=10):reference>/removal")
@members_only
def confirm_removal(reference: str) -> ResponseReturnValue:
    facts = queries.claim_of(visitor().member, reference)
    if not facts.is_draft:
        return go(url_for("claims.show_claim", reference=facts.reference))
    about = subject_of(facts.kind, facts.activity, facts.activity_day)
    return page("claims/removal.html", form=PlainForm(), facts=facts, about=about, back=step_url(facts))


@bp.post("/claims/<string(length=10):reference>/removal")
@members_only
def discard_draft(reference: str) -> ResponseReturnValue:
    facts = queries.claim_of(visitor().member, reference)
    try:
        with unit_of_work():
            files = drafts.discard(facts.id)
    except StaleClaim:
        return go(url_for("claims.show_claim", reference=facts.reference))
    pictures.delete_files(files)
    return go(url_for("claims.show_claims"))
