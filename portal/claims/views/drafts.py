"""The later steps of a claim that is not sent yet: what we can see, check and send."""

from datetime import datetime

from flask import request, url_for
from flask.typing import ResponseReturnValue

from portal.claims import queries, telling
from portal.claims.forms import StatementForm
from portal.claims.lines import By
from portal.claims.queries import Answer, ClaimFacts
from portal.claims.rules import ClaimKind, Held
from portal.claims.service import drafts
from portal.claims.service.drafts import CHECK_STEP, PICTURES_STEP, REVIEW_STEP, AlreadyClaimed
from portal.claims.service.moves import Actor, StaleClaim
from portal.claims.views import bp
from portal.claims.views.allowance import note_refusal, room_for_claims
from portal.claims.views.asking import elsewhere_seen
from portal.claims.views.plan import what_comes_next
from portal.claims.views.refusals import appeal_words
from portal.claims.views.seen import said_about
from portal.claims.views.told import told_so_far
from portal.clock import now
from portal.errors import Refused
from portal.unit_of_work import unit_of_work
from portal.web.access import members_only, visitor
from portal.web.htmx import go, page

STEPS = {
    1: "claims.show_subject",
    CHECK_STEP: "claims.check_claim",
    PICTURES_STEP: "claims.show_evidence",
    REVIEW_STEP: "claims.review_claim",
}


@bp.get("/claims/<string(length=10):reference>/check")
@members_only
def check_claim(reference: str) -> ResponseReturnValue:
    facts = queries.claim_of(visitor().member, reference)
    elsewhere = step_away(facts, CHECK_STEP)
    if elsewhere:
        return go(elsewhere)
    at = now()
    found = queries.look_up(facts, at=at)
    hints = [] if found.is_known or not facts.activity else elsewhere_seen(facts.subject, at=at)
    return page(
        "claims/check.html", facts=facts, found=found, said=said_about(facts, found, hints), room=room_for_claims(at=at)
    )


@bp.post("/claims/<string(length=10):reference>/check")
@members_only
def accept_check(reference: str) -> ResponseReturnValue:
    facts = queries.claim_of(visitor().member, reference)
    elsewhere = step_away(facts, CHECK_STEP)
    if elsewhere:
        return go(elsewhere)
    if "answered" in request.form:
        return _let_go(facts)
    at = now()
    found = queries.look_up(facts, at=at)
    if not found.can_be_sent:
        return go(url_for("claims.check_claim", reference=facts.reference))
    if found.answer is Answer.EARLY:
        return _send(facts, None, at=at)
    try:
        with unit_of_work():
            drafts.reach(facts.id, PICTURES_STEP, at=at)
    except StaleClaim:
        return go(url_for("claims.show_claim", reference=facts.reference))
    return onward("claims.show_evidence", facts.reference)


@bp.get("/claims/<string(length=10):reference>/review")
@members_only
def review_claim(reference: str) -> ResponseReturnValue:
    facts = queries.claim_of(visitor().member, reference)
    elsewhere = step_away(facts, REVIEW_STEP)
    if elsewhere:
        return go(elsewhere)
    form = StatementForm()
    if form.statement.data is None:
        form.statement.data = facts.statement
    return _review_page(facts, form)


@bp.post("/claims/<string(length=10):reference>/review")
@members_only
def send_claim(reference: str) -> ResponseReturnValue:
    facts = queries.claim_of(visitor().member, reference)
    elsewhere = step_away(facts, REVIEW_STEP)
    if elsewhere:
        return go(elsewhere)
    form = StatementForm()
    needs_words = facts.kind is ClaimKind.TECHNICAL and not facts.is_appeal and not closes()
    if not form.validate() or (needs_words and not form.require_words()):
        return _review_page(facts, form, 422)
    if not closes():
        return _send(facts, form.statement.data, at=now())
    try:
        with unit_of_work():
            drafts.reach(facts.id, REVIEW_STEP, at=now(), statement=form.statement.data)
    except StaleClaim:
        return go(url_for("claims.show_claim", reference=facts.reference))
    return go(url_for("claims.show_claims"))


def step_away(facts: ClaimFacts, step: int) -> str:
    """Give the page to open instead, when the draft has not come to this step or is none any more."""
    if not facts.is_draft:
        return url_for("claims.show_claim", reference=facts.reference)
    if facts.is_appeal and step == CHECK_STEP:
        # Its claim has been looked up before.
        return step_url(facts)
    return "" if facts.step >= step else step_url(facts)


def step_url(facts: ClaimFacts) -> str:
    """Give the page of the step a draft has come to; what the portal filled in has one of its own."""
    if facts.is_proposal and facts.expectation_id is not None:
        return url_for("claims.show_late", expectation_id=facts.expectation_id)
    return url_for(STEPS.get(facts.step, "claims.review_claim"), reference=facts.reference)


def closes() -> bool:
    """Tell whether the member saves and goes."""
    return "close" in request.values


def onward(endpoint: str, reference: str) -> ResponseReturnValue:
    """Go to the next step, or to the claims when the member saves and closes."""
    if closes():
        return go(url_for("claims.show_claims"))
    return go(url_for(endpoint, reference=reference))


def the_member() -> Actor:
    """Give the visitor as the timeline names them."""
    who = visitor()
    return Actor(By.MEMBER, who.user_id, who.name)


def _send(facts: ClaimFacts, statement: str | None, *, at: datetime) -> ResponseReturnValue:
    """Send a draft and confirm it by letter; what changed since the look-up is shown there."""
    try:
        with unit_of_work():
            if drafts.send(facts.id, actor=the_member(), at=at, statement=statement):
                telling.tell_sent(facts.id, at=at)
    except (Refused, AlreadyClaimed) as refusal:
        if facts.is_appeal:
            form = StatementForm()
            form.statement.errors = [appeal_words(facts, refusal)]
            return _review_page(facts, form, 422)
        _keep_words(facts, statement, at=at)
        if isinstance(refusal, Refused) and refusal.code in set(Held):
            note_refusal(refusal.code, at=at)
        return go(url_for("claims.check_claim", reference=facts.reference))
    return go(url_for("claims.show_claim", reference=facts.reference))


def _keep_words(facts: ClaimFacts, statement: str | None, *, at: datetime) -> None:
    """Keep what was written with a draft that could not be sent."""
    if statement is None:
        return
    try:
        with unit_of_work():
            drafts.reach(facts.id, facts.step, at=at, statement=statement)
    except StaleClaim:
        return


def _let_go(facts: ClaimFacts) -> ResponseReturnValue:
    """Leave no draft behind when the look-up was the answer; one with words or pictures in it asks first."""
    if facts.statement or queries.unsent_pictures(facts.id):
        return go(url_for("claims.confirm_removal", reference=facts.reference))
    try:
        with unit_of_work():
            drafts.discard(facts.id)
    except StaleClaim:
        return go(url_for("claims.show_claim", reference=facts.reference))
    return go(url_for("home.show_home"))


def _review_page(facts: ClaimFacts, form: StatementForm, status: int = 200) -> ResponseReturnValue:
    if facts.is_appeal:
        form.ask_what_we_missed()
    elif facts.kind is ClaimKind.TECHNICAL:
        form.ask_what_happens()
    return page(
        "claims/review.html",
        "step",
        status,
        form=form,
        facts=facts,
        told=told_so_far(facts, queries.unsent_pictures(facts.id)),
        plan=what_comes_next(facts, at=now()),
        room=room_for_claims(at=now()),
    )
