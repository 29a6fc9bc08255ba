"""Letters about passwords."""

from datetime import datetime

from flask_babel import force_locale

from portal.accounts.models import OneTimeToken
from portal.accounts.queries import Login
from portal.accounts.rules import Address
from portal.accounts.service.resets import RESET_LINK_MINUTES
from portal.mail.letter import SECRET, Letter
from portal.mail.letter import decoy as decoy_letter
from portal.web import ui
from portal.web.links import absolute


def reset_link(login: Login, token: OneTimeToken) -> Letter:
    """Send the link that sets a new password; its secret is made when the letter goes out."""
    with force_locale(login.locale):
        until = ui.clock_time(token.expires_at)
    return Letter(
        kind="reset_link",
        to=login.email,
        locale=login.locale,
        user_id=login.user_id,
        token_id=token.id,
        facts={
            "name": login.first_name,
            "link": _reset_url(),
            "until": until,
            "minutes": RESET_LINK_MINUTES,
        },
    )


def decoy(address: Address, *, locale: str) -> Letter:
    """Write the row that an unknown address gets: it costs the same and is never sent."""
    with force_locale(locale):
        return decoy_letter(address.typed, {"link": _reset_url()}, locale)


def password_changed(login: Login, *, device: str, at: datetime, ended: str = "all") -> Letter:
    """Tell the owner that the password was changed, when and with what; `ended` is all, others or nothing."""
    with force_locale(login.locale):
        when = f"{ui.weekday_day(at)}, {ui.clock_time(at)}"
    return Letter(
        kind="password_changed",
        to=login.email,
        locale=login.locale,
        user_id=login.user_id,
        facts={
            "name": login.first_name,
            "when": when,
            "device": device,
            "ended": ended,
            "link": absolute("accounts.forgot_password"),
        },
    )


def _reset_url() -> str:
    """Give the address of the link with the place its secret goes to; braces would be quoted in it."""
    place = "x"
    return absolute("accounts.follow_reset_link", secret=place).removesuffix(place) + SECRET
