"""Erasing what a member said and showed in their claims; what was decided about them stays."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update

from portal.claims.lines import By, What
from portal.claims.models import Claim, ClaimEvent, Evidence, InfoRequest
from portal.claims.rules import OPEN_STATES, ClaimState
from portal.claims.service import parts
from portal.claims.service.drafts import discard
from portal.claims.service.moves import Actor, locked, move
from portal.db import db

LEAVER = Actor(By.MEMBER)


def erase_claims(member_id: uuid.UUID, addresses: Sequence[str], *, at: datetime) -> list[str]:
    """End what is open, throw drafts away, erase words and pictures; give the keys of the files.

    The claims somebody sent as a stranger, under one of their addresses, go with the others. Verdicts, points, days
    and the fingerprints of pictures stay: the ledger names them, and a picture used again is still known again.
    """
    as_stranger = and_(Claim.member_id.is_(None), func.lower(Claim.contact_email).in_(addresses))
    mine = or_(Claim.member_id == member_id, as_stranger)
    files: list[str] = []
    for claim_id in db.session.scalars(select(Claim.id).where(mine).order_by(Claim.created_at)).all():
        claim = locked(claim_id)
        if claim.state is ClaimState.DRAFT:
            files += discard(claim_id)
            continue
        if claim.state in OPEN_STATES:
            move(claim, ClaimState.WITHDRAWN, what=What.WITHDRAWN, actor=LEAVER, at=at)
    theirs = list(db.session.scalars(select(Claim.id).where(mine)))
    files += _erase_pictures(theirs, at)
    files += [key for claim_id in theirs for key in parts.drop(claim_id)]
    _erase_words(theirs, at)
    return files


def _erase_pictures(claims: Sequence[uuid.UUID], at: datetime) -> list[str]:
    kept = db.session.execute(
        update(Evidence)
        .where(Evidence.claim_id.in_(claims), Evidence.removed_at.is_(None))
        .values(removed_at=at)
        .returning(Evidence.storage_key, Evidence.thumb_key, Evidence.original_key)
    )
    files = [key for row in kept for key in row if key]
    db.session.execute(update(Evidence).where(Evidence.claim_id.in_(claims)).values(file_name=""))
    return files


def _erase_words(claims: Sequence[uuid.UUID], at: datetime) -> None:
    """Empty the words; the database lets lines of a timeline be emptied only where their claim says it is erased."""
    said_by_member: ColumnElement[bool] = ClaimEvent.by == By.MEMBER.value
    db.session.execute(
        update(Claim)
        .where(Claim.id.in_(claims))
        .values(statement="", subject="", subject_key="", contact_email="", search_text="", erased_at=at)
    )
    db.session.execute(update(InfoRequest).where(InfoRequest.claim_id.in_(claims)).values(question=""))
    db.session.execute(
        update(ClaimEvent)
        .where(ClaimEvent.claim_id.in_(claims))
        .values(member_text="", internal_note="", actor_name=case((said_by_member, ""), else_=ClaimEvent.actor_name))
    )
