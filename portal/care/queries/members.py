"""Members as the desk finds them: by name, number or address; and one member with standing, ledger and claims."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.models import Member, User
from portal.accounts.rules import UNFINISHED, MemberState
from portal.accounts.service.linked import linked_users
from portal.activities.models import Expectation
from portal.care.queries.folded import holds
from portal.care.rules import Asker, Coming
from portal.claims.models import Claim
from portal.claims.rules import ClaimKind, ClaimState
from portal.claims.service.findings import local_day
from portal.db import UtcDateTime, db
from portal.errors import NotFound
from portal.folding import fold, like
from portal.points.models import Account, Entry
from portal.points.rules import EntryKind, Standing
from portal.tiers.figures import status_now
from portal.tiers.models import TierSpan

MEMBERS = 25
ENTRIES = 25
CLAIMS = 25
MOST_WORDS = 6

entry = Entry.__table__.c
actor = aliased(User.__table__, name="actor")
# Who is still joining has no account for points yet.
balance = func.coalesce(Account.balance, 0)


@dataclass(frozen=True, slots=True)
class Found:
    """A member in a list."""

    id: uuid.UUID
    name: str
    number: str
    email: str
    state: MemberState
    tier: str
    balance: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What the desk may know of a member."""

    id: uuid.UUID
    user_id: uuid.UUID
    name: str
    number: str
    email: str
    locale: str
    state: MemberState
    joined_at: datetime
    standing: Standing
    tier: str
    coming: Coming

    @property
    def has_points(self) -> bool:
        """Tell whether points can be posted: not before joining is finished, nor after the account is closed."""
        return self.state is not MemberState.CLOSED and self.state not in UNFINISHED

    @property
    def first_name(self) -> str:
        """Give what we call them."""
        return self.name.split(" ", 1)[0]


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A line of the ledger with what only staff see: the note and who posted it."""

    id: uuid.UUID
    sequence: int
    at: datetime
    text: str
    kind: EntryKind
    points: int
    balance_after: int
    subject: str
    reason: str
    note: str
    actor: str
    reference: str
    claim_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A claim of the member."""

    id: uuid.UUID
    reference: str
    kind: ClaimKind | None
    activity: str
    day: date | None
    state: ClaimState
    asked: int | None
    granted: int | None
    sent_at: datetime


def members_called(words: str, asker: Asker, *, after: str) -> tuple[tuple[Found, ...], str]:
    """Find members by parts of name, number or address, by name; the key of the next page comes with them."""
    wanted = (
        select(Member.id, User.name, Member.number, User.email, Member.state, TierSpan.tier, balance.label("balance"))
        .join(User, User.id == Member.user_id)
        .outerjoin(Account, Account.member_id == Member.id)
        .outerjoin(TierSpan, and_(TierSpan.member_id == Member.id, TierSpan.until.is_(None)))
        .where(*_others(asker), Member.number > after)
    )
    for word in fold(words).split()[:MOST_WORDS]:
        pattern = like(word)
        wanted = wanted.where(
            or_(
                holds(User.name, pattern),
                func.lower(Member.number).like(pattern, escape="!"),
                User.email_canonical.like(pattern, escape="!"),
            )
        )
    rows = db.session.execute(wanted.order_by(Member.number).limit(MEMBERS + 1)).all()
    found = tuple(
        Found(row.id, row.name, row.number, row.email, MemberState(row.state), row.tier or "", row.balance)
        for row in rows[:MEMBERS]
    )
    return found, found[-1].number if len(rows) > MEMBERS else ""


