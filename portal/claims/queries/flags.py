"""Is anything about a claim's pictures odd: they came with another claim, as the same file or made anew.

A flag decides nothing by itself: it is shown at the desk, and no verdict is given without a person while one is set.
"""

import uuid
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, select

from portal.claims.models import Claim, Evidence, PicturePair
from portal.claims.rules import ClaimState
from portal.db import db

MOST_COMPARED = 50
# A member may use a picture again when the first claim came to nothing by itself.
GIVEN_UP = frozenset({ClaimState.WITHDRAWN, ClaimState.EXPIRED})

claim = Claim.__table__.c
evidence = Evidence.__table__.c
pair = PicturePair.__table__.c


class FlagKind(StrEnum):
    """Why a picture is flagged."""

    SAME_FILE = "same_file"
    SAME_PICTURE = "same_picture"
    NOT_COMPARED = "not_compared"


@dataclass(frozen=True, slots=True)
class Flag:
    """A picture of this claim, and the picture of another one it agrees with; none while it is not compared."""

    kind: FlagKind
    evidence_id: uuid.UUID
    other_id: uuid.UUID | None


def flags_on(claim_id: uuid.UUID) -> tuple[Flag, ...]:
    """List what is odd about the pictures of a claim, sent or not yet; a claim is flagged when there is anything.

    The other claim is anybody's, and its picture may be long deleted: what was sent is known by its digest.
    """
    pictures = _read(evidence.claim_id == claim_id)
    digests = sorted({digest for picture in pictures for digest in picture.digests})
    if not pictures:
        return ()
    pairs = _pairs({picture.id for picture in pictures})
    is_odd = or_(evidence.sha256.in_(digests), evidence.id.in_({pair[1] for pair in pairs}))
    others = _read(is_odd, evidence.sent_with_id.is_not(None), evidence.claim_id != claim_id)
    found = [
        Flag(FlagKind.SAME_FILE if mine.digests & other.digests else FlagKind.SAME_PICTURE, mine.id, other.id)
        for other in others
        for mine in pictures
        if (mine.digests & other.digests or (mine.id, other.id) in pairs) and _counts(mine, other)
    ]
    waiting = (mine for mine in pictures if not mine.is_compared)
    return (*found, *(Flag(FlagKind.NOT_COMPARED, mine.id, None) for mine in waiting))


@dataclass(frozen=True, slots=True)
class _Sent:
    """A picture and its claim, as far as two of them are compared."""

    id: uuid.UUID
    claim_id: uuid.UUID
    sha256: str
    claimed_sha256: str
    member_id: uuid.UUID | None
    appeal_of_id: uuid.UUID | None
    state: ClaimState
    is_compared: bool

    @property
    def digests(self) -> set[str]:
        """Give the digest of what came, and of what it was made from before it was sent."""
        return {self.sha256, self.claimed_sha256} - {""}


def _read(*which: ColumnElement[bool]) -> list[_Sent]:
    rows = db.session.execute(
        select(
            evidence.id,
            evidence.claim_id,
            evidence.sha256,
            evidence.claimed_sha256,
            claim.member_id,
            claim.appeal_of_id,
            claim.state,
            or_(evidence.compared_at.is_not(None), evidence.removed_at.is_not(None)),
        )
        .join_from(Evidence.__table__, Claim.__table__, claim.id == evidence.claim_id)
        .where(*which)
        .order_by(evidence.uploaded_at, evidence.position)
        .limit(MOST_COMPARED)
    )
    return [_Sent(*row) for row in rows]


def _pairs(ids: set[uuid.UUID]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """Give what was found when pictures were compared, these first."""
    rows = db.session.execute(
        select(pair.evidence_id, pair.other_id).where(or_(pair.evidence_id.in_(ids), pair.other_id.in_(ids)))
    )
    return {(one, other) if one in ids else (other, one) for one, other in rows}


def _counts(mine: _Sent, other: _Sent) -> bool:
    """Tell whether two pictures are of claims that have nothing to do with each other."""
    if mine.claim_id in {other.claim_id, other.appeal_of_id} or other.claim_id == mine.appeal_of_id:
        return False
    is_same_member = mine.member_id is not None and mine.member_id == other.member_id
    return not (is_same_member and other.state in GIVEN_UP)
