"""Accounts that belong together: whoever works at the desk says so, and so may every member."""

from flask import Response, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.forms.addresses import LinkedAccountForm
from portal.accounts.service import limits, linked
from portal.accounts.service.limits import Limit
from portal.accounts.views import bp
from portal.clock import now
from portal.unit_of_work import unit_of_work
from portal.web.access import signed_in, visitor
from portal.web.htmx import go, page
from portal.web.trail import where

DAY = 24 * 3600
DECLARED_AT_MOST = 5
WORD = "linked_word"


@bp.get("/you/linked-accounts")
@signed_in
def show_linked() -> ResponseReturnValue:
    return _form(LinkedAccountForm(), 200)


@bp.post("/you/linked-accounts")
@signed_in
def declare_linked() -> ResponseReturnValue:
    form, who, at = LinkedAccountForm(), visitor(), now()
    if not form.validate_on_submit():
        return _form(form, 422)
    with unit_of_work():
        if limits.spend((Limit("linked", DECLARED_AT_MOST, DAY), str(who.user_id)), at=at):
            form.email.errors = [_("Five a day are the most. Tell us the rest tomorrow")]
            return _form(form, 429)
        linked.declare(who.user_id, form.to_address(), where=where(), at=at)
    session[WORD] = _("Noted. If there is an account with this address, neither of you decides about the other.")
    return go(url_for("accounts.show_linked"))


def _form(form: LinkedAccountForm, status: int) -> Response:
    who, word = visitor(), session.pop(WORD, "")
    return page("accounts/linked.html", "panel", status, form=form, who=who, word=word)
