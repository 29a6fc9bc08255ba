"""A member's devices: register one, see what each brought, give one free."""

import uuid

from flask import Response, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import programme
from portal.accounts.service import limits
from portal.accounts.service.limits import Limit
from portal.accounts.views.entering import address
from portal.activities.forms.devices import DeviceForm
from portal.activities.pricing import rule_at
from portal.activities.queries.devices import device_of, devices_of
from portal.activities.rules import Ineligible
from portal.activities.service import devices
from portal.activities.views import bp
from portal.clock import now
from portal.errors import NotFound, Refused
from portal.programme import Activity
from portal.unit_of_work import unit_of_work
from portal.web.access import members_only, visitor
from portal.web.htmx import go, page
from portal.web.trail import where

# Serial numbers of other people's devices are not to be found by trying.
MOST_TRIES = Limit("device-serial", 10, 3600)
# Nor by many members from one place.
MOST_FROM_ONE_PLACE = Limit("device-serial-address", 60, 3600)
WORD = "device_word"


@bp.get("/earn/device")
@members_only
def register_device() -> ResponseReturnValue:
    return _list(DeviceForm(_activity()), 200)


@bp.post("/earn/device")
@members_only
def add_device() -> ResponseReturnValue:
    activity = _activity()
    form = DeviceForm(activity)
    if not form.validate_on_submit():
        return _list(form, 422)
    if _is_too_often():
        form.serial.errors = [_("Too many tries in an hour. Wait a while, then try again")]
        return _list(form, 429)
    try:
        with unit_of_work():
            devices.register_device(visitor().member, activity.key, form.to_serial(), at=now())
    except Refused as refusal:
        form.serial.errors = [_words(refusal.code)]
        return _list(form, 422)
    session[WORD] = _("Your device is registered.")
    return go(url_for("activities.register_device"))


@bp.get("/earn/device/<uuid:device_id>/removal")
@members_only
def confirm_freeing(device_id: uuid.UUID) -> ResponseReturnValue:
    return page("activities/device_removal.html", device=device_of(visitor().member, device_id))


@bp.post("/earn/device/<uuid:device_id>/removal")
@members_only
def free_device(device_id: uuid.UUID) -> ResponseReturnValue:
    with unit_of_work():
        devices.free_device(visitor().member, device_id, at=now())
    session[WORD] = _("The device is released: somebody else can register it now.")
    return go(url_for("activities.register_device"))


def _activity() -> Activity:
    """Find the programme's one activity that is done by registering a device."""
    found = next((one for one in programme.current().activities if one.done_by == "device"), None)
    if found is None:
        raise NotFound
    return found


def _is_too_often() -> bool:
    """Take a try before it is made."""
    who, at = visitor(), now()
    with unit_of_work():
        wait = limits.spend((MOST_TRIES, str(who.user_id)), (MOST_FROM_ONE_PLACE, address()), at=at)
        if wait:
            limits.note_hit(MOST_TRIES.name, where=where(), at=at, about=who.user_id)
    return bool(wait)


def _words(code: str) -> str:
    """Say why a device was not registered; who else has it is nobody's business."""
    if code == devices.YOURS:
        return str(_("You have registered this device already"))
    if code == Ineligible.IN_USE:
        return str(_("We cannot register this one. If you hold it in your hand, tell us under “Something missing?”"))
    return str(_("No device can be registered just now"))


def _list(form: DeviceForm, status: int) -> Response:
    rule = rule_at(form.activity.key, now())
    return page(
        "activities/devices.html",
        "panel",
        status,
        form=form,
        rule=rule.text if rule else "",
        devices=devices_of(visitor().member),
        word=session.pop(WORD, ""),
    )
