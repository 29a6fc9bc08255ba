"""Signing in by address and password, and signing out."""

from flask import Response, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, logout_user

from portal.accounts import queries
from portal.accounts.forms import SignInForm
from portal.accounts.queries import Login
from portal.accounts.rules import Factor, Role
from portal.accounts.service import devices, factors, sessions
from portal.accounts.views import bp, waits
from portal.accounts.views.entering import TOKEN, begin, hand_over, onward, passwords, this_device
from portal.accounts.views.steps import let_wait
from portal.audit.rules import Verb
from portal.audit.service import record
from portal.clock import now
from portal.errors import Refused
from portal.unit_of_work import unit_of_work
from portal.web.access import half_in, public, visitor
from portal.web.htmx import go, page
from portal.web.links import safe_path
from portal.web.stamped import stamped_page
from portal.web.trail import actor, where


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    if TOKEN in session and current_user.is_authenticated:
        return go(onward())
    if request.args or "word" in session:
        return _form(SignInForm(), 200)
    return stamped_page("accounts/sign_in.html", lambda: {"form": SignInForm(), "onward": {}, "word": ""})


@bp.post("/sign-in")
@public
def begin_session() -> ResponseReturnValue:
    form = SignInForm()
    if not form.validate_on_submit():
        return _form(form, 422)
    token = this_device()
    is_known = bool(token) and devices.is_known_for(form.address(), token)
    # The try is taken before the password is looked at: guesses made side by side all count.
    wait = waits.before_password(form.address(), device=token if is_known else "")
    if wait:
        form.email.errors = [waits.words(wait)]
        return _form(form, 429)
    login = queries.login_of(form.address())
    fits = passwords().agrees(login.password_hash if login else None, form.password.data or "")
    if login is None or not fits or login.is_disabled:
        return _no_fit(form, login)
    try:
        return _go_on(login, form, is_known=is_known)
    except Refused:
        return _no_fit(form, login)


def _no_fit(form: SignInForm, login: Login | None) -> Response:
    with unit_of_work():
        record(
            Verb.SIGN_IN_REFUSED,
            at=now(),
            where=where(),
            about=login.user_id if login else None,
            facts={"step": "password"},
        )
    form.email.errors = [_("The address and the password do not belong together. Check both, or set a new password")]
    return _form(form, 422)


def _go_on(login: Login, form: SignInForm, *, is_known: bool) -> Response:
    """Open the session, or let the right password wait for its second step."""
    keep, target = bool(form.keep.data), onward()
    is_staff = Role(login.role).is_staff
    password_hash = login.password_hash
    if passwords().is_outdated(password_hash):
        password_hash = passwords().hash(form.password.data or "")
    with unit_of_work():
        sessions.hold_login(login.user_id, login.password_hash)
        if password_hash != login.password_hash:
            sessions.rehash(login.user_id, login.password_hash, password_hash)
        has = factors.factors_of(login.user_id) if is_staff or not is_known else None
        if has and (has.is_strong or not is_staff):
            by_letter = not is_staff and not has.has_app
            return let_wait(login, password_hash, keep=keep, onward=target, by_letter=by_letter)
        begun = begin(login, factor=Factor.PASSWORD if is_staff else Factor.DEVICE, keep=keep)
        waits.forget_password(form.address(), device=this_device() if is_known else "")
    return hand_over(login, begun, keep=keep, onward=target)


@bp.post("/sign-out")
@half_in
def sign_out() -> ResponseReturnValue:
    with unit_of_work():
        sessions.end(visitor().session_id, at=now())
        record(
            Verb.SIGNED_OUT,
            at=now(),
            actor=actor(),
            where=where(),
            about=visitor().user_id,
            thing=("session", str(visitor().session_id)),
        )
    logout_user()
    session.clear()
    response = go(url_for("accounts.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _form(form: SignInForm, status: int) -> Response:
    back = {"next": safe_path(request.values.get("next")), "kept": request.values.get("kept", "")}
    word = _word(session.pop("word", ""))
    return page("accounts/sign_in.html", "panel", status, form=form, onward=back, word=word)


def _word(key: str) -> str:
    """Give what the page before has left to be said."""
    words: dict[str, str] = {
        "password-changed": _("Your new password is saved. Sign in with it."),
        "step-over": _("That took longer than ten minutes. Sign in again, and you get a new code."),
        "step-wrong": _("That was the fifth wrong code. Sign in again, and you get a new one."),
    }
    return words.get(key, "")
