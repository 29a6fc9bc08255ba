"""What a member writes about a claim that has been sent."""

import uuid

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.claims import queries
from portal.claims.forms import AnswerForm, MessageForm
from portal.claims.queries import ClaimFacts
from portal.claims.service import thread
from portal.claims.service.moves import StaleClaim
from portal.claims.views import bp, pictures
from portal.claims.views.claim_page import claim_view
from portal.claims.views.drafts import the_member
from portal.claims.views.pictures import NotKeptFile
from portal.clock import now
from portal.unit_of_work import unit_of_work
from portal.web.access import members_only, visitor
from portal.web.htmx import go, page, wants_fragment


@bp.post("/claims/<string(length=10):reference>/messages")
@members_only
def write_message(reference: str) -> ResponseReturnValue:
    facts = queries.claim_of(visitor().member, reference)
    form = MessageForm()
    if not facts.is_open:
        return _closed(facts, form)
    refused = _take_pictures(facts, form)
    if "remove" in request.form:
        return claim_view(facts.reference, form=form, refused=refused)
    is_right = form.validate() and form.require_words(has_pictures=bool(queries.unsent_pictures(facts.id)))
    if refused or not is_right:
        return _wrong(facts, form, 422, refused)
    try:
        with unit_of_work():
            thread.write(facts.id, form.words, actor=the_member(), at=now())
    except StaleClaim:
        return _closed(facts, form)
    return go(url_for("claims.show_claim", reference=facts.reference))


@bp.post("/claims/<string(length=10):reference>/answer")
@members_only
def answer_question(reference: str) -> ResponseReturnValue:
    facts = queries.claim_of(visitor().member, reference)
    form = AnswerForm()
    if not facts.is_open:
        return _closed(facts, form)
    refused = _take_pictures(facts, form)
    if "remove" in request.form:
        return claim_view(facts.reference, form=form, refused=refused)
    has_nothing = "none" in request.form
    has_something = has_nothing or bool(queries.unsent_pictures(facts.id))
    if refused or not (form.validate() and form.require_words(has_pictures=has_something)):
        return _wrong(facts, form, 422, refused)
    words = form.words or (_("I do not have it.") if has_nothing else "")
    try:
        with unit_of_work():
            thread.answer(facts.id, _question(form), words, actor=the_member(), at=now())
    except StaleClaim:
        return _closed(facts, form)
    return go(url_for("claims.show_claim", reference=facts.reference))


def _take_pictures(facts: ClaimFacts, form: AnswerForm | MessageForm) -> list[NotKeptFile]:
    """Take what a plain form brings and what was kept for it, and take back the picture whose button was pressed."""
    chosen = [file for file in form.files.data or () if getattr(file, "filename", "")]
    refused = [*pictures.add_kept(facts), *pictures.take_all(facts.id, chosen, by=visitor().user_id)]
    if "remove" in request.form:
        pictures.remove_wanted(facts.id)
    return refused


def _closed(facts: ClaimFacts, form: AnswerForm | MessageForm) -> ResponseReturnValue:
    """Show how the claim stands now, with what was typed, when somebody was faster."""
    form.field.errors = [_("This claim has moved on meanwhile. Your words were not sent: here is how it stands now")]
    return _wrong(facts, form, 409)


def _wrong(
    facts: ClaimFacts, form: AnswerForm | MessageForm, status: int, refused: list[NotKeptFile] | None = None
) -> ResponseReturnValue:
    """Answer with the words and what is wrong with them; the pictures beside them have answers of their own."""
    if refused:
        form.files.errors = [" ".join(f"{file.name}: {file.words}" for file in refused)]
    if wants_fragment():
        return page("claims/words.html", status=status, form=form)
    return claim_view(facts.reference, status, form=form, refused=refused)


def _question(form: AnswerForm) -> uuid.UUID:
    try:
        return uuid.UUID(form.question.data or "")
    except ValueError:
        return uuid.UUID(int=0)
