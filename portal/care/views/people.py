"""Our own people: invited, given a role, shut out, helped when a second step is lost. For admins alone."""

import uuid

from flask import Response, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programme
from portal.accounts import queries as accounts
from portal.accounts.forms.staff import InviteForm, ResetFactorForm, RoleForm
from portal.accounts.letters.staff import factor_reset, staff_invited
from portal.accounts.queries.staff import colleague, colleagues
from portal.accounts.secrets import new_token
from portal.accounts.service import staff
from portal.accounts.service.staff import By
from portal.accounts.views.entering import passwords
from portal.accounts.words import ROLES
from portal.care.views import bp
from portal.clock import now
from portal.errors import Refused
from portal.mail import outbox
from portal.unit_of_work import unit_of_work
from portal.web.access import admins_only, confirmed, visitor
from portal.web.htmx import go, page
from portal.web.links import settings
from portal.web.trail import actor, where


@bp.get("/care/people")
@admins_only
def show_people() -> ResponseReturnValue:
    return _list(InviteForm(), 200)


@bp.post("/care/people")
@admins_only
@confirmed
def invite_person() -> ResponseReturnValue:
    form = InviteForm()
    if not form.validate():
        return _list(form, 422)
    nobodys = passwords().hash(new_token())
    address, key = form.to_address(), settings().secret
    try:
        with unit_of_work():
            token = staff.invite(
                address,
                name=form.name.data or "",
                role=form.to_role(),
                locale=programme.current().club.locale,
                unknown_password=nobodys,
                key=key,
                by=_by(),
            )
            outbox.add(staff_invited(token, by=visitor().name))
    except Refused:
        form.email.errors = [_("There is an account with this address. At the desk people use one of their own")]
        return _list(form, 422)
    return _say(_("The invitation to %(name)s is on its way.", name=form.name.data), url_for("care.show_people"))


@bp.get("/care/people/<uuid:person_id>")
@admins_only
def show_person(person_id: uuid.UUID) -> ResponseReturnValue:
    return _one(person_id)


@bp.post("/care/people/<uuid:person_id>/invitation")
@admins_only
@confirmed
def invite_again(person_id: uuid.UUID) -> ResponseReturnValue:
    with unit_of_work():
        token = staff.invite_again(person_id, key=settings().secret, by=_by())
        outbox.add(staff_invited(token, by=visitor().name))
    return _done(person_id, _("A new invitation is on its way. The one before no longer works."))


@bp.post("/care/people/<uuid:person_id>/role")
@admins_only
@confirmed
def change_role(person_id: uuid.UUID) -> ResponseReturnValue:
    form = RoleForm()
    if not form.validate():
        return _one(person_id, role=form, status=422)
    with unit_of_work():
        staff.change_role(person_id, form.to_role(), by=_by())
    return _done(person_id, _("The role is saved. They sign in anew to use it."))


@bp.post("/care/people/<uuid:person_id>/lock")
@admins_only
@confirmed
def disable_person(person_id: uuid.UUID) -> ResponseReturnValue:
    with unit_of_work():
        staff.disable(person_id, by=_by())
    return _done(person_id, _("The account is shut, and every device is signed out."))


@bp.post("/care/people/<uuid:person_id>/return")
@admins_only
@confirmed
def enable_person(person_id: uuid.UUID) -> ResponseReturnValue:
    with unit_of_work():
        staff.enable(person_id, by=_by())
    return _done(person_id, _("The account is open again."))


@bp.post("/care/people/<uuid:person_id>/factor-reset")
@admins_only
@confirmed
def reset_factor(person_id: uuid.UUID) -> ResponseReturnValue:
    form = ResetFactorForm()
    if not form.validate():
        return _one(person_id, reset=form, status=422)
    at = now()
    with unit_of_work():
        staff.reset_factor(person_id, reason=form.reason.data or "", by=_by())
        outbox.add(factor_reset(accounts.login_by_id(person_id), by=visitor().name, at=at))
    return _done(person_id, _("The second step is gone. They set up a new one when they next sign in."))


def _by() -> By:
    return By(actor(), where(), now())


def _done(person_id: uuid.UUID, words: str) -> Response:
    return _say(words, url_for("care.show_person", person_id=person_id))


def _say(words: str, onward: str) -> Response:
    session["care_word"] = words
    return go(onward)


def _list(form: InviteForm, status: int) -> Response:
    word = session.pop("care_word", "") if status == 200 else ""  # noqa: PLR2004 - a page without a slip
    return page("care/people.html", None, status, people=colleagues(), form=form, roles=ROLES, word=word)


def _one(
    person_id: uuid.UUID, *, role: RoleForm | None = None, reset: ResetFactorForm | None = None, status: int = 200
) -> Response:
    """Show one of us; about oneself an admin only reads."""
    person = colleague(person_id)
    return page(
        "care/person.html",
        None,
        status,
        person=person,
        is_me=person_id == visitor().user_id,
        form=role or reset or RoleForm(formdata=None),
        role=role or RoleForm(formdata=None, role=person.role.value),
        reset=reset or ResetFactorForm(),
        roles=ROLES,
        word=session.pop("care_word", ""),
    )