def facts_of(member_id: uuid.UUID, asker: Asker) -> Facts:
    """Read one member; raises NotFound for unknown ones, for oneself and for linked ones."""
    open_ones = and_(
        Expectation.member_id == Member.id, Expectation.satisfied_by_id.is_(None), Expectation.cancelled_at.is_(None)
    )
    coming = select(func.coalesce(func.sum(Expectation.points), 0)).where(open_ones).scalar_subquery()
    by = select(func.max(Expectation.due_at, type_=UtcDateTime)).where(open_ones).scalar_subquery()
    row = db.session.execute(
        select(
            Member.id,
            Member.user_id,
            Member.number,
            Member.state,
            Member.joined_at,
            User.name,
            User.email,
            User.locale,
            balance.label("balance"),
            func.coalesce(status_now(), 0).label("status_points"),
            TierSpan.tier,
            coming.label("coming"),
            by.label("coming_by"),
        )
        .join(User, User.id == Member.user_id)
        .outerjoin(Account, Account.member_id == Member.id)
        .outerjoin(TierSpan, and_(TierSpan.member_id == Member.id, TierSpan.until.is_(None)))
        .where(Member.id == member_id, *_others(asker))
    ).one_or_none()
    if row is None:
        raise NotFound
    return Facts(
        id=row.id,
        user_id=row.user_id,
        name=row.name,
        number=row.number,
        email=row.email,
        locale=row.locale,
        state=MemberState(row.state),
        joined_at=row.joined_at,
        standing=Standing(row.balance, row.status_points),
        tier=row.tier or "",
        coming=Coming(int(row.coming), local_day(row.coming_by) if row.coming_by else None),
    )


def ledger_of(member_id: uuid.UUID, *, before: int | None) -> tuple[tuple[LedgerLine, ...], bool]:
    """Read a page of the ledger, the newest first, and whether there is more."""
    wanted = (
        select(
            entry.id,
            entry.sequence,
            entry.happened_at,
            entry.text,
            entry.kind,
            entry.points,
            entry.balance_after,
            entry.subject,
            entry.reason,
            entry.internal_note,
            entry.claim_id,
            actor.c.name.label("actor"),
            Claim.reference,
        )
        .outerjoin(actor, actor.c.id == entry.actor_id)
        .outerjoin(Claim, Claim.id == entry.claim_id)
        .where(entry.member_id == member_id)
        .order_by(entry.sequence.desc())
        .limit(ENTRIES + 1)
    )
    if before is not None:
        wanted = wanted.where(entry.sequence < before)
    rows = db.session.execute(wanted).all()
    return tuple(_ledger_line(row) for row in rows[:ENTRIES]), len(rows) > ENTRIES


def claims_of(member_id: uuid.UUID) -> tuple[ClaimLine, ...]:
    """List the member's claims, the newest first; drafts are theirs alone."""
    rows = db.session.execute(
        select(
            Claim.id,
            Claim.reference,
            Claim.kind,
            Claim.activity,
            Claim.activity_day,
            Claim.state,
            Claim.expected_points,
            Claim.points_granted,
            Claim.created_at,
        )
        .where(Claim.member_id == member_id, Claim.state != ClaimState.DRAFT)
        .order_by(Claim.created_at.desc())
        .limit(CLAIMS)
    )
    return tuple(
        ClaimLine(row[0], row[1], ClaimKind(row[2]) if row[2] else None, row[3], row[4], ClaimState(row[5]), *row[6:])
        for row in rows
    )


def _others(asker: Asker) -> tuple[ColumnElement[bool], ...]:
    """Leave out the asker and whoever is linked to them."""
    return (Member.user_id != asker.user_id, Member.user_id.not_in(linked_users(asker.user_id)))


def _ledger_line(row: Any) -> LedgerLine:  # noqa: ANN401 - a row of the ledger
    return LedgerLine(
        id=row.id,
        sequence=row.sequence,
        at=row.happened_at,
        text=row.text,
        kind=EntryKind(row.kind),
        points=row.points,
        balance_after=row.balance_after,
        subject=row.subject,
        reason=row.reason,
        note=row.internal_note,
        actor=row.actor or "",
        reference=row.reference or "",
        claim_id=row.claim_id,
    )
