"""Joining: the same page whoever asks, and a letter to whoever owns the address."""

import uuid
from datetime import datetime, timedelta

from flask import Response, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programme
from portal.accounts.rules import Address, Role, password_minimum, read_address
from portal.accounts.service import limits, links
from portal.accounts.service.limits import Limit
from portal.accounts.service.links import Purpose
from portal.accounts.views import bp
from portal.accounts.views.entering import address, passwords
from portal.activities.service.friends import come_with
from portal.activities.views.invited import CAME_WITH
from portal.clock import now
from portal.joining import letters
from portal.joining.forms import JoinForm
from portal.joining.service import joins
from portal.joining.service.joins import Joined, Outcome
from portal.mail import outbox
from portal.unit_of_work import unit_of_work
from portal.web.access import public
from portal.web.htmx import go, page
from portal.web.links import settings
from portal.web.trail import where

HOUR = 3600
LINK_LIFE = timedelta(hours=24)
ASKED = "join_asked"
# The mark of this browser: the link of the letter needs no password where somebody has just typed one.
BROWSER = "join_browser"


@bp.get("/join")
@public
def join() -> ResponseReturnValue:
    return _form(JoinForm(), 200)


@bp.post("/join")
@public
def ask_to_join() -> ResponseReturnValue:
    form = JoinForm()
    is_complete = form.validate()
    about = (form.name.data or "", form.email.data or "", programme.current().club.name)
    if not form.is_strong(minimum=_minimum(), about=about) or not is_complete:
        return _form(form, 422)
    wait = _spend_place()
    if wait:
        form.email.errors = [_("Too many people joined from here just now. Try again in an hour")]
        return _form(form, 429)
    password_hash = passwords().hash(form.password.data or "")
    browser, at = uuid.uuid4(), now()
    with unit_of_work():
        joined = joins.join(form.to_applicant(password_hash), where=where(), at=at)
        code, agreed_at = _invitation()
        come_with(joined.user_id, code, agreed_at=agreed_at or at, at=at)
        write_to(joined, form.to_address(), browser=browser)
    session[ASKED], session[BROWSER] = form.to_address().typed, str(browser)
    return go(url_for("accounts.join_sent"))


@bp.get("/join/sent")
@public
def join_sent() -> ResponseReturnValue:
    if ASKED not in session:
        return go(url_for("accounts.join"))
    at = now()
    return page("joining/sent.html", address=session[ASKED], at=at, until=at + LINK_LIFE)


@bp.post("/join/sent")
@public
def send_join_link_again() -> ResponseReturnValue:
    if ASKED not in session:
        return go(url_for("accounts.join"))
    if not _spend_place():
        wanted = read_address(session[ASKED])
        with unit_of_work():
            waiting = joins.waiting(wanted.canonical)
            # The mark stays that of the browser that joined last: another one never takes its place.
            write_to(waiting, wanted, browser=joins.browser_of(waiting.user_id) if waiting else None)
    return go(url_for("accounts.join_sent"))


def write_to(joined: Joined | None, wanted: Address, *, browser: uuid.UUID | None) -> None:
    """Write the letter that belongs to the address, and the same rows where there is none to write."""
    given, at = settings(), now()
    most = Limit("join-letters", given.join_letters_per_six_hours, 6 * HOUR)
    is_too_often = bool(limits.spend((most, wanted.canonical), at=at))
    is_sent = joined is not None and joined.outcome is not Outcome.SHUT and not is_too_often
    is_waiting = joined is not None and joined.is_waiting and is_sent
    token = links.open_link(
        Purpose.CONFIRM_EMAIL,
        joined.user_id if joined and is_waiting else None,
        key=given.secret,
        life=LINK_LIFE,
        at=at,
        about_id=browser,
    )
    if joined and is_waiting:
        outbox.add(letters.confirm_email(joined, token))
    elif joined and is_sent:
        outbox.add(letters.already_member(joined, at=at))
    else:
        outbox.add(letters.decoy(wanted, locale=programme.current().club.locale))


def _spend_place() -> int:
    """Take one of the hour's requests from this network address; give the seconds to wait when there is none left."""
    most = Limit("join-address", settings().join_requests_per_address_hour, HOUR)
    with unit_of_work():
        return limits.spend((most, address()), at=now())


def _invitation() -> tuple[str, datetime | None]:
    """Give the code this browser came with, and when its owner said that it is for them."""
    code, agreed_at = session.get(CAME_WITH, ("", ""))
    return code, datetime.fromisoformat(agreed_at) if agreed_at else None


def _minimum() -> int:
    return password_minimum(Role.MEMBER, member=settings().member_password_min)


def _form(form: JoinForm, status: int) -> Response:
    return page("joining/join.html", "panel", status, form=form, minimum=_minimum(), is_invited=CAME_WITH in session)
