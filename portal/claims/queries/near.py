"""Pictures whose fingerprints are near, of all there are: candidates only, for screens of one shop look alike."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select, union_all

from portal.claims.models import Evidence
from portal.claims.rules.bands import BANDS, MOST_APART, band, nearly
from portal.db import db
from portal.storage.images import bits_apart

# In a crowd of screens from one template a search stays as fast as elsewhere, and sees a part of the crowd.
MOST_OF_A_BAND = 500
MOST_OF_A_FINGERPRINT = 4
MOST_CANDIDATES = 12

evidence = Evidence.__table__.c


@dataclass(frozen=True, slots=True)
class Candidate:
    """A picture of another claim that may show the same."""

    id: uuid.UUID
    thumb_key: str


def candidates(dhash: int, *, but_of: uuid.UUID) -> list[Candidate]:
    """Find pictures of other claims that are near, the nearest and newest first."""
    found: list[Candidate] = []
    for near in _near_fingerprints(dhash):
        rows = db.session.execute(
            select(evidence.id, evidence.thumb_key)
            .where(
                evidence.dhash == near,
                evidence.claim_id != but_of,
                evidence.removed_at.is_(None),
                evidence.thumb_key != "",
            )
            .order_by(evidence.uploaded_at.desc())
            .limit(MOST_OF_A_FINGERPRINT)
        )
        found += [Candidate(*row) for row in rows]
        if len(found) >= MOST_CANDIDATES:
            break
    return found[:MOST_CANDIDATES]


def _near_fingerprints(dhash: int) -> list[int]:
    searches = []
    for number in range(BANDS):
        column, value = evidence[f"band_{number}"], band(dhash, number)
        for which in (column == value, column.in_(nearly(value))):
            some = select(evidence.dhash).where(which).limit(MOST_OF_A_BAND).subquery()
            searches.append(select(some.c.dhash))
    near = {dhash, *db.session.scalars(union_all(*searches))}
    return sorted(
        (each for each in near if bits_apart(each, dhash) <= MOST_APART), key=lambda each: bits_apart(each, dhash)
    )
