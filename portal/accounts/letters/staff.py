"""Letters to colleagues: the invitation, and that their second step was taken away."""

from datetime import datetime

from flask_babel import force_locale

from portal.accounts.models import OneTimeToken
from portal.accounts.queries import Login, login_by_id
from portal.accounts.service.staff import INVITATION_DAYS
from portal.accounts.words import ROLES
from portal.errors import NotFound
from portal.mail.letter import SECRET, Letter
from portal.web import ui
from portal.web.links import absolute


def staff_invited(token: OneTimeToken, *, by: str) -> Letter:
    """Send the link by which a colleague chooses their own password; its secret is made when the letter goes out."""
    if token.user_id is None:
        raise NotFound
    place, login = "x", login_by_id(token.user_id)
    with force_locale(login.locale):
        until = ui.weekday_time(token.expires_at)
        role = str(ROLES[login.role])
    return Letter(
        kind="staff_invited",
        to=login.email,
        locale=login.locale,
        user_id=login.user_id,
        token_id=token.id,
        facts={
            "name": login.first_name,
            "by": by,
            "role": role,
            "days": INVITATION_DAYS,
            "until": until,
            "link": absolute("accounts.follow_invitation", secret=place).removesuffix(place) + SECRET,
        },
    )


def factor_reset(login: Login, *, by: str, at: datetime) -> Letter:
    """Tell a colleague who took their second step away and when, so that it cannot happen behind their back."""
    with force_locale(login.locale):
        when = ui.weekday_time(at)
    return Letter(
        kind="factor_reset",
        to=login.email,
        locale=login.locale,
        user_id=login.user_id,
        facts={"name": login.first_name, "by": by, "when": when, "link": absolute("accounts.sign_in")},
    )


def factor_reset_of_member(login: Login, *, at: datetime) -> Letter:
    """Tell a member that their second step was taken away and when; who did it is for the log."""
    with force_locale(login.locale):
        when = ui.weekday_time(at)
    return Letter(
        kind="member_factor_reset",
        to=login.email,
        locale=login.locale,
        user_id=login.user_id,
        facts={"name": login.first_name, "when": when, "link": absolute("accounts.show_safety")},
    )
