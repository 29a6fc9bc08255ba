"""One claim with its member, its holder and its open question, in one statement."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.models import Member, MemberAddress, User
from portal.care.rules import Asker
from portal.claims.models import Claim, InfoRequest
from portal.claims.rules import OPEN_STATES, ClaimKind, ClaimState, Verdict
from portal.claims.service.findings import About
from portal.claims.service.own import appeals_own, is_not_own
from portal.db import db
from portal.errors import NotFound
from portal.points.models import Account
from portal.points.rules import Standing
from portal.tiers.figures import status_now
from portal.tiers.models import TierSpan

claim = Claim.__table__.c
question = InfoRequest.__table__.c
holder = aliased(User.__table__, name="holder")
decider = aliased(User.__table__, name="decider")
twin = aliased(Claim.__table__, name="twin").c

_PAID_ELSEWHERE = (
    exists()
    .where(
        twin.subject_key == claim.subject_key,
        twin.activity == claim.activity,
        twin.subject_key != "",
        twin.member_id != claim.member_id,
        twin.points_granted > 0,
    )
    .correlate(Claim.__table__)
)
_LOGIN, _FURTHER = aliased(User.__table__).c, MemberAddress.__table__.c
_HAS_MEMBERSHIP = and_(
    claim.contact_email != "",
    or_(
        exists()
        .where(_LOGIN.email_canonical == claim.contact_email, Member.user_id == _LOGIN.id)
        .correlate(Claim.__table__),
        exists()
        .where(_FURTHER.email_canonical == claim.contact_email, _FURTHER.proved_at.is_not(None))
        .correlate(Claim.__table__),
    ),
)


@dataclass(frozen=True, slots=True)
class Owner:
    """The member a claim belongs to."""

    id: uuid.UUID
    user_id: uuid.UUID
    name: str
    number: str
    email: str
    locale: str
    joined_at: datetime
    standing: Standing
    tier: str

    @property
    def first_name(self) -> str:
        """Give what we call them."""
        return self.name.split(" ", 1)[0]


@dataclass(frozen=True, slots=True)
class Asked:
    """The one missing thing we wait for."""

    ask: str
    words: str
    asked_at: datetime
    answer_by: datetime


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands in a claim, who it belongs to, and who holds it."""

    id: uuid.UUID
    reference: str
    state: ClaimState
    version: int
    kind: ClaimKind | None
    activity: str
    activity_day: date | None
    subject: str
    asked_points: int | None
    statement: str
    contact_email: str
    submitted_at: datetime | None
    due_at: datetime | None
    new_due_at: datetime | None
    parked_until: datetime | None
    decided_at: datetime | None
    verdict: Verdict | None
    points_granted: int | None
    reason: str
    holder_id: uuid.UUID | None
    holder_name: str
    leased_until: datetime | None
    decider_name: str
    owner: Owner | None
    asked: Asked | None
    about: About
    # Somebody else was granted points for the very same reference.
    is_paid_elsewhere: bool
    appeal_of_id: uuid.UUID | None
    # It appeals what the asker decided, or held last: they may look, and somebody else works it.
    is_own_verdict: bool
    # A membership stands under the address somebody wrote from outside with.
    has_membership: bool

    @property
    def is_access(self) -> bool:
        """Tell whether somebody who cannot get in wrote it: they have no points here, and are answered by letter."""
        return self.kind is ClaimKind.ACCESS

    @property
    def is_open(self) -> bool:
        """Tell whether it has no verdict and no other end yet."""
        return self.state in OPEN_STATES

    def is_held(self, at: datetime) -> bool:
        """Tell whether an agent's lease is running."""
        return self.state is ClaimState.IN_REVIEW and self.leased_until is not None and self.leased_until > at

    def is_held_by(self, user_id: uuid.UUID) -> bool:
        """Tell whether it is this agent's to act on; nobody else has taken it even if the lease has just run out."""
        return self.state is ClaimState.IN_REVIEW and self.holder_id == user_id

    def can_be_taken(self, at: datetime) -> bool:
        """Tell whether it waits for an agent."""
        is_free = self.state is ClaimState.SUBMITTED or (self.state is ClaimState.IN_REVIEW and not self.is_held(at))
        return is_free and not self.is_own_verdict


