"""Blacking out parts of a picture that has not been sent, with or without scripts: a grid of boxes to tick."""

import uuid

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.claims import queries
from portal.claims.forms import code_words, refusal_words
from portal.claims.queries import ClaimFacts, OpenPicture
from portal.claims.rules.boxes import COLUMNS, Box, boxes_of, rows_of
from portal.claims.service import blackout, evidence
from portal.claims.views import bp, pictures
from portal.clock import now
from portal.errors import Refused
from portal.storage.images import ImageRefused
from portal.storage.store import CouldNotKeep
from portal.unit_of_work import unit_of_work
from portal.web.access import members_only, visitor
from portal.web.forms import PortalForm
from portal.web.htmx import go, page

MOST_DIGITS = 3


@bp.get("/claims/<string(length=10):reference>/evidence/<uuid:evidence_id>/boxes")
@members_only
def show_boxes(reference: str, evidence_id: uuid.UUID) -> ResponseReturnValue:
    facts = queries.claim_of(visitor().member, reference)
    return _boxes_page(facts, evidence_id, queries.unsent_picture(facts.id, evidence_id))


@bp.post("/claims/<string(length=10):reference>/evidence/<uuid:evidence_id>/boxes")
@members_only
def black_out(reference: str, evidence_id: uuid.UUID) -> ResponseReturnValue:
    facts = queries.claim_of(visitor().member, reference)
    picture = queries.unsent_picture(facts.id, evidence_id)
    cells = [int(cell) for cell in request.form.getlist("cell") if _is_number(cell)]
    boxes = boxes_of(cells, rows=rows_of(picture.width, picture.height))
    if not boxes:
        return _boxes_page(facts, evidence_id, picture, _("Tick the boxes that cover what nobody needs to see"))
    try:
        _burn(facts, evidence_id, picture, boxes)
    except ImageRefused as error:
        return _boxes_page(facts, evidence_id, picture, refusal_words(error))
    except Refused as error:
        return _boxes_page(facts, evidence_id, picture, code_words(error.code))
    except CouldNotKeep:
        return _boxes_page(
            facts, evidence_id, picture, _("We could not keep this picture, and that is our fault. Try again.")
        )
    return go(_back(facts))


def _burn(facts: ClaimFacts, evidence_id: uuid.UUID, picture: OpenPicture, boxes: tuple[Box, ...]) -> None:
    """Make the picture anew and delete what shows more; no lock is held while it is worked on."""
    with unit_of_work():
        evidence.allow_more(facts.id, at=now())
    burned = blackout.burn(pictures.store(), picture.storage_key, boxes, at=now())
    try:
        with unit_of_work():
            outdated = blackout.replace(facts.id, evidence_id, burned, instead_of=picture.storage_key)
    except Exception:
        pictures.delete_files(burned.files)
        raise
    pictures.delete_files(outdated)


def _boxes_page(
    facts: ClaimFacts, evidence_id: uuid.UUID, picture: OpenPicture, wrong: str = ""
) -> ResponseReturnValue:
    form = PortalForm()
    if wrong:
        form.form_errors.append(wrong)
    rows = rows_of(picture.width, picture.height)
    return page(
        "claims/boxes.html",
        status=422 if wrong else 200,
        form=form,
        facts=facts,
        evidence_id=evidence_id,
        picture=picture,
        rows=rows,
        columns=COLUMNS,
        ticked=request.form.getlist("cell"),
        back=_back(facts),
    )


def _back(facts: ClaimFacts) -> str:
    """Give the page the picture stands on."""
    if facts.is_draft:
        return url_for("claims.show_evidence", reference=facts.reference)
    return url_for("claims.show_claim", reference=facts.reference)


def _is_number(cell: str) -> bool:
    return cell.isascii() and cell.isdigit() and len(cell) <= MOST_DIGITS
