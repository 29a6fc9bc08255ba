"""A member who has lost app, passkeys and codes: somebody of ours makes sure that it is them, and says how."""

import uuid

from flask import session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries as accounts
from portal.accounts.forms.staff import ResetFactorForm
from portal.accounts.letters.staff import factor_reset_of_member
from portal.accounts.service import staff
from portal.accounts.service.staff import By
from portal.care.queries.members import facts_of
from portal.care.views import asker, bp
from portal.clock import now
from portal.mail import outbox
from portal.unit_of_work import unit_of_work
from portal.web.access import agents_only, confirmed
from portal.web.htmx import go, page
from portal.web.trail import actor, where


@bp.get("/care/members/<uuid:member_id>/factor-reset")
@agents_only
def ask_factor_reset(member_id: uuid.UUID) -> ResponseReturnValue:
    return page("care/factor_reset.html", "panel", facts=facts_of(member_id, asker()), form=ResetFactorForm())


@bp.post("/care/members/<uuid:member_id>/factor-reset")
@agents_only
@confirmed
def reset_member_factor(member_id: uuid.UUID) -> ResponseReturnValue:
    facts, form, at = facts_of(member_id, asker()), ResetFactorForm(), now()
    if not form.validate():
        return page("care/factor_reset.html", "panel", 422, facts=facts, form=form)
    with unit_of_work():
        user_id = staff.reset_factor_of_member(member_id, reason=form.reason.data or "", by=By(actor(), where(), at))
        outbox.add(factor_reset_of_member(accounts.login_by_id(user_id), at=at))
    session["care_word"] = _("The second step is gone, and every device is signed out. A letter tells them.")
    return go(url_for("care.show_member", member_id=member_id))
