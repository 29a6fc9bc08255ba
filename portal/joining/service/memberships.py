"""How far a membership has come: each requirement that is met moves it on, and the last one opens it."""

import uuid
from datetime import datetime

from sqlalchemy import select

from portal import programme
from portal.accounts.models import Member, User
from portal.accounts.rules import UNFINISHED, MemberState
from portal.accounts.service import links
from portal.accounts.service.holding import is_taken
from portal.accounts.service.links import Purpose
from portal.activities import service as activities
from portal.activities.service.friends import note_joined, note_verified
from portal.audit.rules import Verb
from portal.audit.service import Actor, Where, record
from portal.db import db
from portal.errors import Refused
from portal.joining.rules import Met, state_for
from portal.tiers import service as tiers
from portal.tiers.models import TierSpan


def needs_age() -> bool:
    """Tell whether the programme has the age of its members checked."""
    return programme.current().joining.checks_age


def hold(member_id: uuid.UUID) -> Member:
    """Take the member's row, which serialises all writes for one member."""
    return db.session.get_one(Member, member_id, with_for_update=True, populate_existing=True)


def move_on(member: Member, *, at: datetime) -> bool:
    """Bring the state in line with what is met; True when the membership has just become active.

    The first tier begins in the same moment, and the points that were held are posted by the next sweep.
    """
    if member.state not in UNFINISHED:
        return False
    met = Met(member.email_verified_at, member.profile_completed_at, member.age_verified_at)
    member.state = state_for(met, needs_age=needs_age())
    if member.state is not MemberState.ACTIVE:
        return False
    if db.session.scalar(select(TierSpan.id).where(TierSpan.member_id == member.id).limit(1)) is None:
        tiers.open_membership(member.id, at=at)
    note_verified(member.user_id, at=at)
    return True


def confirm_email(user_id: uuid.UUID, *, where: Where, at: datetime) -> bool:
    """Note that somebody reads the letters to their address; True when the membership has just become active.

    What the shop told us about this address since they joined becomes theirs. The address is to be held before any
    row; raises Refused("taken") when another member has proved it as theirs.
    """
    member_id = db.session.scalars(select(Member.id).where(Member.user_id == user_id)).one()
    member = hold(member_id)
    if member.email_verified_at is not None:
        return False
    user = db.session.get_one(User, user_id)
    if is_taken(user.email_canonical, but=user_id):
        raise Refused("taken")
    member.email_verified_at = at
    links.close(Purpose.CONFIRM_EMAIL, user_id, at=at)
    record(
        Verb.EMAIL_CONFIRMED,
        at=at,
        actor=Actor(user_id, user.role),
        where=where,
        about=user_id,
        thing=("user", str(user_id)),
    )
    note_joined(user_id, at=at)
    became_active = move_on(member, at=at)
    db.session.flush()
    activities.match_address(member.id, user.email_canonical, at=at)
    return became_active
