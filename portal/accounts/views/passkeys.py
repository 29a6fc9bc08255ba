"""One's own passkeys: a list, a new one, another name, and away with it."""

import uuid
from dataclasses import dataclass

from flask import Response, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries
from portal.accounts.devices import device_name
from portal.accounts.forms.passkeys import NewPasskeyForm, PasskeyNameForm
from portal.accounts.letters.passkeys import passkey_changed
from portal.accounts.queries import Login
from portal.accounts.queries.passkeys import passkey_of
from portal.accounts.rules import LONGEST_PASSKEY_NAME, MOST_PASSKEYS, Factor
from portal.accounts.service import codes, factors, passkeys, sessions
from portal.accounts.service.ceremonies import Key
from portal.accounts.service.sessions import Begun
from portal.accounts.views import bp, ceremonies
from portal.accounts.views.enrolling import is_shut_out, show_sheet, turn_away
from portal.accounts.views.entering import begin, enter, seals, with_device
from portal.accounts.views.safety import WORD
from portal.audit.rules import Verb
from portal.audit.service import record
from portal.clock import now
from portal.errors import Refused
from portal.mail import outbox
from portal.unit_of_work import unit_of_work
from portal.web.access import Visitor, confirmed, half_in, signed_in, visitor
from portal.web.htmx import go, page
from portal.web.trail import actor, where


@dataclass(frozen=True, slots=True)
class Opened:
    """A desk that a first passkey has opened: its session, and the codes for the day the device is lost."""

    login: Login
    begun: Begun
    codes: list[str]


@bp.get("/you/passkeys/new")
@half_in
@confirmed
def new_passkey() -> ResponseReturnValue:
    if _is_shut_out():
        return turn_away(visitor())
    suggested = device_name(request.user_agent.string)[:LONGEST_PASSKEY_NAME]
    return _new(NewPasskeyForm(data={"name": suggested}), 200)


@bp.post("/you/passkeys/challenge")
@half_in
@confirmed
def ask_new_passkey() -> ResponseReturnValue:
    if _is_shut_out():
        return turn_away(visitor())
    return ceremonies.ask_for_new(visitor())


@bp.post("/you/passkeys")
@half_in
@confirmed
def add_passkey() -> ResponseReturnValue:
    form, who = NewPasskeyForm(), visitor()
    if _is_shut_out():
        return turn_away(who)
    if not form.validate_on_submit():
        return _new(form, 422)
    try:
        key = ceremonies.new_key(who, form.credential.data or "")
        opened = _add(who, key, form.to_name())
    except Refused as refusal:
        form.name.errors = [_words(refusal)]
        return _new(form, 422)
    if opened is None:
        session[WORD] = "passkey-added"
        return go(url_for("accounts.show_safety"))
    enter(opened.login, opened.begun, keep=False)
    return with_device(show_sheet(opened.codes, opened.login), opened.begun)


def _add(who: Visitor, key: Key, name: str) -> Opened | None:
    """Keep the passkey; staff who had no second step begin a session that it opened, with codes for a lost phone."""
    with unit_of_work():
        has = factors.hold(who.user_id)
        if is_shut_out(who, has):
            raise Refused("has_factor")
        added = passkeys.add(who.user_id, key, name=name, at=now())
        _tell(Verb.PASSKEY_ADDED, added, name)
        if not who.is_staff or has.is_strong:
            return None
        login = queries.login_by_id(who.user_id)
        made = codes.make(who.user_id, seals=seals(), at=now())
        sessions.end(who.session_id, at=now())
        return Opened(login, begin(login, factor=Factor.PASSKEY, keep=False), made)


@bp.get("/you/passkeys/<uuid:passkey_id>")
@signed_in
@confirmed
def show_passkey(passkey_id: uuid.UUID) -> ResponseReturnValue:
    passkey = passkey_of(visitor().user_id, passkey_id)
    return _one(passkey_id, PasskeyNameForm(data={"name": passkey.name}), 200)


@bp.post("/you/passkeys/<uuid:passkey_id>")
@signed_in
@confirmed
def rename_passkey(passkey_id: uuid.UUID) -> ResponseReturnValue:
    form = PasskeyNameForm()
    if not form.validate_on_submit():
        return _one(passkey_id, form, 422)
    with unit_of_work():
        passkeys.rename(passkey_id, user_id=visitor().user_id, name=form.to_name())
        _note(Verb.PASSKEY_RENAMED, passkey_id, form.to_name())
    session[WORD] = "passkey-renamed"
    return go(url_for("accounts.show_safety"))


@bp.post("/you/passkeys/<uuid:passkey_id>/removal")
@signed_in
@confirmed
def remove_passkey(passkey_id: uuid.UUID) -> ResponseReturnValue:
    try:
        with unit_of_work():
            name = passkeys.remove(passkey_id, user_id=visitor().user_id)
            _tell(Verb.PASSKEY_REMOVED, passkey_id, name)
    except Refused:
        own = passkey_of(visitor().user_id, passkey_id)
        return _one(passkey_id, PasskeyNameForm(formdata=None, data={"name": own.name}), 422, is_last=True)
    session[WORD] = "passkey-removed"
    return go(url_for("accounts.show_safety"))


def _tell(verb: Verb, passkey_id: uuid.UUID, name: str) -> None:
    """Note a passkey that came or went, and write to its owner: it may not have been they."""
    login, device = queries.login_by_id(visitor().user_id), device_name(request.user_agent.string)
    _note(verb, passkey_id, name)
    outbox.add(passkey_changed(login, what=verb.value, passkey=name, device=device, at=now()))


def _note(verb: Verb, passkey_id: uuid.UUID, name: str) -> None:
    thing = ("passkey", str(passkey_id))
    record(verb, at=now(), actor=actor(), where=where(), about=visitor().user_id, thing=thing, words={"name": name})


def _is_shut_out() -> bool:
    return is_shut_out(visitor(), factors.factors_of(visitor().user_id))


def _new(form: NewPasskeyForm, status: int) -> Response:
    who = visitor()
    must = who.is_staff and not who.opens_the_desk
    return page("accounts/new_passkey.html", status=status, form=form, twin=ceremonies.twin(), must=must)


def _one(passkey_id: uuid.UUID, form: PasskeyNameForm, status: int, *, is_last: bool = False) -> Response:
    passkey = passkey_of(visitor().user_id, passkey_id)
    return page("accounts/passkey.html", status=status, form=form, passkey=passkey, is_last=is_last)


def _words(refusal: Refused) -> str:
    if refusal.code == "too_many":
        return str(_("You have %(most)s passkeys. Remove one that you no longer use first", most=MOST_PASSKEYS))
    if refusal.code == "known":
        return str(_("This device has a passkey for your account already"))
    if refusal.code == "challenge":
        return str(_("That took more than five minutes, or was sent twice. Try again"))
    return str(_("Your device did not give us a passkey that we can use. Try again, or use another device"))
