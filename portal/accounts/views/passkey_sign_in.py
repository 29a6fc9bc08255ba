"""Signing in with a passkey and nothing else: the device has recognised its owner."""

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from portal.accounts.forms import SignInForm
from portal.accounts.forms.passkeys import UsePasskeyForm
from portal.accounts.rules import Ceremony, Factor
from portal.accounts.service import challenges, limits, passkeys
from portal.accounts.service.limits import Limit
from portal.accounts.views import bp, ceremonies, waits
from portal.accounts.views.entering import address, begin, hand_over, onward
from portal.audit.rules import Verb
from portal.audit.service import record
from portal.clock import now
from portal.errors import Refused
from portal.unit_of_work import unit_of_work
from portal.web.access import public
from portal.web.htmx import page
from portal.web.links import safe_path, settings
from portal.web.trail import where

HOUR = 3600


@bp.post("/sign-in/passkey/challenge")
@public
def ask_passkey() -> ResponseReturnValue:
    ceremonies.party()
    place = Limit("passkey-challenge", settings().passkey_challenges_per_address_hour, HOUR)
    with unit_of_work():
        wait = limits.spend((place, address()), at=now())
        challenge = challenges.open_challenge(Ceremony.SIGN_IN, ceremonies.stranger(), at=now()) if not wait else b""
    if wait:
        abort(429)
    return ceremonies.ask_for_any(challenge)


@bp.post("/sign-in/passkey")
@public
def enter_with_passkey() -> ResponseReturnValue:
    with unit_of_work():
        wait = limits.spend((_place(), address()), at=now())
        if wait:
            limits.note_hit("passkey", where=where(), at=now())
    if wait:
        return _again(f"{waits.words(wait)}.", 429)
    try:
        return _enter(UsePasskeyForm())
    except Refused as refusal:
        with unit_of_work():
            why = {"factor": Factor.PASSKEY.value, "why": refusal.code}
            record(Verb.SIGN_IN_REFUSED, at=now(), where=where(), facts=why)
        return _again(ceremonies.words(refusal), 422)


def _enter(form: UsePasskeyForm) -> Response:
    """Open the session of the passkey's owner."""
    shown = ceremonies.shown(Ceremony.SIGN_IN, ceremonies.stranger(), form.credential.data or "")
    login, keep = shown.login, bool(form.keep.data)
    with unit_of_work():
        passkeys.note_use(shown.found, shown.now_is, at=now())
        limits.give_back(_place(), address())
        begun = begin(login, factor=Factor.PASSKEY, keep=keep)
    return hand_over(login, begun, keep=keep, onward=onward())


def _place() -> Limit:
    """Count apart from passwords: whoever tries those from the same address locks no passkey out."""
    given = settings()
    return Limit("passkey-address", given.address_failures, given.sign_in_window_seconds)


def _again(words: str, status: int) -> Response:
    back = {"next": safe_path(request.values.get("next")), "kept": request.values.get("kept", "")}
    form = SignInForm(formdata=None)
    return page("accounts/sign_in.html", status=status, form=form, onward=back, word="", fault=words)
