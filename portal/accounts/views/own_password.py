"""A password that its owner knows and changes."""

from flask import Response, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programme
from portal.accounts import letters, queries
from portal.accounts.devices import device_name
from portal.accounts.forms.profile import OwnPasswordForm
from portal.accounts.queries import Login
from portal.accounts.rules import Role, password_minimum
from portal.accounts.service import limits
from portal.accounts.service.limits import Limit
from portal.accounts.service.profile import change_password as set_password
from portal.accounts.views import bp
from portal.accounts.views.entering import carry_on, passwords
from portal.accounts.views.you import WORD
from portal.clock import now
from portal.errors import Refused
from portal.mail import outbox
from portal.unit_of_work import unit_of_work
from portal.web.access import signed_in, visitor
from portal.web.htmx import go, page
from portal.web.links import settings
from portal.web.trail import where


@bp.get("/you/password")
@signed_in
def change_password() -> ResponseReturnValue:
    return _form(OwnPasswordForm(), 200)


@bp.post("/you/password")
@signed_in
def save_password() -> ResponseReturnValue:
    form, login = OwnPasswordForm(), queries.login_by_id(visitor().user_id)
    about = (login.name, login.email, programme.current().club.name)
    if not form.validate_on_submit() or not form.is_strong(minimum=_minimum(login.role), about=about):
        return _form(form, 422)
    if not _is_theirs(login, form):
        return _form(form, 422)
    new_hash = passwords().hash(form.password.data or "")
    try:
        token = _save(login, new_hash, ends_others=bool(form.others.data))
    except Refused:
        form.present.errors = [_("Your password has just been changed elsewhere. Sign in again")]
        return _form(form, 422)
    carry_on(token)
    session[WORD] = _("Your new password is saved.")
    return go(url_for("accounts.show_you" if visitor().member_id else "accounts.show_safety"))


def _is_theirs(login: Login, form: OwnPasswordForm) -> bool:
    """Take a try, then look at the present password; say on its field what is wrong."""
    given = settings()
    limit = Limit("own-password", given.sign_in_failures, given.sign_in_window_seconds)
    with unit_of_work():
        wait = limits.spend((limit, str(login.user_id)), at=now())
    if wait:
        form.present.errors = [_("Too many tries in a row. Wait a few minutes, then try again")]
        return False
    if not passwords().agrees(login.password_hash, form.present.data or ""):
        form.present.errors = [_("This is not your present password")]
        return False
    return True


def _save(login: Login, new_hash: str, *, ends_others: bool) -> str:
    who, at = visitor(), now()
    with unit_of_work():
        token = set_password(
            who.user_id,
            session_id=who.session_id,
            old_hash=login.password_hash,
            new_hash=new_hash,
            ends_others=ends_others,
            where=where(),
            at=at,
        )
        device = device_name(request.user_agent.string)
        outbox.add(letters.password_changed(login, device=device, at=at, ended="others" if ends_others else ""))
    return token


def _minimum(role: str) -> int:
    given = settings()
    return password_minimum(Role(role), member=given.member_password_min, staff=given.staff_password_min)


def _form(form: OwnPasswordForm, status: int) -> Response:
    who = visitor()
    return page("accounts/own_password.html", "panel", status, form=form, who=who, minimum=_minimum(who.role))
