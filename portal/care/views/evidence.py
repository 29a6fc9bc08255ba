"""Pictures of a claim, for those at the desk."""

import uuid
from datetime import timedelta

from flask import Response, current_app
from flask.typing import ResponseReturnValue

from portal.accounts.sealing import seals_of
from portal.audit.queries import has_looked
from portal.audit.rules import Verb
from portal.care.queries.pictures import KeptPicture, picture_for
from portal.care.views import asker, bp
from portal.care.views.looks import note_look
from portal.claims.service.originals import unseal
from portal.clock import now
from portal.errors import NotFound
from portal.storage.store import Store
from portal.web.access import agents_only, confirmed, file_on, staff_only, visitor
from portal.web.links import settings
from portal.web.security import DOWNLOAD_POLICY

# As long as anybody of ours stays signed in: the small pictures are part of the claim's page they have opened.
PAGE_LOOK = timedelta(hours=12)


@bp.get("/care/claims/<uuid:claim_id>/evidence/<uuid:evidence_id>")
@staff_only
def show_evidence(claim_id: uuid.UUID, evidence_id: uuid.UUID) -> ResponseReturnValue:
    return _picture(claim_id, evidence_id, is_small=False)


@bp.get("/care/claims/<uuid:claim_id>/evidence/<uuid:evidence_id>/thumb")
@staff_only
def show_thumb(claim_id: uuid.UUID, evidence_id: uuid.UUID) -> ResponseReturnValue:
    return _picture(claim_id, evidence_id, is_small=True)


@bp.get("/care/claims/<uuid:claim_id>/evidence/<uuid:evidence_id>/original")
@agents_only
@file_on("care.show_claim")
@confirmed
def fetch_original(claim_id: uuid.UUID, evidence_id: uuid.UUID) -> Response:
    """Hand out the file as it was sent, to be saved and never to be shown: a stranger made it."""
    picture = picture_for(claim_id, evidence_id, asker())
    if not picture.original.storage_key:
        raise NotFound
    content = unseal(_store(), picture.original, about=evidence_id, seals=seals_of(settings()))
    _note(evidence_id, picture, is_original=True)
    name = f"{picture.reference}-{picture.position}-as-sent.{picture.original_type}"
    return Response(
        content,
        mimetype="application/octet-stream",
        headers={
            "Content-Security-Policy": DOWNLOAD_POLICY,
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


def _store() -> Store:
    store: Store = current_app.extensions["store"]
    return store


def _picture(claim_id: uuid.UUID, evidence_id: uuid.UUID, *, is_small: bool) -> Response:
    """Give the picture as we made it anew; nothing in it can run, whatever was sent."""
    picture = picture_for(claim_id, evidence_id, asker())
    key = picture.thumb_key if is_small and picture.thumb_key else picture.storage_key
    name = f"{picture.reference}-{picture.position}.jpg"
    answer = Response(
        _store().get(key),
        mimetype="image/jpeg",
        headers={
            "Content-Security-Policy": DOWNLOAD_POLICY,
            "Content-Disposition": f'inline; filename="{name}"',
        },
    )
    if not (is_small and _is_part_of_a_look(claim_id)):
        _note(evidence_id, picture)
    return answer


def _is_part_of_a_look(claim_id: uuid.UUID) -> bool:
    since = now() - PAGE_LOOK
    return has_looked(visitor().user_id, Verb.LOOKED_AT_CLAIM, thing_id=str(claim_id), since=since)


def _note(evidence_id: uuid.UUID, picture: KeptPicture, *, is_original: bool = False) -> None:
    facts: dict[str, str | int | bool | None] = {"claim": picture.reference}
    if is_original:
        facts["as_sent"] = True
    note_look(Verb.LOOKED_AT_EVIDENCE, ("evidence", str(evidence_id)), about=picture.owner_id, facts=facts)
