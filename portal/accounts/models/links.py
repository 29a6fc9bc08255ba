"""Links that work once, and the browsers that followed them."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, UtcDateTime, uuid_pk


class OneTimeToken(Base):
    """A link that works once; its secret is derived when the letter is sent, never stored."""

    __tablename__ = "one_time_token"

    id: Mapped[uuid.UUID] = uuid_pk()
    # Null for an address nobody has: the same rows are written, so that time tells nothing.
    user_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    # What the link is about, where the person alone does not say it: an address, a request.
    about_id: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    purpose: Mapped[str] = mapped_column(String(24))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ResetProof(Base):
    """A browser that followed a reset link: the link's secret leaves the address bar at once."""

    __tablename__ = "reset_proof"

    id: Mapped[uuid.UUID] = uuid_pk()
    proof_hash: Mapped[str] = mapped_column(String(64), unique=True)
    token_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("one_time_token.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
