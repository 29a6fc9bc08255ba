"""The address you sign in with: ask for a new one, say yes there, take it back from the old one."""

from flask import Response, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries
from portal.accounts.devices import device_name
from portal.accounts.forms.addresses import NewAddressForm, OwnerForm
from portal.accounts.letters import addresses as letters
from portal.accounts.queries.addresses import change_behind, waiting_change
from portal.accounts.rules import Address
from portal.accounts.service import emails, limits
from portal.accounts.service.limits import Limit
from portal.accounts.service.links import Held, Purpose
from portal.accounts.views import bp, proofs
from portal.accounts.views.you import WORD
from portal.clock import now
from portal.errors import Refused
from portal.mail import outbox
from portal.unit_of_work import unit_of_work
from portal.web.access import confirmed, members_only, public, visitor
from portal.web.htmx import go, page
from portal.web.links import settings
from portal.web.trail import where

HOUR = 3600


@bp.get("/you/email")
@members_only
@confirmed
def change_email() -> ResponseReturnValue:
    return _form(NewAddressForm(), 200)


@bp.post("/you/email")
@members_only
@confirmed
def ask_email_change() -> ResponseReturnValue:
    form = NewAddressForm()
    if not form.validate_on_submit():
        return _form(form, 422)
    login, wanted = queries.login_by_id(visitor().user_id), form.to_address()
    if wanted.typed == login.email:
        form.email.errors = [_("This is the address you sign in with already")]
        return _form(form, 422)
    with unit_of_work():
        own = Limit("email-change", settings().email_changes_per_hour, HOUR)
        if limits.spend((own, str(login.user_id)), (proofs.letters_limit(), wanted.canonical), at=now()):
            form.email.errors = [_("Too many letters were asked for. Try again in a few hours")]
            return _form(form, 429)
        _ask(login, wanted)
    return go(url_for("accounts.change_email"))


def _ask(login: queries.Login, wanted: Address) -> None:
    """Write the same rows whether the address is somebody's or not; only the letter differs."""
    token = emails.ask_change(login.user_id, wanted, key=settings().secret, where=where(), at=now())
    if token.user_id is None:
        outbox.add(letters.already_here(queries.login_of(wanted.canonical), wanted.typed, locale=login.locale))
    else:
        outbox.add(letters.confirm_email(login, wanted.typed, token))


@bp.get("/email/<string:secret>")
@public
def follow_email_link(secret: str) -> ResponseReturnValue:
    return proofs.follow(Purpose.CHANGE_EMAIL, secret, url_for("accounts.show_email_change"))


@bp.get("/email-change")
@public
def show_email_change() -> ResponseReturnValue:
    held = proofs.held(Purpose.CHANGE_EMAIL)
    return _asked(held, OwnerForm(), 200) if held else proofs.over()


@bp.post("/email-change")
@public
def confirm_email_change() -> ResponseReturnValue:
    held, form = proofs.held(Purpose.CHANGE_EMAIL), OwnerForm()
    if held is None:
        return proofs.over()
    if not form.validate_on_submit() or not proofs.agrees(held.user_id, form):
        return _asked(held, form, 422)
    login, at = queries.login_by_id(held.user_id), now()
    try:
        with unit_of_work():
            proof = session[Purpose.CHANGE_EMAIL.value]
            changed = emails.confirm_change(proof, key=settings().secret, where=where(), at=at)
            outbox.add(letters.email_changed(login, to=changed.new_email, at=at))
            if changed.undo is not None:
                device = device_name(request.user_agent.string)
                outbox.add(letters.undo_email(login, to=changed.old_email, token=changed.undo, at=at, device=device))
    except Refused:
        return proofs.over()
    session.pop(Purpose.CHANGE_EMAIL.value, None)
    if proofs.is_theirs(held.user_id):
        session[WORD] = _("From now on you sign in with %(email)s.", email=changed.new_email)
        return go(url_for("accounts.show_you"))
    return page("accounts/email_changed.html", email=changed.new_email)


@bp.get("/email-undo/<string:secret>")
@public
def follow_undo_link(secret: str) -> ResponseReturnValue:
    return proofs.follow(Purpose.UNDO_EMAIL, secret, url_for("accounts.show_email_undo"))


@bp.get("/email-undo")
@public
def show_email_undo() -> ResponseReturnValue:
    held = proofs.held(Purpose.UNDO_EMAIL)
    change = change_behind(held.about_id) if held else None
    return page("accounts/email_undo.html", email=change.old_email) if change else proofs.over()


@bp.post("/email-undo")
@public
def undo_email_change() -> ResponseReturnValue:
    held = proofs.held(Purpose.UNDO_EMAIL)
    if held is None:
        return proofs.over()
    login, at = queries.login_by_id(held.user_id), now()
    try:
        with unit_of_work():
            changed = emails.undo_change(session[Purpose.UNDO_EMAIL.value], where=where(), at=at)
            outbox.add(letters.email_restored(login, to=changed.new_email, at=at))
    except Refused:
        return proofs.over()
    session.clear()
    return page("accounts/email_restored.html", email=changed.new_email)


def _form(form: NewAddressForm, status: int) -> Response:
    who, at = visitor(), now()
    change = waiting_change(who.user_id, since=at - emails.CONFIRM_LIFE)
    return page("accounts/email.html", "panel", status, form=form, email=who.email, change=change)


def _asked(held: Held, form: OwnerForm, status: int) -> Response:
    change = change_behind(held.about_id)
    if change is None:
        return proofs.over()
    is_here = proofs.is_theirs(held.user_id)
    return page("accounts/email_confirm.html", "panel", status, form=form, email=change.new_email, is_here=is_here)
