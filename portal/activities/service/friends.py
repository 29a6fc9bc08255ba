"""Inviting friends: a code is made and taken back, and whoever joins by it is tied to it once."""

import secrets
import uuid
from datetime import datetime, timedelta

from sqlalchemy import DateTime, Uuid, bindparam, delete, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from portal import programme
from portal.accounts.models import Member, User
from portal.accounts.rules import MemberState
from portal.activities.models import Friend, Referral
from portal.activities.queries.friends import credited_in_year, open_referral
from portal.activities.rules.friends import CODE_BYTES, code_from
from portal.db import db, table_of
from portal.errors import NotFound, Refused
from portal.programme import ReferralTerms

_friend, _user, _member = table_of(Friend).c, table_of(User).c, table_of(Member).c


def terms() -> ReferralTerms:
    """Give the programme's terms. Raises NotFound where members invite nobody."""
    found = programme.current().referral
    if found is None:
        raise NotFound
    return found


def invite(member_id: uuid.UUID, *, label: str, at: datetime) -> uuid.UUID:
    """Make an invitation.

    Raises Refused("most_open") when as many as the programme allows are open, Refused("year_full") when a further
    friend would bring no points this year.
    """
    given = terms()
    db.session.execute(select(Member.id).where(Member.id == member_id).with_for_update())
    if _count_open(member_id, at) >= given.most_open:
        raise Refused("most_open")
    if credited_in_year(member_id, at=at) >= given.most_per_year:
        raise Refused("year_full")
    referral = Referral(
        member_id=member_id,
        code=_new_code(),
        label=label,
        invited_at=at,
        expires_at=at + timedelta(days=given.days),
    )
    db.session.add(referral)
    db.session.flush()
    return referral.id


def withdraw(referral_id: uuid.UUID, *, member_id: uuid.UUID, at: datetime) -> None:
    """Take an invitation back. Raises NotFound for another member's, Refused("joined") once a friend has joined by it.

    Doing so twice is harmless.
    """
    referral = db.session.scalar(
        select(Referral).where(Referral.id == referral_id, Referral.member_id == member_id).with_for_update()
    )
    if referral is None:
        raise NotFound
    if _is_taken(referral_id):
        raise Refused("joined")
    referral.withdrawn_at = referral.withdrawn_at or at


def come_with(user_id: uuid.UUID, code: str, *, agreed_at: datetime, at: datetime) -> None:
    """Keep with somebody who has just asked to join which invitation they came with; without one, that there is none.

    It stays with the account, so that joining may be finished in another browser. The statements are the same whoever
    asks: behind an address that is a member's already they change nothing.
    """
    found = open_referral(code, at=at) if code else None
    if found is None:
        db.session.execute(delete(Friend).where(Friend.user_id == user_id, Friend.joined_at.is_(None)))
        return
    values = {
        "user_id": _user.id,
        "referral_id": literal(found.referral_id, Uuid()),
        "agreed_at": literal(agreed_at, DateTime(timezone=True)),
        "refused_code": literal(""),
    }
    asks = (
        select(*values.values())
        .join(table_of(Member), _member.user_id == _user.id)
        .where(_user.id == bindparam("asking", type_=Uuid()), _member.state == MemberState.PENDING_EMAIL.value)
    )
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[db.engine.dialect.name]
    write = dialect.insert(table_of(Friend)).from_select([*values], asks)
    again = {"referral_id": write.excluded.referral_id, "agreed_at": write.excluded.agreed_at}
    db.session.connection().execute(
        write.on_conflict_do_update(index_elements=["user_id"], set_=again, where=_friend.joined_at.is_(None)),
        {"asking": user_id},
    )


def note_joined(user_id: uuid.UUID, *, at: datetime) -> None:
    """Tie somebody who has confirmed their address to the invitation they came with; of two friends the first has it.

    Call it while their member's row is held.
    """
    friend = _held(user_id)
    if friend is None or friend.joined_at is not None:
        return
    referral = db.session.scalars(select(Referral).where(Referral.id == friend.referral_id).with_for_update()).one()
    db.session.refresh(referral)
    if referral.withdrawn_at is not None or _is_taken(referral.id):
        db.session.delete(friend)
    else:
        friend.joined_at = at
    db.session.flush()


def note_verified(user_id: uuid.UUID, *, at: datetime) -> None:
    """Note that a friend's membership has become active: the next sweep decides what it brings."""
    friend = _held(user_id)
    if friend is not None and friend.joined_at is not None and friend.verified_at is None:
        friend.verified_at = at
        db.session.flush()


def forget_friend(user_id: uuid.UUID) -> None:
    """Forget with which invitation somebody came who never confirmed their address."""
    db.session.execute(delete(Friend).where(Friend.user_id == user_id, Friend.joined_at.is_(None)))


def _held(user_id: uuid.UUID) -> Friend | None:
    return db.session.get(Friend, user_id, with_for_update=True, populate_existing=True)


def _is_taken(referral_id: uuid.UUID) -> bool:
    taken = select(Friend.user_id).where(Friend.referral_id == referral_id, Friend.joined_at.is_not(None))
    return db.session.scalar(taken) is not None


def _count_open(member_id: uuid.UUID, at: datetime) -> int:
    joined = select(Friend.referral_id).where(Friend.joined_at.is_not(None))
    counted = select(func.count()).where(
        Referral.member_id == member_id,
        Referral.withdrawn_at.is_(None),
        Referral.expires_at > at,
        Referral.id.not_in(joined),
    )
    return db.session.scalar(counted) or 0


def _new_code() -> str:
    """Give a code nobody has."""
    while True:
        code = code_from(secrets.token_bytes(CODE_BYTES))
        if db.session.scalar(select(Referral.id).where(Referral.code == code)) is None:
            return code
