"""What a letter about a claim needs to know, in one read."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.accounts.models import Member, User
from portal.claims.lines import What
from portal.claims.models import ClaimEvent, InfoRequest
from portal.claims.queries.facts import FACTS, ClaimFacts, claim, facts_from
from portal.claims.queries.pages import Question
from portal.db import db
from portal.errors import NotFound
from portal.points.models import Account

user = User.__table__.c
member = Member.__table__.c
account = Account.__table__.c


@dataclass(frozen=True, slots=True)
class Writing:
    """A claim and the member it is written to."""

    facts: ClaimFacts
    user_id: uuid.UUID
    email: str
    name: str
    locale: str
    balance: int
    joined_at: datetime

    @property
    def first_name(self) -> str:
        """Give what we call them."""
        return self.name.split(" ", 1)[0]


@dataclass(frozen=True, slots=True)
class Said:
    """The words of one line and who wrote them."""

    text: str
    name: str


def writing_of(claim_id: uuid.UUID) -> Writing:
    """Read a claim with its member's address; raises NotFound for a claim without a member."""
    joined = (
        claim.id.table.join(Member.__table__, member.id == claim.member_id)
        .join(User.__table__, user.id == member.user_id)
        .join(Account.__table__, account.member_id == member.id)
    )
    wanted = select(*FACTS, user.id, user.email, user.name, user.locale, account.balance, member.joined_at)
    row = db.session.execute(wanted.select_from(joined).where(claim.id == claim_id)).one_or_none()
    if row is None:
        raise NotFound
    return Writing(facts_from(row), *tuple(row)[len(FACTS) :])


def last_said(claim_id: uuid.UUID, what: What) -> Said:
    """Give the member's words of the newest line of a kind."""
    row = db.session.execute(
        select(ClaimEvent.member_text, ClaimEvent.actor_name)
        .where(ClaimEvent.claim_id == claim_id, ClaimEvent.what == what.value)
        .order_by(ClaimEvent.sequence.desc())
        .limit(1)
    ).one_or_none()
    return Said(row.member_text, row.actor_name) if row else Said("", "")


def question_of(claim_id: uuid.UUID) -> Question | None:
    """Give the one thing a claim waits for."""
    row = db.session.execute(
        select(InfoRequest.id, InfoRequest.ask, InfoRequest.question, InfoRequest.answer_by).where(
            InfoRequest.claim_id == claim_id, InfoRequest.answered_at.is_(None), InfoRequest.closed_at.is_(None)
        )
    ).one_or_none()
    return Question(*row) if row else None
