"""Finding people, their sessions and what was kept for them."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from portal.accounts.models import KeptForm, Member, OneTimeToken, ResetProof, User, UserSession
from portal.accounts.secrets import digest
from portal.db import db
from portal.errors import NotFound


@dataclass(frozen=True, slots=True)
class Login:
    """What signing in and resetting need to know of a person."""

    user_id: uuid.UUID
    email: str
    canonical: str
    name: str
    role: str
    locale: str
    password_hash: str
    is_disabled: bool
    is_leaving: bool

    @property
    def first_name(self) -> str:
        """Give what we call them."""
        return self.name.split(" ", 1)[0]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a lapsed session had sent."""

    id: uuid.UUID
    path: str
    fields: list[tuple[str, str]]
    files: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Place:
    """A browser somebody is signed in with."""

    id: uuid.UUID
    device: str
    last_seen_at: datetime
    is_this_one: bool


@dataclass(frozen=True, slots=True)
class Details:
    """What the portal knows of a member, as the member may see it."""

    number: str
    birth_date: date
    country: str
    joined_at: datetime
    email_verified_at: datetime | None
    age_verified_at: datetime | None
    profile_completed_at: datetime | None
    password_changed_at: datetime
    wants_news: bool
    closes_at: datetime | None


_LOGIN = select(
    User.id,
    User.email,
    User.email_canonical,
    User.name,
    User.role,
    User.locale,
    User.password_hash,
    User.disabled_at,
    User.closes_at,
)


def login_of(canonical: str) -> Login | None:
    """Find a person by the canonical form of their address."""
    return _login(db.session.execute(_LOGIN.where(User.email_canonical == canonical)).one_or_none())


def login_by_id(user_id: uuid.UUID) -> Login:
    """Give a person whose id is known from a row of theirs."""
    found = _login(db.session.execute(_LOGIN.where(User.id == user_id)).one_or_none())
    if found is None:
        raise NotFound
    return found


def login_behind(proof: str, *, at: datetime) -> Login | None:
    """Find whose password a reset proof may change, while its link is still unused."""
    found = db.session.execute(
        _LOGIN.join(OneTimeToken, OneTimeToken.user_id == User.id)
        .join(ResetProof, ResetProof.token_id == OneTimeToken.id)
        .where(
            ResetProof.proof_hash == digest(proof),
            ResetProof.expires_at > at,
            OneTimeToken.used_at.is_(None),
            OneTimeToken.expires_at > at,
        )
    ).one_or_none()
    return _login(found)


def owner_of(token_hash: str) -> uuid.UUID | None:
    """Tell whose session a token was, even when it has lapsed."""
    return db.session.scalar(select(UserSession.user_id).where(UserSession.token_hash == token_hash))


def kept_form(kept_id: str, *, user_id: uuid.UUID, at: datetime) -> Kept | None:
    """Give back a kept form to the one who typed it; everybody else finds nothing."""
    try:
        wanted = uuid.UUID(kept_id)
    except ValueError:
        return None
    row = db.session.execute(
        select(KeptForm.id, KeptForm.path, KeptForm.fields, KeptForm.files).where(
            KeptForm.id == wanted, KeptForm.user_id == user_id, KeptForm.expires_at > at
        )
    ).one_or_none()
    if row is None:
        return None
    return Kept(row.id, row.path, [(name, value) for name, value in row.fields], row.files)


def places_of(user_id: uuid.UUID, *, this: uuid.UUID, at: datetime) -> list[Place]:
    """List where somebody is signed in, this browser first."""
    rows = db.session.execute(
        select(UserSession.id, UserSession.device, UserSession.last_seen_at)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None), UserSession.idle_until > at)
        .order_by(UserSession.last_seen_at.desc())
    )
    places = [Place(row.id, row.device, row.last_seen_at, row.id == this) for row in rows]
    return sorted(places, key=lambda place: not place.is_this_one)


def details_of(member_id: uuid.UUID) -> Details:
    """Give a member's own details."""
    row: tuple[Any, ...] = db.session.execute(
        select(
            Member.number,
            Member.birth_date,
            Member.country,
            Member.joined_at,
            Member.email_verified_at,
            Member.age_verified_at,
            Member.profile_completed_at,
            User.password_changed_at,
            User.wants_news,
            User.closes_at,
        )
        .join(User, User.id == Member.user_id)
        .where(Member.id == member_id)
    ).one()
    return Details(*row)


def _login(row: Any) -> Login | None:  # noqa: ANN401 - a row of _LOGIN
    if row is None:
        return None
    user_id, email, canonical, name, role, locale, password_hash, disabled_at, closes_at = row
    is_disabled, is_leaving = disabled_at is not None, closes_at is not None
    return Login(user_id, email, canonical, name, role, locale, password_hash, is_disabled, is_leaving)
