"""Setting up an authenticator app, and the recovery codes for the day it is lost."""

import segno
from flask import Response, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import logout_user
from markupsafe import Markup

from portal import programme
from portal.accounts import letters, queries
from portal.accounts.devices import device_name
from portal.accounts.forms import CodeForm
from portal.accounts.queries import Login
from portal.accounts.rules import Factor
from portal.accounts.rules.codes import app_address, in_groups
from portal.accounts.service import apps, codes, factors, sessions
from portal.accounts.service.factors import Factors
from portal.accounts.service.sessions import Begun
from portal.accounts.views import bp
from portal.accounts.views.entering import begin, enter, seals, with_device
from portal.audit.rules import Verb
from portal.audit.service import record
from portal.clock import now
from portal.errors import Refused
from portal.mail import outbox
from portal.unit_of_work import unit_of_work
from portal.web.access import Visitor, confirmed, half_in, signed_in, visitor
from portal.web.htmx import go, page
from portal.web.trail import actor, where


@bp.get("/you/second-step")
@half_in
@confirmed
def set_up_second_step() -> ResponseReturnValue:
    who = visitor()
    has = factors.factors_of(who.user_id)
    return turn_away(who) if is_shut_out(who, has) else _form(CodeForm(), who, has, 200)


@bp.post("/you/second-step/app")
@half_in
@confirmed
def add_app() -> ResponseReturnValue:
    who, form = visitor(), CodeForm()
    has = factors.factors_of(who.user_id)
    if is_shut_out(who, has):
        return turn_away(who)
    if not form.validate_on_submit():
        return _form(form, who, has, 422)
    login = queries.login_by_id(who.user_id)
    try:
        made, begun = _add(login, who, form.to_code())
    except Refused:
        form.code.errors = [
            _("This is not the code the app shows now. Wait for the next one, and check the phone’s clock")
        ]
        return _form(form, who, has, 422)
    enter(login, begun, keep=session.permanent)
    return with_device(show_sheet(made, login), begun)


def _add(login: Login, who: Visitor, code: str) -> tuple[list[str], Begun]:
    """Take the app, make the codes, and begin a session that was opened with it; the old one is over."""
    at = now()
    with unit_of_work():
        if is_shut_out(who, factors.hold(who.user_id)):
            raise Refused("has_factor")
        apps.enrol(who.user_id, apps.offer(who.session_id, seals=seals()), code, seals=seals(), at=at)
        made = codes.make(who.user_id, seals=seals(), at=at)
        sessions.end(who.session_id, at=at)
        begun = begin(login, factor=Factor.TOTP, keep=session.permanent)
        note(login, Verb.APP_ADDED)
    return made, begun


@bp.post("/you/recovery-codes")
@signed_in
@confirmed
def make_codes() -> ResponseReturnValue:
    login = queries.login_by_id(visitor().user_id)
    with unit_of_work():
        if not factors.hold(login.user_id).is_strong:
            return go(url_for("accounts.set_up_second_step"))
        made = codes.make(login.user_id, seals=seals(), at=now())
        note(login, Verb.CODES_MADE)
    return show_sheet(made, login)


def note(login: Login, verb: Verb) -> None:
    """Write into log and letter that something that proves who they are has changed."""
    at = now()
    record(verb, at=at, actor=actor(), where=where(), about=login.user_id)
    device = device_name(request.user_agent.string)
    outbox.add(letters.factor_changed(login, change=verb.value, device=device, at=at))


def is_shut_out(who: Visitor, has: Factors) -> bool:
    """Tell whether a session of staff with a password alone meets a factor: then the password is not enough."""
    return who.is_staff and not who.opens_the_desk and has.is_strong


def turn_away(who: Visitor) -> Response:
    """End a session that is worth less than what its owner has set up."""
    with unit_of_work():
        sessions.end(who.session_id, at=now())
    logout_user()
    session.clear()
    return go(url_for("accounts.sign_in"))


def _form(form: CodeForm, who: Visitor, has: Factors, status: int) -> Response:
    secret = apps.offer(who.session_id, seals=seals())
    link = app_address(secret, email=who.email, club=programme.current().club.name)
    return page(
        "accounts/set_up_second_step.html",
        "panel",
        status,
        form=form,
        has=has,
        must=who.is_staff and not has.is_strong,
        link=link,
        picture=_picture(link),
        secret=in_groups(secret),
    )


def show_sheet(made: list[str], login: Login) -> Response:
    """Show the recovery codes, this once."""
    return page(
        "accounts/recovery_codes.html",
        codes=[in_groups(code) for code in made],
        onward=url_for("home.show_home") if login.role != "member" else url_for("accounts.show_safety"),
    )


def _picture(link: str) -> Markup:
    drawn = segno.make(link, error="m", micro=False).svg_inline(
        scale=4, svgclass=None, lineclass=None, dark="#000", light="#fff", border=3
    )
    return Markup(drawn)  # noqa: S704 - drawn by segno from digits; no text of anybody is in it
