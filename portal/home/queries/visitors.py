"""Who is behind a session token, with everything the guard and the first page need, in one statement."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, case, func, literal, or_, select

from portal.accounts.models import Member, User, UserSession
from portal.accounts.rules import UNFINISHED, MemberState, Role
from portal.alarms.models import Alarm
from portal.db import UtcDateTime, reading
from portal.points.models import Account
from portal.tiers.figures import status_of, window_begins
from portal.tiers.models import TierSpan
from portal.web.access import Visitor

# Tables, not classes: a plain row costs a third of what the ORM takes for the same columns.
session = UserSession.__table__.c
user = User.__table__.c
member = Member.__table__.c
account = Account.__table__.c
alarm = Alarm.__table__.c
span = TierSpan.__table__.c


@dataclass(frozen=True, slots=True)
class Found:
    """A living session: its visitor, without the token, and when they were last noted to be there."""

    visitor: Visitor
    seen_at: datetime


_NOW = bindparam("at", type_=UtcDateTime)
_OPEN_ALARMS = select(func.count()).where(alarm.cleared_at.is_(None)).scalar_subquery()
_HELD = select(span.tier).where(span.member_id == member.id, span.until.is_(None)).scalar_subquery()


def _visitor(status: ColumnElement[int], kept: ColumnElement[str]) -> Select[Any]:
    return (
        select(
            user.id,
            session.id,
            user.role,
            user.name,
            user.email,
            user.locale,
            member.id,
            account.balance,
            status,
            session.last_seen_at,
            session.factor,
            session.confirmed_at,
            member.state,
            user.time_zone,
            case((user.role.in_([Role.LEAD, Role.ADMIN]), _OPEN_ALARMS), else_=0),
            kept,
        )
        .select_from(
            UserSession.__table__.join(User.__table__, user.id == session.user_id)
            .outerjoin(Member.__table__, and_(member.user_id == user.id, member.state != MemberState.CLOSED))
            .outerjoin(Account.__table__, account.member_id == member.id)
        )
        .where(
            session.token_hash == bindparam("token_hash"),
            session.ended_at.is_(None),
            session.idle_until > _NOW,
            session.expires_at > _NOW,
            user.disabled_at.is_(None),
            or_(user.role != Role.MEMBER, member.id.is_not(None)),
        )
    )


_VISITOR = _visitor(account.status_points, literal("", String))
_IN_WINDOW = _visitor(status_of(member.id, bindparam("since", type_=UtcDateTime())), func.coalesce(_HELD, ""))


def visitor_of(token_hash: str, *, at: datetime) -> Found | None:
    """Find the visitor of a session that is neither ended nor past its time; of a closed membership there is none."""
    since = window_begins(at)
    asked = {"token_hash": token_hash, "at": at, "since": since}
    row = reading().execute(_VISITOR if since is None else _IN_WINDOW, asked).one_or_none()
    if row is None:
        return None
    (user_id, session_id, role, name, email, locale, member_id, balance, status, seen_at, *more) = row
    factor, confirmed_at, state, time_zone, open_alarms, kept = more
    who = Visitor(
        user_id=user_id,
        session_id=session_id,
        role=role,
        name=name,
        email=email,
        locale=locale,
        member_id=member_id,
        balance=balance or 0,
        status_points=status or 0,
        is_unfinished=state in UNFINISHED,
        opens_the_desk=factor.opens_the_desk,
        confirmed_at=confirmed_at,
        time_zone=time_zone,
        open_alarms=open_alarms,
        kept_tier=kept,
    )
    return Found(who, seen_at)
