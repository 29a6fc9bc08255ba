"""How often somebody may try: limits of passwords and codes, and the words for having to wait.

A browser that is known keeps an allowance of its own, so that nobody can lock an owner out from elsewhere.
"""

import uuid

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext

from portal import programme
from portal.accounts import letters, queries
from portal.accounts.devices import device_name
from portal.accounts.queries import Login
from portal.accounts.rules import Address
from portal.accounts.service import devices, limits
from portal.accounts.service.limits import Limit
from portal.accounts.views.entering import address, this_device
from portal.audit.rules import Verb
from portal.audit.service import record
from portal.clock import now
from portal.mail import outbox
from portal.unit_of_work import unit_of_work
from portal.web.links import settings
from portal.web.trail import where

FIVE_MINUTES = 300
HOUR = 3600
DAY = 24 * HOUR


def before_password(canonical: str, *, device: str) -> int:
    """Take one try at a password; give the seconds to wait when there is none left."""
    with unit_of_work():
        wait = limits.spend(*_password_limits(canonical, device), at=now())
        if wait:
            limits.note_hit("sign-in-device" if device else "sign-in", where=where(), at=now())
            # The owner is told about their account, and not about a place from which many are tried.
            own, *_others = _password_limits(canonical, device)
            if limits.is_spent(*own, at=now()):
                _warn(canonical, queries.login_of(canonical))
    return wait


def forget_password(canonical: str, *, device: str) -> None:
    """Wipe the slate of an account after a success; of a network address one try comes back."""
    (account, subject), *others = _password_limits(canonical, device)
    limits.forget(account, subject)
    for place, where_from in others:
        limits.give_back(place, where_from)


def before_code(user_id: uuid.UUID) -> int:
    """Take one try at a code of somebody's; give the seconds to wait when there is none left."""
    with unit_of_work():
        wait = limits.spend(*_code_limits(user_id), at=now())
        if wait:
            limits.note_hit("code", where=where(), at=now(), about=user_id)
            login = queries.login_by_id(user_id)
            _warn(login.canonical, login)
    return wait


def forget_codes(user_id: uuid.UUID) -> None:
    """Give a right code's try back, and all those of the last minutes."""
    (last_minutes, subject), *others = _code_limits(user_id)
    limits.forget(last_minutes, subject)
    for longer, whose in others:
        limits.give_back(longer, whose)


def words(seconds: int) -> str:
    """Say how long to wait."""
    minutes = -(-seconds // 60)
    if minutes > 1:
        return str(_("Too many tries in a row. Try again in %(minutes)s minutes", minutes=minutes))
    return str(
        ngettext(
            "Too many tries in a row. Try again in one second",
            "Too many tries in a row. Try again in %(num)s seconds",
            seconds,
        )
    )


def is_known_here(user_id: uuid.UUID) -> bool:
    """Tell whether this browser is known to somebody."""
    return bool(this_device()) and devices.is_known(user_id, this_device())


def _warn(canonical: str, owner: Login | None) -> None:
    """Write to the owner once a day at most, and the same rows where there is nobody to write to."""
    at = now()
    if not limits.is_first("owner-warned", canonical, seconds=DAY, at=at):
        return
    found = owner if owner and not owner.is_disabled else None
    record(Verb.OWNER_WARNED, at=at, where=where(), about=found.user_id if found else None)
    if found:
        device = device_name(request.user_agent.string)
        outbox.add(letters.many_failures(found, device=device, address=address(), at=at))
    else:
        outbox.add(letters.decoy(Address(canonical, canonical), until=at, locale=programme.current().club.locale))


def _password_limits(canonical: str, device: str) -> tuple[tuple[Limit, str], ...]:
    given = settings()
    seconds = given.sign_in_window_seconds
    if device:
        return ((Limit("sign-in-device", given.sign_in_failures, seconds), f"{canonical}:{device}"),)
    return (
        (Limit("sign-in-account", given.sign_in_failures, seconds), canonical),
        (Limit("sign-in-address", given.address_failures, seconds), address()),
    )


def _code_limits(user_id: uuid.UUID) -> tuple[tuple[Limit, str], ...]:
    given = settings()
    subject = f"{user_id}:{this_device()}" if is_known_here(user_id) else str(user_id)
    return (
        (Limit("code-minutes", given.code_failures, FIVE_MINUTES), subject),
        (Limit("code-hour", given.code_failures_per_hour, HOUR), subject),
        (Limit("code-day", given.code_failures_per_day, DAY), subject),
    )
