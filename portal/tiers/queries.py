"""Who hears about a tier."""

import uuid
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from portal.accounts.models import Member, User
from portal.db import db


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a letter about a membership goes to, and in which language."""

    user_id: uuid.UUID
    email: str
    name: str
    locale: str


_ADDRESSEE = (
    select(User.id, User.email, User.name, User.locale)
    .join(Member, Member.user_id == User.id)
    .where(Member.id == bindparam("member"))
)


def addressee_of(member_id: uuid.UUID) -> Addressee:
    """Find whom a letter about a membership goes to."""
    return Addressee(*db.session.execute(_ADDRESSEE, {"member": member_id}).one())
