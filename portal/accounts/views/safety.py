"""Sign-in and safety: what proves who somebody is, and the browsers that are known."""

import uuid

from flask import request, session, url_for
from flask.typing import ResponseReturnValue

from portal.accounts import queries
from portal.accounts.queries.passkeys import passkeys_of
from portal.accounts.rules import Role
from portal.accounts.service import apps, codes, devices, factors
from portal.accounts.views import bp, ceremonies, you
from portal.accounts.views.enrolling import note
from portal.accounts.views.entering import this_device
from portal.audit.rules import Verb
from portal.audit.service import record
from portal.clock import now
from portal.unit_of_work import unit_of_work
from portal.web.access import confirmed, signed_in, visitor
from portal.web.htmx import go, page
from portal.web.trail import actor, where

# What has just been done about a passkey, told once.
WORD = "safety_word"


@bp.get("/you/safety")
@signed_in
def show_safety() -> ResponseReturnValue:
    who = visitor()
    return page(
        "accounts/safety.html" if who.member_id else "accounts/safety_desk.html",
        has=factors.factors_of(who.user_id),
        must=who.is_staff,
        devices=devices.devices_of(who.user_id, token=this_device()),
        passkeys=passkeys_of(who.user_id),
        twin=ceremonies.twin(),
        removed=request.args.get("removed") == "app",
        word=session.pop(WORD, ""),
        said="" if who.member_id else session.pop(you.WORD, ""),
        places=() if you.has_own_page(who) else queries.places_of(who.user_id, this=who.session_id, at=now()),
    )


@bp.post("/you/app/removal")
@signed_in
@confirmed
def remove_app() -> ResponseReturnValue:
    login = queries.login_by_id(visitor().user_id)
    with unit_of_work():
        has = factors.hold(login.user_id)
        # Staff keep a second step at all times: another app takes the place of the one they have.
        is_last = Role(login.role).is_staff and not has.has_passkey
        if not has.has_app or is_last:
            return go(url_for("accounts.show_safety"))
        apps.remove(login.user_id)
        if not has.has_passkey:
            codes.drop(login.user_id)
        note(login, Verb.APP_REMOVED)
    return go(url_for("accounts.show_safety", removed="app"))


@bp.post("/you/devices/<uuid:device_id>/removal")
@signed_in
def forget_device(device_id: uuid.UUID) -> ResponseReturnValue:
    who = visitor()
    with unit_of_work():
        devices.forget(device_id, user_id=who.user_id)
        record(
            Verb.DEVICE_FORGOTTEN,
            at=now(),
            actor=actor(),
            where=where(),
            about=who.user_id,
            thing=("device", str(device_id)),
        )
    return go(url_for("accounts.show_safety"))
