"""One's own passkeys: a list, a new one, another name, and away with it."""

import uuid

from flask import Response, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries
from portal.accounts.devices import device_name
from portal.accounts.forms.passkeys import NewPasskeyForm, PasskeyNameForm
from portal.accounts.letters.passkeys import passkey_changed
from portal.accounts.queries.passkeys import passkey_of, passkeys_of
from portal.accounts.rules import LONGEST_PASSKEY_NAME, MOST_PASSKEYS
from portal.accounts.service import passkeys
from portal.accounts.views import bp, ceremonies
from portal.audit.rules import Verb
from portal.audit.service import record
from portal.clock import now
from portal.errors import Refused
from portal.mail import outbox
from portal.unit_of_work import unit_of_work
from portal.web.access import confirmed, signed_in, visitor
from portal.web.htmx import go, page
from portal.web.trail import actor, where

WORD = "passkey_word"


@bp.get("/you/passkeys")
@signed_in
def show_passkeys() -> ResponseReturnValue:
    own = passkeys_of(visitor().user_id)
    return page("accounts/passkeys.html", passkeys=own, word=session.pop(WORD, ""), twin=ceremonies.twin())


@bp.get("/you/passkeys/new")
@signed_in
@confirmed
def new_passkey() -> ResponseReturnValue:
    suggested = device_name(request.user_agent.string)[:LONGEST_PASSKEY_NAME]
    return _new(NewPasskeyForm(data={"name": suggested}), 200)


@bp.post("/you/passkeys/challenge")
@signed_in
@confirmed
def ask_new_passkey() -> ResponseReturnValue:
    return ceremonies.ask_for_new(visitor())


@bp.post("/you/passkeys")
@signed_in
@confirmed
def add_passkey() -> ResponseReturnValue:
    form, who = NewPasskeyForm(), visitor()
    if not form.validate_on_submit():
        return _new(form, 422)
    try:
        key = ceremonies.new_key(who, form.credential.data or "")
        with unit_of_work():
            added = passkeys.add(who.user_id, key, name=form.to_name(), at=now())
            _tell(Verb.PASSKEY_ADDED, added, form.to_name())
    except Refused as refusal:
        form.name.errors = [_words(refusal)]
        return _new(form, 422)
    session[WORD] = "added"
    return go(url_for("accounts.show_passkeys"))


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
    session[WORD] = "renamed"
    return go(url_for("accounts.show_passkeys"))


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
    session[WORD] = "removed"
    return go(url_for("accounts.show_passkeys"))


def _tell(verb: Verb, passkey_id: uuid.UUID, name: str) -> None:
    """Note a passkey that came or went, and write to its owner: it may not have been they."""
    login, device = queries.login_by_id(visitor().user_id), device_name(request.user_agent.string)
    _note(verb, passkey_id, name)
    outbox.add(passkey_changed(login, what=verb.value, passkey=name, device=device, at=now()))


def _note(verb: Verb, passkey_id: uuid.UUID, name: str) -> None:
    thing = ("passkey", str(passkey_id))
    record(verb, at=now(), actor=actor(), where=where(), about=visitor().user_id, thing=thing, words={"name": name})


def _new(form: NewPasskeyForm, status: int) -> Response:
    return page("accounts/new_passkey.html", status=status, form=form, twin=ceremonies.twin())


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
