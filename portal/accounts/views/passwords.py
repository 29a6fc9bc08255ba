"""A forgotten password: ask, follow the link, choose a new one."""

from flask import Response, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programme
from portal.accounts import letters, queries
from portal.accounts.devices import device_name
from portal.accounts.forms import ForgotPasswordForm, NewPasswordForm
from portal.accounts.queries import Login
from portal.accounts.rules import Address, Role, password_minimum
from portal.accounts.service import limits, links, resets
from portal.accounts.service.limits import Limit
from portal.accounts.service.links import Purpose
from portal.accounts.views import bp
from portal.accounts.views.entering import address, passwords
from portal.audit.rules import Verb
from portal.audit.service import Actor, record
from portal.clock import now
from portal.errors import Refused
from portal.mail import outbox
from portal.unit_of_work import unit_of_work
from portal.web.access import public
from portal.web.htmx import go, page
from portal.web.links import settings
from portal.web.trail import where

HOUR = 3600
DAY = 24 * HOUR
PROOF = "reset_proof"
ASKED = "reset_asked"


@bp.get("/forgot-password")
@public
def forgot_password() -> ResponseReturnValue:
    form = ForgotPasswordForm(data={"email": request.args.get("email", "")})
    return page("accounts/forgot_password.html", "panel", form=form)


@bp.post("/forgot-password")
@public
def ask_for_link() -> ResponseReturnValue:
    form = ForgotPasswordForm()
    if not form.validate_on_submit():
        return page("accounts/forgot_password.html", "panel", 422, form=form)
    given = settings()
    wanted, at = form.to_address(), now()
    with unit_of_work():
        place = Limit("reset-address", given.reset_requests_per_address_hour, HOUR)
        if limits.spend((place, address()), at=at):
            limits.note_hit("reset", where=where(), at=at)
            form.email.errors = [_("Too many links were asked for from here. Try again in an hour")]
            return page("accounts/forgot_password.html", "panel", 429, form=form)
        _send_link(wanted)
    session[ASKED] = wanted.typed
    return go(url_for("accounts.reset_sent"))


def _send_link(wanted: Address) -> None:
    """Write the same rows whoever asks; beyond the account's own limit the letter is a decoy too."""
    given, at = settings(), now()
    per_hour = Limit("reset-hour", given.reset_letters_per_hour, HOUR)
    per_day = Limit("reset-day", given.reset_letters_per_day, DAY)
    is_too_often = bool(limits.spend((per_hour, wanted.canonical), (per_day, wanted.canonical), at=at))
    login = queries.login_of(wanted.canonical)
    is_sent = login is not None and not login.is_disabled and not is_too_often
    # The same line for everybody, so that writing it tells nothing.
    about = login.user_id if login else None
    record(Verb.PASSWORD_LINK_ASKED, at=at, where=where(), about=about, facts={"sent": is_sent})
    token = resets.open_link(login.user_id if login and is_sent else None, key=given.secret, at=at)
    if login and is_sent:
        outbox.add(letters.reset_link(login, token))
    else:
        outbox.add(letters.decoy(wanted, until=token.expires_at, locale=programme.current().club.locale))


@bp.get("/forgot-password/sent")
@public
def reset_sent() -> ResponseReturnValue:
    if ASKED not in session:
        return go(url_for("accounts.forgot_password"))
    at = now()
    return page(
        "accounts/reset_sent.html",
        address=session[ASKED],
        at=at,
        until=at + resets.LINK_LIFE,
        form=ForgotPasswordForm(data={"email": session[ASKED]}),
    )


@bp.get("/reset/<string:secret>")
@public
def follow_reset_link(secret: str) -> ResponseReturnValue:
    with unit_of_work():
        proof = links.follow(Purpose.RESET, secret, at=now())
    if proof is None:
        return page("accounts/link_over.html", status=410)
    session[PROOF] = proof
    return go(url_for("accounts.new_password"))


@bp.get("/new-password")
@public
def new_password() -> ResponseReturnValue:
    login = _proved()
    if login is None:
        return page("accounts/link_over.html", status=410)
    return _form(NewPasswordForm(), login, 200)


@bp.post("/new-password")
@public
def set_new_password() -> ResponseReturnValue:
    login = _proved()
    if login is None:
        return page("accounts/link_over.html", status=410)
    form = NewPasswordForm()
    about = (login.name, login.email, programme.current().club.name)
    if not form.validate_on_submit() or not form.is_strong(minimum=_minimum(login), about=about):
        return _form(form, login, 422)
    password_hash = passwords().hash(form.password.data or "")
    at = now()
    try:
        with unit_of_work():
            resets.set_password(session[PROOF], password_hash, at=at)
            who = Actor(login.user_id, login.role)
            record(Verb.PASSWORD_CHANGED, at=at, actor=who, where=where(), about=login.user_id, facts={"by": "link"})
            outbox.add(letters.password_changed(login, device=device_name(request.user_agent.string), at=at))
    except Refused:
        return page("accounts/link_over.html", status=410)
    session.clear()
    session["word"] = "password-changed"
    return go(url_for("accounts.sign_in"))


def _proved() -> Login | None:
    return queries.login_behind(session[PROOF], at=now()) if PROOF in session else None


def _minimum(login: Login) -> int:
    given = settings()
    return password_minimum(Role(login.role), member=given.member_password_min, staff=given.staff_password_min)


def _form(form: NewPasswordForm, login: Login, status: int) -> Response:
    return page("accounts/new_password.html", "panel", status, form=form, address=login.email, minimum=_minimum(login))
