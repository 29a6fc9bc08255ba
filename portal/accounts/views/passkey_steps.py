"""A passkey as the second step behind a password, and to show again who is there."""

from flask import Response, session
from flask.typing import ResponseReturnValue

from portal.accounts.forms import CodeForm
from portal.accounts.forms.passkeys import UsePasskeyForm
from portal.accounts.rules import Ceremony, Factor
from portal.accounts.service import attempts, passkeys, sessions
from portal.accounts.service.attempts import Waiting
from portal.accounts.service.challenges import Holder
from portal.accounts.service.sessions import Begun
from portal.accounts.views import bp, ceremonies, waits
from portal.accounts.views.ceremonies import Shown
from portal.accounts.views.confirming import ask_again, confirm_by, go_on, refuse
from portal.accounts.views.entering import begin, hand_over
from portal.accounts.views.steps import ATTEMPT, over, show_step
from portal.audit.rules import Verb
from portal.audit.service import record
from portal.clock import now
from portal.errors import Refused
from portal.unit_of_work import unit_of_work
from portal.web.access import half_in, public, visitor
from portal.web.trail import where


@bp.post("/sign-in/step/passkey/challenge")
@public
def ask_passkey_for_step() -> ResponseReturnValue:
    found = attempts.waiting(session.get(ATTEMPT, ""), at=now())
    if found is None:
        return over("step-over")
    return ceremonies.ask_for_own(Ceremony.SECOND_STEP, _of_attempt(found), found.user_id)


@bp.post("/sign-in/step/passkey")
@public
def take_passkey_step() -> ResponseReturnValue:
    found = attempts.waiting(session.get(ATTEMPT, ""), at=now())
    if found is None:
        return over("step-over")
    try:
        # Each look at an answer is a try, of which an attempt has five.
        with unit_of_work():
            attempts.take_try(found.id, at=now())
        shown = ceremonies.shown(Ceremony.SECOND_STEP, _of_attempt(found), UsePasskeyForm().credential.data or "")
        begun = _begin(found, shown)
    except Refused as refusal:
        return _not_taken(found, refusal)
    return hand_over(shown.login, begun, keep=found.keeps_signed_in, onward=found.onward)


def _begin(found: Waiting, shown: Shown) -> Begun:
    """Begin the session; raises Refused when anything has changed since the password was looked at."""
    with unit_of_work():
        attempts.finish(found.id, at=now())
        sessions.hold_login(found.user_id, found.password_hash)
        passkeys.note_use(shown.found, shown.now_is, at=now())
        waits.forget_password(shown.login.canonical, device="")
        return begin(shown.login, factor=Factor.PASSKEY, keep=found.keeps_signed_in)


def _not_taken(found: Waiting, refusal: Refused) -> Response:
    with unit_of_work():
        facts = {"step": "passkey", "why": refusal.code}
        record(Verb.SIGN_IN_REFUSED, at=now(), where=where(), about=found.user_id, facts=facts)
    if attempts.waiting(session[ATTEMPT], at=now()) is None:
        return over("step-wrong" if refusal.code != "changed" else "")
    return show_step(CodeForm(formdata=None), found, 422, fault=ceremonies.words(refusal))


@bp.post("/confirm/passkey/challenge")
@half_in
def ask_passkey_to_confirm() -> ResponseReturnValue:
    who = visitor()
    return ceremonies.ask_for_own(Ceremony.CONFIRM, ceremonies.signed_in(who), who.user_id)


@bp.post("/confirm/passkey")
@half_in
def confirm_with_passkey() -> ResponseReturnValue:
    try:
        sent = UsePasskeyForm().credential.data or ""
        shown = ceremonies.shown(Ceremony.CONFIRM, ceremonies.signed_in(visitor()), sent)
        with unit_of_work():
            passkeys.note_use(shown.found, shown.now_is, at=now())
            token = confirm_by(Factor.PASSKEY)
    except Refused as refusal:
        with unit_of_work():
            refuse("passkey")
        return ask_again(422, fault=ceremonies.words(refusal))
    return go_on(token)


def _of_attempt(found: Waiting) -> Holder:
    """Give the browser of a sign-in whose password was right."""
    return Holder(session[ATTEMPT], found.user_id)