def sheet_of(claim_id: uuid.UUID, asker: Asker) -> Sheet:
    """Read a claim; raises NotFound for drafts and for the asker's own."""
    row = db.session.execute(
        select(
            Claim.__table__,
            Member.id.label("owner_id"),
            Member.number,
            Member.joined_at,
            User.id.label("owner_user_id"),
            User.name,
            User.email,
            User.locale,
            Account.balance,
            status_now().label("status_points"),
            TierSpan.tier,
            holder.c.name.label("holder_name"),
            decider.c.name.label("decider_name"),
            question.ask,
            question.question,
            question.asked_at,
            question.answer_by,
            _PAID_ELSEWHERE.label("is_paid_elsewhere"),
            appeals_own(asker.user_id).label("is_own_verdict"),
            _HAS_MEMBERSHIP.label("has_membership"),
        )
        .select_from(Claim.__table__)
        .outerjoin(Member, Member.id == claim.member_id)
        .outerjoin(User, User.id == Member.user_id)
        .outerjoin(Account, Account.member_id == claim.member_id)
        .outerjoin(TierSpan, and_(TierSpan.member_id == claim.member_id, TierSpan.until.is_(None)))
        .outerjoin(holder, holder.c.id == claim.assignee_id)
        .outerjoin(decider, decider.c.id == claim.decided_by_id)
        .outerjoin(
            InfoRequest.__table__,
            and_(question.claim_id == claim.id, question.answered_at.is_(None), question.closed_at.is_(None)),
        )
        .where(
            claim.id == claim_id,
            claim.state != ClaimState.DRAFT.value,
            is_not_own(asker.user_id, asker.member_id),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return _sheet(row)


def _sheet(row: Any) -> Sheet:  # noqa: ANN401 - the row of the claim
    owner = _owner(row) if row.owner_id is not None else None
    return Sheet(
        id=row.id,
        reference=row.reference,
        state=ClaimState(row.state),
        version=row.version,
        kind=ClaimKind(row.kind) if row.kind else None,
        activity=row.activity,
        activity_day=row.activity_day,
        subject=row.subject,
        asked_points=row.expected_points,
        statement=row.statement,
        contact_email=row.contact_email,
        submitted_at=row.submitted_at,
        due_at=row.due_at,
        new_due_at=row.new_due_at,
        parked_until=row.parked_until,
        decided_at=row.decided_at,
        verdict=Verdict(row.verdict) if row.verdict else None,
        points_granted=row.points_granted,
        reason=row.reason,
        holder_id=row.assignee_id,
        holder_name=row.holder_name or "",
        leased_until=row.leased_until,
        decider_name=row.decider_name or "",
        owner=owner,
        asked=Asked(row.ask, row.question, row.asked_at, row.answer_by) if row.ask else None,
        about=About(
            member_id=row.member_id,
            activity=row.activity,
            subject=row.subject,
            subject_key=row.subject_key,
            day=row.activity_day,
            address=owner.email if owner else row.contact_email,
            asked_at=row.submitted_at or row.created_at,
            expectation_id=row.expectation_id,
        ),
        is_paid_elsewhere=bool(row.is_paid_elsewhere),
        appeal_of_id=row.appeal_of_id,
        is_own_verdict=bool(row.is_own_verdict),
        has_membership=bool(row.has_membership),
    )


def _owner(row: Any) -> Owner:  # noqa: ANN401 - the row of the claim
    return Owner(
        id=row.owner_id,
        user_id=row.owner_user_id,
        name=row.name,
        number=row.number,
        email=row.email,
        locale=row.locale,
        joined_at=row.joined_at,
        standing=Standing(row.balance or 0, row.status_points or 0),
        tier=row.tier or "",
    )
