"""Letters about joining."""

from datetime import datetime

from flask_babel import force_locale

from portal.accounts.models import OneTimeToken
from portal.accounts.rules import Address
from portal.joining.service.ages import Decided
from portal.joining.service.joins import Joined
from portal.mail.letter import SECRET, Letter
from portal.mail.letter import decoy as decoy_letter
from portal.web import ui
from portal.web.links import absolute


def confirm_email(joined: Joined, token: OneTimeToken) -> Letter:
    """Send the link that confirms an address; its secret is made when the letter goes out."""
    with force_locale(joined.locale):
        until = ui.weekday_time(token.expires_at)
    return Letter(
        kind="confirm_email",
        to=joined.email,
        locale=joined.locale,
        user_id=joined.user_id,
        token_id=token.id,
        facts={"name": _first(joined.name), "link": _link(), "until": until},
    )


def already_member(joined: Joined, *, at: datetime) -> Letter:
    """Tell the owner of an address that somebody asked to join with it, and how they get in."""
    with force_locale(joined.locale):
        when = ui.weekday_time(at)
    return Letter(
        kind="already_member",
        to=joined.email,
        locale=joined.locale,
        user_id=joined.user_id,
        facts={
            "name": _first(joined.name),
            "when": when,
            "link": absolute("accounts.sign_in"),
            "reset": absolute("accounts.forgot_password"),
        },
    )


def age_decided(decided: Decided) -> Letter:
    """Tell a member what came of the look at their document; the picture is gone by then."""
    return Letter(
        kind="age_decided",
        to=decided.email,
        locale=decided.locale,
        user_id=decided.user_id,
        facts={
            "name": _first(decided.name),
            "is_approved": decided.is_approved,
            "is_active": decided.is_active,
            "reason": decided.reason,
            "link": absolute("home.show_home" if decided.is_active else "accounts.show_requirements"),
        },
    )


def decoy(address: Address, *, locale: str) -> Letter:
    """Write a row that costs what a letter costs and is never sent."""
    return decoy_letter(address.typed, {"link": _link()}, locale)


def _first(name: str) -> str:
    return name.split(" ", 1)[0]


def _link() -> str:
    """Give the address of the link with the place its secret goes to; braces would be quoted in it."""
    place = "x"
    return absolute("accounts.follow_join_link", secret=place).removesuffix(place) + SECRET
