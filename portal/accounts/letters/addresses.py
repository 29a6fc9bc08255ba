"""Letters about addresses: is it yours, it has changed, it is back."""

from datetime import datetime

from flask_babel import force_locale

from portal.accounts.models import OneTimeToken
from portal.accounts.queries import Login
from portal.accounts.service.emails import UNDO_LIFE
from portal.mail.letter import JSON, SECRET, Letter
from portal.web import ui
from portal.web.links import absolute


def confirm_email(login: Login, to: str, token: OneTimeToken) -> Letter:
    """Ask at a new address whether it is theirs to sign in with."""
    return _asking("email_confirm", "accounts.follow_email_link", login, to, token)


def confirm_address(login: Login, to: str, token: OneTimeToken) -> Letter:
    """Ask at a further address whether it is theirs."""
    return _asking("address_confirm", "accounts.follow_address_link", login, to, token)


def already_here(owner: Login | None, to: str, *, locale: str) -> Letter:
    """Tell the owner of an address that somebody wanted to use it for another account."""
    return Letter(
        kind="address_in_use",
        to=to,
        locale=owner.locale if owner else locale,
        user_id=owner.user_id if owner else None,
        facts={
            "name": owner.first_name if owner else "",
            "email": to,
            "link": absolute("accounts.sign_in"),
        },
    )


def email_changed(login: Login, *, to: str, at: datetime) -> Letter:
    """Tell the new address that from now on it is the one."""
    with force_locale(login.locale):
        facts: dict[str, JSON] = {
            "name": login.first_name,
            "email": to,
            "when": ui.weekday_time(at),
            "link": absolute("accounts.change_email"),
        }
    return Letter(kind="email_changed", to=to, locale=login.locale, user_id=login.user_id, facts=facts)


def undo_email(login: Login, *, to: str, token: OneTimeToken, at: datetime, device: str) -> Letter:
    """Tell the old address what happened, with the link that takes it back for a week."""
    with force_locale(login.locale):
        facts: dict[str, JSON] = {
            "name": login.first_name,
            "email": to,
            "when": ui.weekday_time(at),
            "until": ui.weekday_day(at + UNDO_LIFE),
            "device": device,
            "link": _link("accounts.follow_undo_link"),
        }
    return Letter(kind="email_undo", to=to, locale=login.locale, token_id=token.id, user_id=login.user_id, facts=facts)


def email_restored(login: Login, *, to: str, at: datetime) -> Letter:
    """Tell the address that is back what was done, and what is left to do."""
    with force_locale(login.locale):
        facts: dict[str, JSON] = {
            "name": login.first_name,
            "email": to,
            "when": ui.weekday_time(at),
            "link": absolute("accounts.forgot_password"),
        }
    return Letter(kind="email_restored", to=to, locale=login.locale, user_id=login.user_id, facts=facts)


def address_added(login: Login, *, added: str, at: datetime) -> Letter:
    """Tell the address somebody signs in with that a further one is theirs now."""
    with force_locale(login.locale):
        facts: dict[str, JSON] = {
            "name": login.first_name,
            "email": added,
            "when": ui.weekday_time(at),
            "link": absolute("accounts.show_addresses"),
        }
    return Letter(kind="address_added", to=login.email, locale=login.locale, user_id=login.user_id, facts=facts)


def _asking(kind: str, endpoint: str, login: Login, to: str, token: OneTimeToken) -> Letter:
    with force_locale(login.locale):
        until = ui.weekday_time(token.expires_at)
    return Letter(
        kind=kind,
        to=to,
        locale=login.locale,
        token_id=token.id,
        user_id=login.user_id,
        # Whoever reads at that address may be a stranger: the letter says nothing of the one who asked.
        facts={"name": "", "email": to, "until": until, "link": _link(endpoint)},
    )


def _link(endpoint: str) -> str:
    """Give the address of a link with the place its secret goes to; braces would be quoted in it."""
    place = "x"
    return absolute(endpoint, secret=place).removesuffix(place) + SECRET
