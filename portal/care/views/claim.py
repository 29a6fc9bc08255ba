"""One claim on one screen; looking never locks."""

import uuid

from flask import request
from flask.typing import ResponseReturnValue

from portal.care import prefill
from portal.care.forms import DecideForm
from portal.care.queries.claim import sheet_of
from portal.care.views import asker, bp
from portal.care.views.drawing import draw
from portal.web.access import agents_only, staff_only


@bp.get("/care/claims/<uuid:claim_id>")
@staff_only
def show_claim(claim_id: uuid.UUID) -> ResponseReturnValue:
    return draw(claim_id)


@bp.get("/care/claims/<uuid:claim_id>/sum")
@agents_only
def show_sum(claim_id: uuid.UUID) -> ResponseReturnValue:
    return draw(claim_id, "changes")


@bp.get("/care/claims/<uuid:claim_id>/reply")
@agents_only
def show_reply(claim_id: uuid.UUID) -> ResponseReturnValue:
    return draw(claim_id, "reply")


@bp.post("/care/claims/<uuid:claim_id>/sum")
@agents_only
def work_out(claim_id: uuid.UUID) -> ResponseReturnValue:
    """Show what was typed with its consequences; nothing is written, and nothing is judged yet."""
    sheet = sheet_of(claim_id, asker())
    form = DecideForm(sheet.kind)
    if "use" in request.form:
        prefill.write_reply(form, sheet, key=form.template.data or "")
    elif form.verdict.data:
        prefill.settle_reply(form, sheet)
    return draw(claim_id, decision=form)
