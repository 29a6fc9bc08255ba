"""Signing in and out."""

from flask import Response, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user, logout_user

from portal.accounts import queries
from portal.accounts.forms import SignInForm
from portal.accounts.queries import Login
from portal.accounts.rules import Factor
from portal.accounts.service import limits, sessions
from portal.accounts.service.limits import Limit
from portal.accounts.views import bp
from portal.accounts.views.entering import address, begin, hand_over, passwords
from portal.clock import now
from portal.errors import Refused
from portal.unit_of_work import unit_of_work
from portal.web.access import public, signed_in, visitor
from portal.web.htmx import go, page
from portal.web.links import safe_path, settings
from portal.web.stamped import stamped_page

# Where flask-login keeps the session token; without one nobody needs to be looked up.
TOKEN = "_user_id"  # noqa: S105 - a name


def _limits() -> tuple[Limit, Limit]:
    given = settings()
    seconds = given.sign_in_window_seconds
    return (
        Limit("sign-in-account", given.sign_in_failures, seconds),
        Limit("sign-in-address", given.address_failures, seconds),
    )


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    if TOKEN in session and current_user.is_authenticated:
        return go(_onward())
    if request.args or "word" in session:
        return _form(SignInForm(), 200)
    return stamped_page("accounts/sign_in.html", lambda: {"form": SignInForm(), "onward": {}, "word": ""})


@bp.post("/sign-in")
@public
def begin_session() -> ResponseReturnValue:
    form = SignInForm()
    if not form.validate_on_submit():
        return _form(form, 422)
    account, place = _limits()
    at = now()
    # The try is taken before the password is looked at: guesses made side by side all count.
    with unit_of_work():
        wait = limits.spend((account, form.address()), (place, address()), at=at)
    if wait:
        form.email.errors = [_wait_words(wait)]
        return _form(form, 429)
    login = queries.login_of(form.address())
    fits = passwords().agrees(login.password_hash if login else None, form.password.data or "")
    if login is None or not fits or login.is_disabled:
        return _no_fit(form)
    try:
        return _begin(login, form)
    except Refused:
        return _no_fit(form)


def _no_fit(form: SignInForm) -> Response:
    form.email.errors = [_("The address and the password do not belong together. Check both, or set a new password")]
    return _form(form, 422)


def _begin(login: Login, form: SignInForm) -> Response:
    """Open the session under a new token; nothing of the old cookie lives on."""
    account, place = _limits()
    onward = _onward()
    new_hash = passwords().hash(form.password.data or "") if passwords().is_outdated(login.password_hash) else ""
    with unit_of_work():
        sessions.hold_login(login.user_id, login.password_hash)
        limits.forget(account, form.address())
        limits.give_back(place, address())
        if new_hash:
            sessions.rehash(login.user_id, login.password_hash, new_hash)
        begun = begin(login, factor=Factor.PASSWORD, keep=bool(form.keep.data))
    return hand_over(login, begun, keep=bool(form.keep.data), onward=onward)


@bp.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    with unit_of_work():
        sessions.end(visitor().session_id, at=now())
    logout_user()
    session.clear()
    response = go(url_for("accounts.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _onward() -> str:
    """Give the page to go to: where they were, with the kept form when there is one."""
    target = safe_path(request.values.get("next")) or url_for("home.show_home")
    kept = request.values.get("kept", "")
    if kept.replace("-", "").isalnum():
        target += ("&" if "?" in target else "?") + f"kept={kept}"
    return target


def _form(form: SignInForm, status: int) -> Response:
    word = _("Your new password is saved. Sign in with it.") if session.pop("word", "") == "password-changed" else ""
    onward = {"next": safe_path(request.values.get("next")), "kept": request.values.get("kept", "")}
    return page("accounts/sign_in.html", "panel", status, form=form, onward=onward, word=word)


def _wait_words(seconds: int) -> str:
    minutes = -(-seconds // 60)
    if minutes == 1:
        words = ngettext(
            "Too many tries in a row. Try again in one second",
            "Too many tries in a row. Try again in %(num)s seconds",
            seconds,
        )
    else:
        words = _("Too many tries in a row. Try again in %(minutes)s minutes", minutes=minutes)
    return str(words)
