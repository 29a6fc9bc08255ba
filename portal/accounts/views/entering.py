"""The one way in: whatever proved who it is, the session begins here."""

from dataclasses import replace

from flask import Response, current_app, request, session, url_for
from flask_login import login_user

from portal.accounts import letters
from portal.accounts.devices import device_name
from portal.accounts.passwords import Passwords
from portal.accounts.queries import Login
from portal.accounts.rules import Factor, Role
from portal.accounts.sealing import Seals, seals_of
from portal.accounts.service import devices, limits, sessions
from portal.accounts.service.sessions import Begun
from portal.audit.rules import Verb
from portal.audit.service import Actor, record
from portal.clock import now
from portal.errors import Refused
from portal.mail import outbox
from portal.web.access import Visitor
from portal.web.htmx import go
from portal.web.links import safe_path, settings
from portal.web.trail import where

DAY = 24 * 3600
# Where flask-login keeps the session token; without one nobody needs to be looked up.
TOKEN = "_user_id"  # noqa: S105 - a name
FORMS = frozenset({"csrf_token"})


def passwords() -> Passwords:
    """Give the hasher of the running app."""
    found: Passwords = current_app.extensions["passwords"]
    return found


def seals() -> Seals:
    """Give the seals of the running app's settings."""
    return seals_of(settings())


def address() -> str:
    """Give the network address of the request, as far as the proxies are trusted."""
    return limits.address_key(request.remote_addr or "")


def this_device() -> str:
    """Give the token by which this browser is known again; one that is not known to anybody has none."""
    return request.cookies.get(_device_cookie(), "")[:100]


def begin(login: Login, *, factor: Factor, keep: bool) -> Begun:
    """Begin a session inside the present unit of work, and note it in the log.

    A browser that was not known is remembered after a good second step, and its owner gets a letter. Raises
    Refused("changed") when a known one has been forgotten in this very moment.
    """
    at = now()
    token = this_device()
    device_id = devices.meet(login.user_id, token, at=at) if token else None
    if device_id is None and factor is Factor.DEVICE:
        raise Refused("changed")
    remembered = None
    if device_id is None and factor is not Factor.PASSWORD:
        remembered = _remember(login, token)
        device_id = remembered.device_id
    begun = sessions.begin(
        login.user_id,
        Role(login.role),
        keep=keep,
        address=request.remote_addr or "",
        device=device_name(request.user_agent.string),
        at=at,
        factor=factor,
        known_device_id=device_id,
    )
    record(
        Verb.SIGNED_IN,
        at=at,
        actor=Actor(login.user_id, login.role),
        where=where(),
        about=login.user_id,
        thing=("session", str(begun.session_id)),
        facts={"factor": factor.value},
    )
    return replace(begun, device_token=remembered.token) if remembered else begun


def enter(login: Login, begun: Begun, *, keep: bool) -> None:
    """Give the browser its new token after the commit; nothing of the old cookie lives on."""
    session.clear()
    session.permanent = keep and login.role == "member"
    login_user(
        Visitor(login.user_id, begun.session_id, login.role, login.name, login.email, login.locale, token=begun.token)
    )


def carry_on(token: str) -> None:
    """Give the browser the new token of the session it has; forms in its other windows can still be sent."""
    is_kept, forms = session.permanent, {key: session[key] for key in FORMS & session.keys()}
    session.clear()
    session.permanent = is_kept
    session.update(forms)
    session[TOKEN] = token
    session["_fresh"] = True


def with_device(response: Response, begun: Begun) -> Response:
    """Put the token of a newly remembered browser into its cookie."""
    if begun.device_token:
        response.set_cookie(
            _device_cookie(),
            begun.device_token,
            max_age=devices.REMEMBERED_DAYS * DAY,
            secure=settings().is_https,
            httponly=True,
            samesite="Lax",
            path="/",
        )
    return response


def hand_over(login: Login, begun: Begun, *, keep: bool, onward: str) -> Response:
    """Let somebody in whose session has begun, and send them on; who is about to leave may think again first."""
    enter(login, begun, keep=keep)
    target = url_for("records.show_closing") if login.is_leaving else onward
    return with_device(go(target), begun)


def onward() -> str:
    """Give the page to go to: where they were, with the kept form when there is one."""
    target = safe_path(request.values.get("next")) or url_for("home.show_home")
    kept = request.values.get("kept", "")
    if kept.replace("-", "").isalnum():
        target += ("&" if "?" in target else "?") + f"kept={kept}"
    return target


def _remember(login: Login, token: str) -> devices.Remembered:
    at = now()
    name = device_name(request.user_agent.string)
    remembered = devices.remember(login.user_id, token, device=name, at=at)
    outbox.add(letters.new_device(login, device=name, at=at))
    record(
        Verb.DEVICE_REMEMBERED,
        at=at,
        actor=Actor(login.user_id, login.role),
        where=where(),
        about=login.user_id,
        thing=("device", str(remembered.device_id)),
    )
    return remembered


def _device_cookie() -> str:
    return "__Host-device" if settings().is_https else "device"
