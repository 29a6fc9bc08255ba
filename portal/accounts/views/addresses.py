"""Further addresses: say which are yours, prove it by a link, take one away."""

import uuid

from flask import Response, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries
from portal.accounts.forms.addresses import NewAddressForm, OwnerForm
from portal.accounts.letters import addresses as letters
from portal.accounts.queries.addresses import address_behind, further_addresses
from portal.accounts.service import addresses, limits
from portal.accounts.service.limits import Limit
from portal.accounts.service.links import Held, Purpose
from portal.accounts.views import bp, proofs
from portal.clock import now
from portal.errors import Refused
from portal.mail import outbox
from portal.unit_of_work import unit_of_work
from portal.web.access import members_only, public, visitor
from portal.web.htmx import go, page
from portal.web.links import settings
from portal.web.trail import where

HOUR = 3600
WORD = "addresses_word"


@bp.get("/you/addresses")
@members_only
def show_addresses() -> ResponseReturnValue:
    return _list(NewAddressForm(), 200)


@bp.post("/you/addresses")
@members_only
def add_address() -> ResponseReturnValue:
    form = NewAddressForm()
    if not form.validate_on_submit():
        return _list(form, 422)
    login, wanted, at = queries.login_by_id(visitor().user_id), form.to_address(), now()
    own = Limit("address-add", settings().email_changes_per_hour, HOUR)
    try:
        with unit_of_work():
            if limits.spend((own, str(login.user_id)), (proofs.letters_limit(), wanted.canonical), at=at):
                form.email.errors = [_("Too many letters were asked for. Try again in a few hours")]
                return _list(form, 429)
            token = addresses.add(visitor().member, wanted, key=settings().secret, where=where(), at=at)
            if token.user_id is None:
                outbox.add(letters.already_here(queries.login_of(wanted.canonical), wanted.typed, locale=login.locale))
            else:
                outbox.add(letters.confirm_address(login, wanted.typed, token))
    except Refused as refusal:
        form.email.errors = [_words(refusal.code)]
        return _list(form, 422)
    session[WORD] = _("A letter is on its way to %(email)s. Follow its link.", email=wanted.typed)
    return go(url_for("accounts.show_addresses"))


@bp.post("/you/addresses/<uuid:address_id>/removal")
@members_only
def remove_address(address_id: uuid.UUID) -> ResponseReturnValue:
    try:
        with unit_of_work():
            addresses.remove(address_id, member_id=visitor().member, where=where(), at=now())
    except Refused as refusal:
        session[WORD] = _words(refusal.code)
    else:
        session[WORD] = _("The address is removed. Points for its orders stay yours.")
    return go(url_for("accounts.show_addresses"))


@bp.get("/address/<string:secret>")
@public
def follow_address_link(secret: str) -> ResponseReturnValue:
    return proofs.follow(Purpose.PROVE_ADDRESS, secret, url_for("accounts.show_address_proof"))


@bp.get("/address-proof")
@public
def show_address_proof() -> ResponseReturnValue:
    held = proofs.held(Purpose.PROVE_ADDRESS)
    return _asked(held, OwnerForm(), 200) if held else proofs.over()


@bp.post("/address-proof")
@public
def prove_address() -> ResponseReturnValue:
    held, form = proofs.held(Purpose.PROVE_ADDRESS), OwnerForm()
    if held is None:
        return proofs.over()
    if not form.validate_on_submit() or not proofs.agrees(held.user_id, form):
        return _asked(held, form, 422)
    login, at = queries.login_by_id(held.user_id), now()
    try:
        with unit_of_work():
            proved = addresses.prove(session[Purpose.PROVE_ADDRESS.value], where=where(), at=at)
            outbox.add(letters.address_added(login, added=proved.email, at=at))
    except Refused:
        return proofs.over()
    session.pop(Purpose.PROVE_ADDRESS.value, None)
    if proofs.is_theirs(held.user_id):
        session[WORD] = _("%(email)s is yours now. Orders under it count from today.", email=proved.email)
        return go(url_for("accounts.show_addresses"))
    return page("accounts/address_proved.html", email=proved.email)


def _words(code: str) -> str:
    return str(
        {
            "own": _("This address is yours already"),
            "too_many": _("Ten further addresses are the most. Remove one you no longer use"),
            "undo_open": _(
                "This address can still take back the change of the one you sign in with. It stays until then"
            ),
        }[code]
    )


def _list(form: NewAddressForm, status: int) -> Response:
    who = visitor()
    return page(
        "accounts/addresses.html",
        "panel",
        status,
        form=form,
        email=who.email,
        further=further_addresses(who.member),
        word=session.pop(WORD, ""),
    )


def _asked(held: Held, form: OwnerForm, status: int) -> Response:
    found = address_behind(held.about_id)
    if found is None:
        return proofs.over()
    is_here = proofs.is_theirs(held.user_id)
    return page("accounts/address_proof.html", "panel", status, form=form, email=found.email, is_here=is_here)
