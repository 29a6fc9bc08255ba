"""Where an invitation leads: who sent it is no more than a first letter, and joining comes next."""

from flask import Response, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.accounts.rules.codes import typed_code
from portal.accounts.service import limits
from portal.accounts.service.limits import Limit
from portal.accounts.views.entering import address
from portal.activities.forms.friends import FriendForm
from portal.activities.queries.friends import OpenReferral, open_referral
from portal.activities.service import friends
from portal.activities.views import bp
from portal.clock import now
from portal.unit_of_work import unit_of_work
from portal.web.access import public
from portal.web.htmx import go, page
from portal.web.trail import where

# What this browser came with, and when its owner said of themselves what the programme asks; joining reads both.
CAME_WITH = "came_with"
WRONG_CODES = Limit("friend-code", 20, 3600)


@bp.get("/friend/<string:code>")
@public
def show_friend(code: str) -> ResponseReturnValue:
    given = friends.terms()
    found = _found(code)
    return _form(FriendForm(given.statement), found, 200) if found else _over()


@bp.post("/friend/<string:code>")
@public
def accept_friend(code: str) -> ResponseReturnValue:
    given = friends.terms()
    found = _found(code)
    if found is None:
        return _over()
    if current_user.is_authenticated:
        return go(url_for("activities.show_friend", code=found.code))
    form = FriendForm(given.statement)
    if not form.validate_on_submit():
        return _form(form, found, 422)
    session[CAME_WITH] = [found.code, now().isoformat()]
    return go(url_for("accounts.join"))


def _found(code: str) -> OpenReferral | None:
    """Find what a code leads to; wrong ones are counted, so that nobody can try them all."""
    at, who = now(), address()
    if limits.is_spent(WRONG_CODES, who, at=at):
        return None
    found = open_referral(typed_code(code), at=at)
    if found is None:
        with unit_of_work():
            if limits.spend((WRONG_CODES, who), at=at):
                limits.note_hit(WRONG_CODES.name, where=where(), at=at)
    return found


def _form(form: FriendForm, found: OpenReferral, status: int) -> Response:
    is_own = current_user.is_authenticated and current_user.user_id == found.user_id
    return page(
        "activities/friend.html",
        "panel",
        status,
        form=form,
        code=found.code,
        initial=found.initial,
        until=found.expires_at,
        is_member=current_user.is_authenticated,
        is_own=is_own,
    )


def _over() -> Response:
    return page("activities/friend_over.html", status=410)
