"""Showing again who is there, before something that matters."""

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries
from portal.accounts.forms import CodeForm, PasswordAgainForm
from portal.accounts.queries import Login
from portal.accounts.rules import Factor
from portal.accounts.service import factors, sessions
from portal.accounts.service.factors import Factors
from portal.accounts.views import bp, waits
from portal.accounts.views.entering import carry_on, onward, passwords, seals, this_device
from portal.accounts.views.steps import note_burned
from portal.audit.rules import Verb
from portal.audit.service import record
from portal.clock import now
from portal.errors import Refused
from portal.unit_of_work import unit_of_work
from portal.web.access import half_in, visitor
from portal.web.htmx import go, page
from portal.web.links import safe_path
from portal.web.trail import actor, where


@bp.get("/confirm")
@half_in
def confirm_self() -> ResponseReturnValue:
    return ask_again(200)


@bp.post("/confirm")
@half_in
def take_confirmation() -> ResponseReturnValue:
    login = queries.login_by_id(visitor().user_id)
    has = factors.factors_of(login.user_id)
    return _by_code(login, has) if _shows_code(has) else _by_password(login, has)


def ask_again(status: int, *, fault: str = "") -> Response:
    """Ask for what this person has, with nothing filled in."""
    has = factors.factors_of(visitor().user_id)
    form = CodeForm(formdata=None) if _shows_code(has) else PasswordAgainForm(formdata=None)
    return _draw(form, has, status, fault=fault)


def _shows_code(has: Factors) -> bool:
    """Tell whether a password is too little here: whoever has set up more shows more."""
    return has.has_app or (has.has_passkey and visitor().is_staff)


def _by_code(login: Login, has: Factors) -> Response:
    form = CodeForm()
    if not form.validate_on_submit():
        return _draw(form, has, 422)
    wait = waits.before_code(login.user_id)
    if wait:
        form.code.errors = [waits.words(wait)]
        return _draw(form, has, 429)
    try:
        token = _token_for_code(login, form.to_code())
    except Refused:
        # The session was ended in this very moment: the guard says so on the way.
        return go(onward())
    if token is None:
        form.code.errors = [_("This code is not right, or it has been used. Check it, or wait for the next one")]
        return _draw(form, has, 422)
    return go_on(token)


def _token_for_code(login: Login, code: str) -> str | None:
    with unit_of_work():
        factor = factors.show(login.user_id, code, seals=seals(), at=now())
        if factor is None:
            refuse("code")
            return None
        waits.forget_codes(login.user_id)
        if factor is Factor.RECOVERY:
            note_burned(login)
        return confirm_by(factor)


def _by_password(login: Login, has: Factors) -> Response:
    form = PasswordAgainForm()
    if not form.validate_on_submit():
        return _draw(form, has, 422)
    device = this_device() if waits.is_known_here(login.user_id) else ""
    wait = waits.before_password(login.canonical, device=device)
    if wait:
        form.password.errors = [waits.words(wait)]
        return _draw(form, has, 429)
    fits = passwords().agrees(login.password_hash, form.password.data or "")
    token = _token_for_password(login, device, fits=fits)
    if token is None:
        form.password.errors = [_("This is not your password. Check it, or set a new one")]
        return _draw(form, has, 422)
    return go_on(token)


def _token_for_password(login: Login, device: str, *, fits: bool) -> str | None:
    try:
        with unit_of_work():
            if not fits:
                refuse("password")
                return None
            sessions.hold_login(login.user_id, login.password_hash)
            waits.forget_password(login.canonical, device=device)
            return confirm_by(Factor.PASSWORD)
    except Refused:
        return None


def confirm_by(factor: Factor) -> str:
    """Note that they have shown it, and give the session a new token."""
    who, at = visitor(), now()
    record(
        Verb.CONFIRMED_SELF,
        at=at,
        actor=actor(),
        where=where(),
        about=who.user_id,
        thing=("session", str(who.session_id)),
        facts={"factor": factor.value},
    )
    return sessions.rotate(who.session_id, at=at)


def refuse(step: str) -> None:
    """Note that what was shown did not fit."""
    record(
        Verb.SIGN_IN_REFUSED,
        at=now(),
        actor=actor(),
        where=where(),
        about=visitor().user_id,
        facts={"step": step, "confirming": True},
    )


def go_on(token: str) -> Response:
    """Put the session's new token into the cookie: the old one is dead."""
    carry_on(token)
    return go(onward())


def _draw(form: CodeForm | PasswordAgainForm, has: Factors, status: int, *, fault: str = "") -> Response:
    back = {"next": safe_path(request.values.get("next")), "kept": request.values.get("kept", "")}
    asks_code = _shows_code(has)
    return page(
        "accounts/confirm.html", "panel", status, form=form, has=has, onward=back, asks_code=asks_code, fault=fault
    )
