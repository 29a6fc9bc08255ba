"""What members say of themselves while their joining is not finished."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from portal.accounts.models import AgeCheck, User
from portal.accounts.rules import UNFINISHED
from portal.accounts.service.profile import note_changes
from portal.audit.service import Where
from portal.db import db
from portal.errors import Refused
from portal.joining.service import memberships


@dataclass(frozen=True, slots=True)
class Details:
    """Name, day of birth and country."""

    name: str
    birth_date: date
    country: str


def fill_in(member_id: uuid.UUID, details: Details, *, where: Where, at: datetime) -> bool:
    """Write the details down; True when the membership has just become active.

    Raises Refused("finished") when joining is over, and Refused("being_checked") while somebody compares them with
    a document.
    """
    member = memberships.hold(member_id)
    if member.state not in UNFINISHED:
        raise Refused("finished")
    waiting = select(AgeCheck.id).where(AgeCheck.member_id == member_id, AgeCheck.state == "waiting")
    if member.age_verified_at is not None or db.session.scalar(waiting) is not None:
        raise Refused("being_checked")
    user = db.session.get_one(User, member.user_id, with_for_update=True)
    before = Details(user.name, member.birth_date, member.country)
    user.name, member.birth_date, member.country = details.name, details.birth_date, details.country
    member.profile_completed_at = at
    member.consented_at = member.consented_at or at
    names = ("name", "birth_date", "country")
    both = {name: (getattr(before, name), getattr(details, name)) for name in names}
    changes = {name: (old, new) for name, (old, new) in both.items() if old != new}
    note_changes(user, changes, where=where, at=at)
    return memberships.move_on(member, at=at)
