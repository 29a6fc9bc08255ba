"""What a membership waits for, and who is behind a link."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from portal import programme
from portal.accounts.models import AgeCheck, Member, User
from portal.accounts.queries import Login, login_by_id
from portal.accounts.rules import MemberState
from portal.activities.models import Expectation
from portal.db import db
from portal.joining.rules import Met, Need, held_until, open_needs


@dataclass(frozen=True, slots=True)
class Check:
    """The newest look at somebody's age."""

    id: uuid.UUID
    state: str
    asked_at: datetime
    reason: str
    provider: str


@dataclass(frozen=True, slots=True)
class Held:
    """Points of an activity that wait until joining is finished."""

    activity: str
    points: int
    happened_at: datetime
    due_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How far somebody's membership has come, with all that says what is to do."""

    member_id: uuid.UUID
    name: str
    email: str
    birth_date: date
    country: str
    state: MemberState
    met: Met
    needs: tuple[Need, ...]
    check: Check | None
    held: tuple[Held, ...]

    @property
    def points(self) -> int:
        """Give the sum of what is held."""
        return sum(held.points for held in self.held)

    @property
    def until(self) -> datetime | None:
        """Give the first moment at which some of it would be lost."""
        return min((held.until for held in self.held), default=None)

    @property
    def is_being_checked(self) -> bool:
        """Tell whether somebody looks at a document just now."""
        return self.check is not None and self.check.state == "waiting"


def standing_of(member_id: uuid.UUID) -> Standing:
    """Give what is met and what is open."""
    member, user = db.session.execute(
        select(Member, User).join(User, User.id == Member.user_id).where(Member.id == member_id)
    ).one()
    terms = programme.current().joining
    met = Met(member.email_verified_at, member.profile_completed_at, member.age_verified_at)
    return Standing(
        member_id=member_id,
        name=user.name,
        email=user.email,
        birth_date=member.birth_date,
        country=member.country,
        state=MemberState(member.state),
        met=met,
        needs=open_needs(met, needs_age=terms.checks_age),
        check=_newest_check(member_id),
        held=_held(member_id, terms.hold_days),
    )


def joiner(user_id: uuid.UUID) -> Login | None:
    """Find whoever has to confirm their address still."""
    state = db.session.scalar(select(Member.state).where(Member.user_id == user_id))
    login = login_by_id(user_id) if state == MemberState.PENDING_EMAIL else None
    return login if login and not login.is_disabled else None


def _newest_check(member_id: uuid.UUID) -> Check | None:
    row = db.session.execute(
        select(AgeCheck.id, AgeCheck.state, AgeCheck.asked_at, AgeCheck.reason, AgeCheck.provider)
        .where(AgeCheck.member_id == member_id)
        .order_by(AgeCheck.asked_at.desc())
        .limit(1)
    ).one_or_none()
    return Check(*row) if row else None


def _held(member_id: uuid.UUID, days: int) -> tuple[Held, ...]:
    rows = db.session.execute(
        select(Expectation.activity, Expectation.points, Expectation.happened_at, Expectation.due_at)
        .where(
            Expectation.member_id == member_id,
            Expectation.satisfied_by_id.is_(None),
            Expectation.cancelled_at.is_(None),
        )
        .order_by(Expectation.due_at)
    )
    return tuple(Held(*row, until=held_until(row.due_at, days=days)) for row in rows)
