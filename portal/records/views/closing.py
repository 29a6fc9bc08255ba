"""Closing the account: what goes, when, and the way back while there is time."""

from datetime import timedelta

from flask import Response, abort, url_for
from flask.typing import ResponseReturnValue

from portal import programme
from portal.accounts.service import leaving, sessions
from portal.audit.rules import Verb
from portal.audit.service import record
from portal.clock import now
from portal.mail import outbox
from portal.records import letters, queries
from portal.records.queries import Owner
from portal.records.views import bp
from portal.unit_of_work import unit_of_work
from portal.web.access import confirmed, unfinished_too, visitor
from portal.web.htmx import go, page
from portal.web.trail import actor, where


@bp.get("/you/closing")
@unfinished_too
def show_closing() -> ResponseReturnValue:
    who = visitor()
    return page(
        "records/closing.html",
        is_staff=who.is_staff,
        leaving=queries.leaving_of(_owner()),
        days=programme.current().records.closing_days,
    )


@bp.post("/you/closing")
@unfinished_too
@confirmed
def ask_to_close() -> ResponseReturnValue:
    who, owner, at = visitor(), _owner(), now()
    closes_at = at + timedelta(days=programme.current().records.closing_days)
    with unit_of_work():
        if leaving.ask(who.user_id, closes_at=closes_at, at=at):
            sessions.end_others(who.user_id, but=who.session_id, at=at)
            record(Verb.CLOSING_ASKED, at=at, actor=actor(), where=where(), about=who.user_id)
            outbox.add(letters.closing_asked(owner, closes_at=closes_at))
    return _back()


@bp.post("/you/closing/withdrawal")
@unfinished_too
def keep_account() -> ResponseReturnValue:
    who, owner = visitor(), _owner()
    with unit_of_work():
        if leaving.take_back(who.user_id):
            record(Verb.CLOSING_TAKEN_BACK, at=now(), actor=actor(), where=where(), about=who.user_id)
            outbox.add(letters.closing_taken_back(owner))
    return _back()


def _back() -> Response:
    return go(url_for("records.show_closing"))


def _owner() -> Owner:
    owner = queries.owner_of(visitor().user_id)
    return owner or abort(404)
