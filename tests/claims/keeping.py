"""Pictures that lie in the store as if they had been sent."""

from uuid import uuid4

from portal.claims.models import Claim, ClaimEvent, Evidence
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work


def a_kept_picture(
    claim: Claim,
    *,
    position: int = 1,
    sha256: str = "",
    claimed_sha256: str = "",
    sent: bool = True,
    removed: bool = False,
    size: int = 100,
    dhash: int = 0,
    compared: bool = True,
) -> Evidence:
    """Write a picture down as the upload does; its files are somebody else's matter."""
    line = db.session.query(ClaimEvent).filter_by(claim_id=claim.id).first()
    assert line is not None
    row = Evidence(
        claim_id=claim.id,
        uploaded_by_id=line.actor_id,
        idempotency_key=uuid4().hex,
        position=position,
        kind="receipt",
        file_name="IMG_1.png",
        sha256=sha256 or uuid4().hex * 2,
        claimed_sha256=claimed_sha256,
        dhash=dhash,
        detected_type="png",
        original_bytes=100,
        shown_bytes=size,
        width=390,
        height=844,
        storage_key=f"evidence/test/{uuid4().hex}",
        thumb_key=f"evidence/test/{uuid4().hex}",
        uploaded_at=now(),
        compared_at=now() if compared else None,
        sent_with_id=line.id if sent else None,
        removed_at=now() if removed else None,
    )
    with unit_of_work():
        db.session.add(row)
    return row
