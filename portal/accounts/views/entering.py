"""The one way in: whatever proved who it is, the session begins here."""

from flask import Response, current_app, request, session
from flask_login import login_user

from portal.accounts.devices import device_name
from portal.accounts.passwords import Passwords
from portal.accounts.queries import Login
from portal.accounts.rules import Factor, Role
from portal.accounts.service import limits, sessions
from portal.accounts.service.sessions import Begun
from portal.audit.rules import Verb
from portal.audit.service import Actor, record
from portal.clock import now
from portal.web.access import Visitor
from portal.web.htmx import go
from portal.web.trail import where


def passwords() -> Passwords:
    """Give the hasher of the running app."""
    found: Passwords = current_app.extensions["passwords"]
    return found


def address() -> str:
    """Give the network address of the request, as far as the proxies are trusted."""
    return limits.address_key(request.remote_addr or "")


def begin(login: Login, *, factor: Factor, keep: bool) -> Begun:
    """Begin a session inside the present unit of work, and note it in the log."""
    at = now()
    begun = sessions.begin(
        login.user_id,
        Role(login.role),
        keep=keep,
        address=request.remote_addr or "",
        device=device_name(request.user_agent.string),
        at=at,
        factor=factor,
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
    return begun


def hand_over(login: Login, begun: Begun, *, keep: bool, onward: str) -> Response:
    """Give the browser its new token after the commit; nothing of the old cookie lives on."""
    session.clear()
    session.permanent = keep and login.role == "member"
    login_user(
        Visitor(login.user_id, begun.session_id, login.role, login.name, login.email, login.locale, token=begun.token)
    )
    return go(onward)


def carry_on(token: str) -> None:
    """Give the browser the new token of the session it has; of what the cookie held beside it nothing lives on."""
    is_kept = session.permanent
    session.clear()
    session.permanent = is_kept
    session["_user_id"] = token
    session["_fresh"] = True
