"""The steps of a claim that is not sent yet: what is missing, what we can see, check and send."""

import uuid
from datetime import date, datetime

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programme
from portal.claims import letters, queries
from portal.claims.forms import AboutForm, StatementForm
from portal.claims.lines import By
from portal.claims.queries import Answer, ClaimFacts
from portal.claims.rules import ClaimKind
from portal.claims.service import drafts
from portal.claims.service.drafts import CHECK_STEP, PICTURES_STEP, REVIEW_STEP, AlreadyClaimed
from portal.claims.service.moves import Actor, StaleClaim
from portal.claims.views import bp
from portal.claims.views.plan import what_comes_next
from portal.claims.views.seen import said_about, thing_choice
from portal.claims.views.told import told_so_far
from portal.clock import now
from portal.errors import Refused
from portal.mail import outbox
from portal.points.rules import read_sequence
from portal.unit_of_work import unit_of_work
from portal.web.access import members_only, visitor
from portal.web.htmx import go, page

STEPS = {
    1: "claims.show_subject",
    CHECK_STEP: "claims.check_claim",
    PICTURES_STEP: "claims.show_evidence",
    REVIEW_STEP: "claims.review_claim",
}


@bp.get("/claims/new")
@members_only
def new_claim() -> ResponseReturnValue:
    form = _about_form(sequence=_line())
    if form.is_untouched:
        _fill_from_link(form)
    return _about_page(form)


@bp.post("/claims/new")
@members_only
def begin_claim() -> ResponseReturnValue:
    form = _about_form(sequence=_line())
    if closes() and form.is_untouched:
        return go(url_for("claims.show_claims"))
    if not form.validate():
        return _about_page(form, 422)
    try:
        with unit_of_work():
            reference = drafts.begin(visitor().member, form.key.data or "", form.to_about(), at=now())
    except StaleClaim as stale:
        return go(url_for("claims.show_claim", reference=stale.reference))
    except Refused:
        most = drafts.MOST_DRAFTS
        form.kind.errors = [_("You have %(most)s unsent claims. Send or discard one first", most=most)]
        return _about_page(form, 422)
    return onward("claims.check_claim", reference)


@bp.get("/claims/new/reference")
@members_only
def ask_reference() -> ResponseReturnValue:
    """Name the reference as the chosen activity calls it; without a script, all are named."""
    form = _about_form(None)
    form.choose_activity(request.args.get("activity", ""))
    return _about_page(form, block="reference")


@bp.get("/claims/<string(length=10):reference>/subject")
@members_only
def show_subject(reference: str) -> ResponseReturnValue:
    facts = queries.claim_of(visitor().member, reference)
    if not facts.is_draft:
        return go(url_for("claims.show_claim", reference=facts.reference))
    form = _about_form(_uuid(facts.subject_key))
    form.show(facts)
    return _about_page(form, facts=facts)


@bp.post("/claims/<string(length=10):reference>/subject")
@members_only
def change_subject(reference: str) -> ResponseReturnValue:
    facts = queries.claim_of(visitor().member, reference)
    form = _about_form(_uuid(facts.subject_key))
    if facts.is_draft and not form.validate():
        return _about_page(form, 422, facts=facts)
    try:
        with unit_of_work():
            drafts.revise(facts.id, form.to_about(), at=now())
    except StaleClaim:
        return go(url_for("claims.show_claim", reference=facts.reference))
    return onward("claims.check_claim", facts.reference)


@bp.get("/claims/<string(length=10):reference>/check")
@members_only
def check_claim(reference: str) -> ResponseReturnValue:
    facts = queries.claim_of(visitor().member, reference)
    elsewhere = step_away(facts, CHECK_STEP)
    if elsewhere:
        return go(elsewhere)
    found = queries.look_up(facts, at=now())
    return page("claims/check.html", facts=facts, found=found, said=said_about(facts, found))


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
    needs_words = facts.kind is ClaimKind.TECHNICAL and not closes()
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
    return "" if facts.step >= step else step_url(facts)


def step_url(facts: ClaimFacts) -> str:
    """Give the page of the step a draft has come to."""
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
                outbox.add(letters.claim_received(facts.id))
    except (Refused, AlreadyClaimed):
        return go(url_for("claims.check_claim", reference=facts.reference))
    return go(url_for("claims.show_claim", reference=facts.reference))


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


def _about_form(entry_id: uuid.UUID | None = None, *, sequence: int | None = None) -> AboutForm:
    """Offer the member's own activities; a line that a link names, or a draft is about, may be an old one."""
    at, member = now(), visitor().member
    zone = programme.current().club.zone
    since = queries.first_claimable(member, at=at)
    things = queries.recent_things(member, since=since, at=at, entry_id=entry_id, sequence=sequence)
    joined = queries.joined_at(member).astimezone(zone).date()
    return AboutForm(things, today=at.astimezone(zone).date(), joined=joined)


def _fill_from_link(form: AboutForm) -> None:
    """Fill in what the link of a line or of a gap in the history says."""
    line = _line()
    named = [key for key, thing in form.things.items() if line and thing.sequence == line]
    first = _day(request.args.get("from", ""))
    if named:
        form.kind.data, form.which.data = ClaimKind.WRONG_AMOUNT.value, named[0]
    elif first is not None:
        form.kind.data, form.which.data = ClaimKind.MISSING.value, "other"
        form.day.fill(min(max(first, form.days.first), form.days.last))


def _about_page(
    form: AboutForm, status: int = 200, *, facts: ClaimFacts | None = None, block: str = "step"
) -> ResponseReturnValue:
    action = (
        url_for("claims.change_subject", reference=facts.reference)
        if facts
        else url_for("claims.begin_claim", line=_line())
    )
    return page(
        "claims/subject.html",
        block,
        status,
        form=form,
        action=action,
        choices=[thing_choice(thing) for thing in form.things.values()],
        first=_day(request.args.get("from", "")),
        last=_day(request.args.get("to", "")),
        window_days=programme.current().claims.window_days,
    )


def _review_page(facts: ClaimFacts, form: StatementForm, status: int = 200) -> ResponseReturnValue:
    if facts.kind is ClaimKind.TECHNICAL:
        form.ask_what_happens()
    return page(
        "claims/review.html",
        "step",
        status,
        form=form,
        facts=facts,
        told=told_so_far(facts, queries.unsent_pictures(facts.id)),
        plan=what_comes_next(facts, at=now()),
    )


def _line() -> int | None:
    """Read which line of the history a link names."""
    return read_sequence(request.args.get("line", ""))


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
