"""Whose records they are."""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Select, select

from portal.accounts.models import Member, User
from portal.db import db
from portal.records.rules import Section


@dataclass(frozen=True, slots=True)
class Owner:
    """The person behind a login and a membership, as letters and copies need them."""

    user_id: uuid.UUID
    member_id: uuid.UUID
    name: str
    email: str
    locale: str
    number: str

    @property
    def first_name(self) -> str:
        """Give what we call them."""
        return self.name.split(" ", 1)[0]


def owner_of(user_id: uuid.UUID) -> Owner | None:
    """Find the member behind a login; of a login without a membership there is none."""
    row = db.session.execute(
        select(User.id, Member.id, User.name, User.email, User.locale, Member.number)
        .join(Member, Member.user_id == User.id)
        .where(User.id == user_id)
    ).one_or_none()
    return Owner(*row) if row else None


def section(name: str, wanted: Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]) -> Section:
    """Read a whole table; its columns are called as the statement calls them."""
    found = db.session.execute(wanted)
    columns = tuple(found.keys())
    return Section(name, columns, tuple(dict(zip(columns, row, strict=True)) for row in found))
