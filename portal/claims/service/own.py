"""What is an agent's own: a claim of theirs, or of an account that is linked to theirs, does not exist for them.

What they have worked themselves they may look at, and an appeal of it somebody else works.
"""

import uuid
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.models import Member
from portal.accounts.service.linked import addresses_around, are_linked, is_linked, owner_of
from portal.claims.models import Claim
from portal.db import db
from portal.errors import Conflict

worked = aliased(Claim.__table__, name="worked").c


def is_not_own(user_id: uuid.UUID, member_id: uuid.UUID | None) -> ColumnElement[bool]:
    """Say in SQL which claims are somebody else's; nobody at the desk ever meets one of their own."""
    others = is_not_linked(user_id)
    return others if member_id is None else others & or_(Claim.member_id.is_(None), Claim.member_id != member_id)


def is_not_linked(me: Any) -> ColumnElement[bool]:  # noqa: ANN401 - an id, or the place of one in a statement
    """Say in SQL which claims belong to nobody linked to `me` by membership, nor to `me` or them by an address."""
    by_address = Claim.member_id.is_(None) & Claim.contact_email.in_(addresses_around(me))
    return ~is_linked(Claim.__table__.c.member_id, me) & ~by_address


def is_own(claim: Claim, user_id: uuid.UUID) -> bool:
    """Tell the same of one claim, with mailboxes compared as they are in this moment."""
    if claim.member_id is None:
        owner = owner_of(claim.contact_email)
        return owner is not None and are_linked(user_id, owner)
    return are_linked(user_id, db.session.scalars(select(Member.user_id).where(Member.id == claim.member_id)).one())


class OwnVerdict(Conflict):
    """The claim appeals what this very agent decided or held last: somebody else looks at it afresh."""


def appeals_own(me: Any) -> ColumnElement[bool]:  # noqa: ANN401 - an id, or the place of one in a statement
    """Say in SQL which claims appeal one that `me` decided, or held when it ended."""
    mine = or_(worked.decided_by_id == me, worked.assignee_id == me)
    appealed = Claim.__table__.c.appeal_of_id
    # Most claims appeal nothing: for them nothing else is looked at.
    return appealed.is_not(None) & exists().where(worked.id == appealed, mine).correlate(Claim.__table__)


def require_other_agent(claim: Claim, user_id: uuid.UUID) -> None:
    """Refuse an appeal to whoever worked the claim it is about; raises OwnVerdict."""
    if claim.appeal_of_id is None:
        return
    if db.session.scalar(select(Claim.id).where(Claim.id == claim.id, appeals_own(user_id))) is not None:
        message = f"claim {claim.reference} appeals a verdict of the same agent"
        raise OwnVerdict(message)
