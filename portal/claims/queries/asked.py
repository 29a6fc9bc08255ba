"""The one question a link from a letter is about, and nothing else of its claim."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.accounts.models import Member, User
from portal.claims.models import Claim, InfoRequest
from portal.db import db


@dataclass(frozen=True, slots=True)
class Asked:
    """What is missing, and whose answer it is."""

    id: uuid.UUID
    claim_id: uuid.UUID
    reference: str
    words: str
    answer_by: datetime
    user_id: uuid.UUID
    name: str


def asked_of(question_id: uuid.UUID | None, user_id: uuid.UUID, *, at: datetime) -> Asked | None:
    """Give an open question of somebody's claim, while it may be answered and its member is not shut out."""
    row = db.session.execute(
        select(
            InfoRequest.id,
            InfoRequest.claim_id,
            Claim.reference,
            InfoRequest.question,
            InfoRequest.answer_by,
            User.id,
            User.name,
        )
        .join(Claim, Claim.id == InfoRequest.claim_id)
        .join(Member, Member.id == Claim.member_id)
        .join(User, User.id == Member.user_id)
        .where(
            InfoRequest.id == question_id,
            InfoRequest.answered_at.is_(None),
            InfoRequest.closed_at.is_(None),
            InfoRequest.answer_by > at,
            User.id == user_id,
            User.disabled_at.is_(None),
        )
    ).one_or_none()
    return Asked(*row) if row else None
