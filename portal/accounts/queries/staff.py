"""Our own people, as those who look after staff accounts see them: never a password, never a secret."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select

from portal.accounts.models import OneTimeToken, Passkey, RecoveryCode, Totp, User, UserSession
from portal.accounts.rules import STAFF, Role
from portal.db import UtcDateTime, db
from portal.errors import NotFound

# As accounts/service/links.py names the purpose of such a link.
INVITE = "invite"


class Standing(StrEnum):
    """Whether a colleague has come, works, or is shut out."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of us: role, second steps by their number, and when they were last there."""

    user_id: uuid.UUID
    name: str
    email: str
    role: Role
    standing: Standing
    has_app: bool
    passkeys: int
    codes: int
    last_seen_at: datetime | None
    invited_until: datetime | None

    @property
    def first_name(self) -> str:
        """Give what we call them."""
        return self.name.split(" ", 1)[0]

    @property
    def has_second_step(self) -> bool:
        """Tell whether they have set up more than a password."""
        return self.has_app or self.passkeys > 0


def colleagues() -> tuple[Colleague, ...]:
    """List all of us by name, those who have left last."""
    rows = db.session.execute(_people().order_by(User.name, User.id))
    found = (_colleague(row) for row in rows)
    return tuple(sorted(found, key=lambda person: person.standing is Standing.DISABLED))


def colleague(user_id: uuid.UUID) -> Colleague:
    """Read one of us; raises NotFound for members and unknown ones."""
    row = db.session.execute(_people().where(User.id == user_id)).one_or_none()
    if row is None:
        raise NotFound
    return _colleague(row)


def _people() -> Select[Any]:
    def of(column: Any, *wanted: Any) -> Any:  # noqa: ANN401 - columns and conditions
        return select(column).where(*wanted).correlate(User).scalar_subquery()

    invitation = func.max(OneTimeToken.expires_at, type_=UtcDateTime)
    is_invitation = (OneTimeToken.purpose == INVITE, OneTimeToken.used_at.is_(None))
    seen = func.max(UserSession.last_seen_at, type_=UtcDateTime)
    return select(
        User.id,
        User.name,
        User.email,
        User.role,
        User.created_at,
        User.disabled_at,
        of(func.count(Totp.user_id), Totp.user_id == User.id, Totp.confirmed_at.is_not(None)).label("apps"),
        of(func.count(Passkey.id), Passkey.user_id == User.id).label("passkeys"),
        of(func.count(RecoveryCode.id), RecoveryCode.user_id == User.id, RecoveryCode.used_at.is_(None)).label("codes"),
        of(seen, UserSession.user_id == User.id).label("seen_at"),
        of(invitation, OneTimeToken.user_id == User.id, *is_invitation).label("invited_until"),
    ).where(User.role.in_([role.value for role in STAFF]))


def _colleague(row: Any) -> Colleague:  # noqa: ANN401 - a row of _people
    # Shut since the very moment it was made: the account of somebody who has not come yet.
    is_invited = row.disabled_at == row.created_at
    standing = Standing.INVITED if is_invited else Standing.DISABLED if row.disabled_at else Standing.ACTIVE
    return Colleague(
        user_id=row.id,
        name=row.name,
        email=row.email,
        role=Role(row.role),
        standing=standing,
        has_app=row.apps > 0,
        passkeys=row.passkeys,
        codes=row.codes,
        last_seen_at=row.seen_at,
        invited_until=row.invited_until if is_invited else None,
    )
