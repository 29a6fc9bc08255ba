"""Pictures of a claim, for those at the desk."""

import uuid

from flask import Response, current_app
from flask.typing import ResponseReturnValue

from portal.care.queries.pictures import picture_for
from portal.care.views import asker, bp
from portal.storage.store import Store
from portal.web.access import staff_only
from portal.web.security import DOWNLOAD_POLICY


@bp.get("/care/claims/<uuid:claim_id>/evidence/<uuid:evidence_id>")
@staff_only
def show_evidence(claim_id: uuid.UUID, evidence_id: uuid.UUID) -> ResponseReturnValue:
    return _picture(claim_id, evidence_id, is_small=False)


@bp.get("/care/claims/<uuid:claim_id>/evidence/<uuid:evidence_id>/thumb")
@staff_only
def show_thumb(claim_id: uuid.UUID, evidence_id: uuid.UUID) -> ResponseReturnValue:
    return _picture(claim_id, evidence_id, is_small=True)


def _picture(claim_id: uuid.UUID, evidence_id: uuid.UUID, *, is_small: bool) -> Response:
    """Give the picture as we made it anew; nothing in it can run, whatever was sent."""
    picture = picture_for(claim_id, evidence_id, asker())
    store: Store = current_app.extensions["store"]
    key = picture.thumb_key if is_small and picture.thumb_key else picture.storage_key
    name = f"{picture.reference}-{picture.position}.jpg"
    return Response(
        store.get(key),
        mimetype="image/jpeg",
        headers={
            "Content-Security-Policy": DOWNLOAD_POLICY,
            "Content-Disposition": f'inline; filename="{name}"',
        },
    )
