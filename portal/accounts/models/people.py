"""People: their logins, their memberships, further addresses, and who counts as linked."""

import uuid
from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.rules import LinkKind, MemberState, Role
from portal.db import Base, UtcDateTime, Word, uuid_pk


def one_of(column: str, values: type[Role | MemberState | LinkKind]) -> CheckConstraint:
    """Constrain a text column to the values of an enum."""
    allowed = ", ".join(f"'{value.value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=column)


class User(Base):
    """A login identity; the address is kept as typed and in its canonical form."""

    __tablename__ = "user_account"
    __table_args__ = (one_of("role", Role),)

    id: Mapped[uuid.UUID] = uuid_pk()
    email: Mapped[str] = mapped_column(String(320))
    email_canonical: Mapped[str] = mapped_column(String(320), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    password_changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    role: Mapped[Role] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(120))
    locale: Mapped[str] = mapped_column(String(16))
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Empty means the programme's zone: days are always the programme's, clock times follow the reader.
    time_zone: Mapped[str] = mapped_column(String(64), default="")
    wants_news: Mapped[bool] = mapped_column(Boolean, default=False)
    closing_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    anonymised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)

    @property
    def is_invited(self) -> bool:
        """Tell whether a colleague has not come yet: their account is shut since the moment it was made."""
        return self.disabled_at == self.created_at


class Member(Base):
    """A person of the club; its row is the lock that serialises all writes for one member."""

    __tablename__ = "member"
    __table_args__ = (one_of("state", MemberState),)

    id: Mapped[uuid.UUID] = uuid_pk()
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id"), unique=True)
    number: Mapped[str] = mapped_column(String(12), unique=True)
    birth_date: Mapped[date] = mapped_column(Date)
    country: Mapped[str] = mapped_column(String(2))
    state: Mapped[MemberState] = mapped_column(String(16))
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    email_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    age_verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    profile_completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    consented_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MemberAddress(Base):
    """A further e-mail address of a member; what comes in under it is theirs once they have proved it."""

    __tablename__ = "member_address"
    __table_args__ = (
        UniqueConstraint("member_id", "email_canonical"),
        Index(
            "uq_member_address_proved",
            "email_canonical",
            unique=True,
            sqlite_where=text("proved_at IS NOT NULL"),
            postgresql_where=text("proved_at IS NOT NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("member.id"))
    email: Mapped[str] = mapped_column(String(320))
    email_canonical: Mapped[str] = mapped_column(String(320))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AccountLink(Base):
    """Two accounts that count as one person or household: nobody decides about a linked one."""

    __tablename__ = "account_link"
    __table_args__ = (
        one_of("kind", LinkKind),
        CheckConstraint("user_id <> other_id", name="two_accounts"),
        UniqueConstraint("user_id", "other_id", "kind"),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id"))
    other_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    kind: Mapped[LinkKind] = mapped_column(Word(LinkKind, 16))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
