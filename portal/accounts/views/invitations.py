"""A colleague's way in: follow the invitation, choose a password nobody else ever sees, then sign in."""

from flask import Response, session, url_for
from flask.typing import ResponseReturnValue

from portal import programme
from portal.accounts import queries
from portal.accounts.forms import NewPasswordForm
from portal.accounts.queries import Login
from portal.accounts.service import links, staff
from portal.accounts.service.links import Purpose
from portal.accounts.views import bp
from portal.accounts.views.entering import passwords
from portal.accounts.words import ROLES
from portal.clock import now
from portal.errors import Refused
from portal.unit_of_work import unit_of_work
from portal.web.access import public
from portal.web.htmx import go, page
from portal.web.links import settings
from portal.web.trail import where

PROOF = "invitation_proof"


@bp.get("/invitation/<string:secret>")
@public
def follow_invitation(secret: str) -> ResponseReturnValue:
    with unit_of_work():
        proof = links.follow(Purpose.INVITE, secret, at=now())
    if proof is None:
        return _over()
    session[PROOF] = proof
    return go(url_for("accounts.show_invitation"))


@bp.get("/invitation")
@public
def show_invitation() -> ResponseReturnValue:
    login = _invited()
    return _form(NewPasswordForm(), login, 200) if login else _over()


@bp.post("/invitation")
@public
def accept_invitation() -> ResponseReturnValue:
    login = _invited()
    if login is None:
        return _over()
    form = NewPasswordForm()
    about = (login.name, login.email, programme.current().club.name)
    if not form.validate_on_submit() or not form.is_strong(minimum=settings().staff_password_min, about=about):
        return _form(form, login, 422)
    password_hash = passwords().hash(form.password.data or "")
    try:
        with unit_of_work():
            staff.accept(session[PROOF], password_hash, where=where(), at=now())
    except Refused:
        return _over()
    session.clear()
    session["word"] = "password-changed"
    return go(url_for("accounts.sign_in"))


def _invited() -> Login | None:
    held = links.held_by(Purpose.INVITE, session[PROOF], at=now()) if PROOF in session else None
    return queries.login_by_id(held.user_id) if held else None


def _form(form: NewPasswordForm, login: Login, status: int) -> Response:
    return page(
        "accounts/invitation.html",
        "panel",
        status,
        form=form,
        login=login,
        role=ROLES[login.role],
        minimum=settings().staff_password_min,
    )


def _over() -> Response:
    return page("accounts/invitation_over.html", status=410)
