"""The first step of a claim: what is missing, and the one reference it is looked up by."""

import uuid
from datetime import date

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programme
from portal.claims import queries
from portal.claims.forms import AboutForm
from portal.claims.forms.about import OTHER
from portal.claims.queries import ClaimFacts
from portal.claims.rules import ClaimKind
from portal.claims.service import drafts
from portal.claims.service.moves import StaleClaim
from portal.claims.views import bp
from portal.claims.views.allowance import note_refusal, room_for_claims
from portal.claims.views.asking import NOTHING, Answered, answer_to
from portal.claims.views.drafts import closes, onward
from portal.claims.views.seen import thing_choice
from portal.clock import now
from portal.errors import Refused
from portal.points.rules import read_sequence
from portal.unit_of_work import unit_of_work
from portal.web.access import members_only, visitor
from portal.web.forms import clean_line
from portal.web.htmx import go, page, wants_fragment


@bp.get("/claims/new")
@members_only
def new_claim() -> ResponseReturnValue:
    form = about_form()
    if form.is_untouched:
        _fill_from_link(form)
    return _about_page(form)


@bp.post("/claims/new")
@members_only
def begin_claim() -> ResponseReturnValue:
    form = about_form()
    if closes() and form.is_untouched:
        return go(url_for("claims.show_claims"))
    answered = _answered(form)
    if not form.validate() or form.lacks_more:
        return _ask_more(form, answered)
    try:
        with unit_of_work():
            reference = drafts.begin(visitor().member, form.key.data or "", form.to_about(), at=now())
    except StaleClaim as stale:
        return go(url_for("claims.show_claim", reference=stale.reference))
    except Refused as refusal:
        note_refusal(refusal.code, at=now())
        most = drafts.MOST_DRAFTS
        form.kind.errors = [_("You have %(most)s unsent claims. Send or discard one first", most=most)]
        return _about_page(form, 422)
    return onward("claims.check_claim", reference)


@bp.get("/claims/new/reference")
@members_only
def ask_reference() -> ResponseReturnValue:
    """Name the reference as the chosen activity calls it; without a script, all are named."""
    form = about_form()
    form.choose_activity(request.args.get("activity", ""))
    return _about_page(form, block="reference")


@bp.get("/claims/new/answer")
@members_only
def answer_reference() -> ResponseReturnValue:
    """Answer a reference as it is typed; without a script, sending the form does the same."""
    reference = clean_line(request.args.get("reference", ""))
    answered = answer_to(reference, at=now())
    if wants_fragment():
        return page("claims/subject.html", "answer", answered=answered, asks_more=answered.asks_more)
    form = about_form()
    form.which.data, form.reference.data = OTHER, reference
    form.more.data = "yes" if answered.asks_more else ""
    return _about_page(form, answered=answered)


@bp.get("/claims/<string(length=10):reference>/subject")
@members_only
def show_subject(reference: str) -> ResponseReturnValue:
    facts = queries.claim_of(visitor().member, reference)
    if not facts.is_draft or facts.is_appeal:
        return go(url_for("claims.show_claim", reference=facts.reference))
    form = about_form(facts)
    form.show(facts)
    return _about_page(form, facts=facts)


@bp.post("/claims/<string(length=10):reference>/subject")
@members_only
def change_subject(reference: str) -> ResponseReturnValue:
    facts = queries.claim_of(visitor().member, reference)
    form = about_form(facts)
    answered = _answered(form)
    if facts.is_draft and not facts.is_appeal and (not form.validate() or form.lacks_more):
        return _ask_more(form, answered, facts=facts)
    try:
        with unit_of_work():
            drafts.revise(facts.id, form.to_about(), at=now())
    except StaleClaim:
        return go(url_for("claims.show_claim", reference=facts.reference))
    return onward("claims.check_claim", facts.reference)


def _answered(form: AboutForm) -> Answered:
    """Look up the reference of a form that goes by it, and let the form know what it names."""
    if not form.asks_by_reference:
        return NOTHING
    answered = answer_to(form.reference.data or "", at=now())
    form.recognise(answered.things)
    return answered


def _ask_more(form: AboutForm, answered: Answered, *, facts: ClaimFacts | None = None) -> ResponseReturnValue:
    """Show the form again with what is wrong in it, or with the questions that the reference alone left open."""
    if not form.errors and answered.asks_more:
        form.more.data = "yes"
    return _about_page(form, 422, facts=facts, answered=answered)


def about_form(facts: ClaimFacts | None = None) -> AboutForm:
    """Offer the member's own activities; a line that a link names, or a draft is about, may be an old one."""
    at, member = now(), visitor().member
    zone = programme.current().club.zone
    since = queries.first_claimable(member, at=at)
    entry_id, sequence = (_uuid(facts.subject_key), None) if facts else (None, _line())
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
        form.kind.data, form.which.data = ClaimKind.MISSING.value, OTHER
        form.day.fill(min(max(first, form.days.first), form.days.last))


def _about_page(
    form: AboutForm,
    status: int = 200,
    *,
    facts: ClaimFacts | None = None,
    block: str = "step",
    answered: Answered = NOTHING,
) -> ResponseReturnValue:
    action, typed = url_for("claims.begin_claim", line=_line()), url_for("claims.keep_begun")
    if facts:
        action = url_for("claims.change_subject", reference=facts.reference)
        typed = url_for("claims.keep_typed", reference=facts.reference)
    return page(
        "claims/subject.html",
        block,
        status,
        form=form,
        answered=answered,
        asks_more=form.asks_more,
        action=action,
        typed=typed,
        version=facts.version if facts else drafts.FIRST_VERSION,
        choices=[thing_choice(thing) for thing in form.things.values()],
        first=_day(request.args.get("from", "")),
        last=_day(request.args.get("to", "")),
        room=room_for_claims(at=now()),
        window_days=programme.current().claims.window_days,
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
