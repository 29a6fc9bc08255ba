"""Letters about signing in: passwords, codes, devices and what proves who it is."""

from datetime import datetime

from flask_babel import force_locale

from portal.accounts.models import OneTimeToken
from portal.accounts.queries import Login
from portal.accounts.rules import Address
from portal.accounts.rules.codes import LETTER_CODE_MINUTES
from portal.accounts.service.attempts import Opened
from portal.accounts.service.resets import RESET_LINK_MINUTES
from portal.mail.letter import CODE, SECRET, Letter
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


def decoy(address: Address, *, until: datetime, locale: str) -> Letter:
    """Write the row that an unknown address gets: it costs the same and is never sent."""
    with force_locale(locale):
        facts = {"name": address.typed, "link": _reset_url(), "until": ui.clock_time(until)}
    return decoy_letter(address.typed, facts, locale)


def password_changed(login: Login, *, device: str, at: datetime, ended: str = "all") -> Letter:
    """Tell the owner that the password was changed, when and with what; `ended` is all, others or nothing."""
    with force_locale(login.locale):
        when = ui.weekday_time(at)
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


def sign_in_code(login: Login, opened: Opened, *, device: str) -> Letter:
    """Send the eight digits that finish a sign-in on a new device; they are made when the letter goes out."""
    with force_locale(login.locale):
        until = ui.clock_time(opened.expires_at)
    return Letter(
        kind="sign_in_code",
        to=login.email,
        locale=login.locale,
        user_id=login.user_id,
        token_id=opened.id,
        facts={
            "name": login.first_name,
            "code": CODE,
            "device": device,
            "until": until,
            "minutes": LETTER_CODE_MINUTES,
            "link": absolute("accounts.forgot_password"),
        },
    )


def new_device(login: Login, *, device: str, at: datetime) -> Letter:
    """Tell the owner that somebody signed in with a browser we had not seen before."""
    return _note(login, "new_device", at, device=device)


def many_failures(login: Login, *, device: str, address: str, at: datetime) -> Letter:
    """Tell the owner that somebody has tried again and again to get in, and could not."""
    return _note(login, "many_failures", at, device=device, address=address)


def code_used(login: Login, *, left: int, device: str, at: datetime) -> Letter:
    """Tell the owner that a recovery code was used, and how many are left."""
    return _note(login, "code_used", at, device=device, left=left)


def factor_changed(login: Login, *, change: str, device: str, at: datetime) -> Letter:
    """Tell the owner that something that proves who they are was added or taken away.

    `change` is one of "app_added", "app_removed" and "codes_made".
    """
    return _note(login, "factor_changed", at, device=device, change=change)


def _note(login: Login, kind: str, at: datetime, **facts: str | int) -> Letter:
    """Write a letter that says what happened, when and from where, and what to do when it was not them."""
    with force_locale(login.locale):
        when = ui.weekday_time(at)
    return Letter(
        kind=kind,
        to=login.email,
        locale=login.locale,
        user_id=login.user_id,
        facts={"name": login.first_name, "when": when, "link": absolute("accounts.forgot_password"), **facts},
    )


def _reset_url() -> str:
    """Give the address of the link with the place its secret goes to; braces would be quoted in it."""
    place = "x"
    return absolute("accounts.follow_reset_link", secret=place).removesuffix(place) + SECRET
