"""Links about addresses: whoever follows one shows that they read there, and that the account is theirs as well."""

import uuid

from flask import Response, session
from flask_babel import gettext as _
from flask_login import current_user

from portal.accounts import queries
from portal.accounts.forms.addresses import OwnerForm
from portal.accounts.service import limits, links
from portal.accounts.service.limits import Limit
from portal.accounts.service.links import Held, Purpose
from portal.accounts.views.entering import passwords
from portal.clock import now
from portal.unit_of_work import unit_of_work
from portal.web.htmx import go, page
from portal.web.links import settings

SIX_HOURS = 6 * 3600


def follow(purpose: Purpose, secret: str, onward: str) -> Response:
    """Put the proof of a link into the browser, and leave its secret behind."""
    with unit_of_work():
        proof = links.follow(purpose, secret, at=now())
    if proof is None:
        return over()
    session[purpose.value] = proof
    return go(onward)


def held(purpose: Purpose) -> Held | None:
    """Give the link this browser holds, while it is unused."""
    return links.held_by(purpose, session.get(purpose.value, ""), at=now())


def over() -> Response:
    """Say that a link no longer works."""
    return page("accounts/link_spent.html", status=410)


def is_theirs(user_id: uuid.UUID) -> bool:
    """Tell whether the one who is signed in with this browser is this person."""
    return bool(current_user.is_authenticated and current_user.user_id == user_id)


def agrees(user_id: uuid.UUID, form: OwnerForm) -> bool:
    """Tell whether the account is theirs: signed in with this browser, or by its password; each try is counted."""
    if is_theirs(user_id):
        return True
    given = settings()
    limit = Limit("proof-password", given.sign_in_failures, given.sign_in_window_seconds)
    with unit_of_work():
        wait = limits.spend((limit, str(user_id)), at=now())
    login = queries.login_by_id(user_id)
    if wait:
        form.password.errors = [_("Too many tries in a row. Wait a few minutes, then try again")]
    elif login.is_disabled or not passwords().agrees(login.password_hash, form.password.data or ""):
        form.password.errors = [_("This is not the password of the account that asked. Check it")]
    return not form.errors


def letters_limit() -> Limit:
    """Give how often one address may be asked whether it is somebody's."""
    return Limit("proof-letter", settings().proof_letters_per_six_hours, SIX_HOURS)
