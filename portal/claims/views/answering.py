"""The one question a letter asks, answered from its link without signing in; nothing else is shown or reached."""

from flask import request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programme
from portal.accounts.service import links
from portal.accounts.service.links import Purpose
from portal.claims import queries
from portal.claims.forms import AnswerForm
from portal.claims.lines import By
from portal.claims.queries.asked import Asked, asked_of
from portal.claims.service import thread
from portal.claims.service.moves import Actor, StaleClaim
from portal.claims.views import bp, pictures
from portal.claims.views.pictures import NotKeptFile
from portal.claims.words import last_day
from portal.clock import now
from portal.errors import Refused
from portal.unit_of_work import unit_of_work
from portal.web.access import public
from portal.web.htmx import go, page

PROOF = Purpose.ANSWER.value
ANSWERED = "answered"


@bp.get("/claim-answer/<string:secret>")
@public
def follow_answer_link(secret: str) -> ResponseReturnValue:
    with unit_of_work():
        proof = links.follow(Purpose.ANSWER, secret, at=now(), as_long_as_the_link=True)
    if proof is None:
        return _over()
    session[PROOF] = proof
    session.pop(ANSWERED, None)
    return go(url_for("claims.show_question"))


@bp.get("/claim-answer")
@public
def show_question() -> ResponseReturnValue:
    asked = _asked()
    return _form_page(asked, AnswerForm()) if asked else _over()


@bp.post("/claim-answer")
@public
def send_answer() -> ResponseReturnValue:
    asked, form = _asked(), AnswerForm()
    if asked is None:
        # A double tap meets a link that its first tap has used up.
        return go(url_for("claims.answer_sent")) if ANSWERED in session else _over()
    if form.question.data != str(asked.id):
        form.answer.errors = [_("You opened another question meanwhile, and this is it. Your words were not sent")]
        return _form_page(asked, form, 409)
    chosen = [file for file in form.files.data or () if getattr(file, "filename", "")]
    refused = pictures.take_all(asked.claim_id, chosen, by=asked.user_id)
    if refused:
        form.files.errors = [" ".join(f"{file.name}: {file.words}" for file in refused)]
    has_nothing = "none" in request.form
    has_something = has_nothing or bool(queries.unsent_pictures(asked.claim_id))
    is_right = form.validate() and form.require_words(has_pictures=has_something)
    if refused or not is_right:
        return _form_page(asked, form, 422, refused=refused)
    return _send(asked, form.words or (_("I do not have it.") if has_nothing else ""))


@bp.get("/claim-answer/sent")
@public
def answer_sent() -> ResponseReturnValue:
    if ANSWERED not in session:
        return go(url_for("accounts.sign_in"))
    return page("claims/answer_sent.html", reference=session[ANSWERED])


def _send(asked: Asked, words: str) -> ResponseReturnValue:
    """Use the link up and answer in one go: of two who hold it one is told that it is over."""
    at, actor = now(), Actor(By.MEMBER, asked.user_id, asked.name)
    try:
        with unit_of_work():
            links.use(Purpose.ANSWER, session[PROOF], at=at)
            thread.answer(asked.claim_id, asked.id, words, actor=actor, at=at)
    except (Refused, StaleClaim):
        return _over()
    session.pop(PROOF)
    session[ANSWERED] = asked.reference
    return go(url_for("claims.answer_sent"))


def _asked() -> Asked | None:
    at = now()
    held = links.held_by(Purpose.ANSWER, session.get(PROOF, ""), at=at)
    return asked_of(held.about_id, held.user_id, at=at) if held else None


def _form_page(
    asked: Asked, form: AnswerForm, status: int = 200, *, refused: list[NotKeptFile] | None = None
) -> ResponseReturnValue:
    return page(
        "claims/answer.html",
        status=status,
        asked=asked,
        answer_by=last_day(asked.answer_by),
        form=form,
        waiting=len(queries.unsent_pictures(asked.claim_id)),
        refused=refused or [],
        terms=programme.current().claims,
    )


def _over() -> ResponseReturnValue:
    return page("claims/answer_over.html", status=410)
