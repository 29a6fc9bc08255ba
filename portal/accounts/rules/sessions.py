"""How long somebody stays signed in, by role and by wish."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.accounts.rules.roles import Role

SESSIONS_AT_MOST = 10
LAST_SEEN_SECONDS = 60
# Whoever changes a password, a factor, an address or the account itself has shown this recently who they are.
CONFIRMED_MINUTES = 10


@dataclass(frozen=True, slots=True)
class SessionLength:
    """A session ends when nothing was asked of it for `idle`, and in any case after `absolute`."""

    idle: timedelta
    absolute: timedelta


MEMBER_LENGTH = SessionLength(idle=timedelta(hours=2), absolute=timedelta(hours=12))
KEPT_LENGTH = SessionLength(idle=timedelta(days=14), absolute=timedelta(days=30))
STAFF_LENGTH = SessionLength(idle=timedelta(minutes=30), absolute=timedelta(hours=12))


def session_length(role: Role, *, keep: bool = False) -> SessionLength:
    """Give the length of a new session; staff cannot ask to be kept signed in."""
    if role.is_staff:
        return STAFF_LENGTH
    return KEPT_LENGTH if keep else MEMBER_LENGTH


def has_ended(length: SessionLength, *, begun_at: datetime, seen_at: datetime, at: datetime) -> bool:
    """Tell whether a session is over; the very moment of its end is already outside."""
    return at >= seen_at + length.idle or at >= begun_at + length.absolute


def is_confirmed(confirmed_at: datetime | None, *, at: datetime) -> bool:
    """Tell whether somebody has shown recently enough who they are."""
    return confirmed_at is not None and at - confirmed_at < timedelta(minutes=CONFIRMED_MINUTES)


def should_touch(seen_at: datetime, *, at: datetime) -> bool:
    """Tell whether `last_seen` is worth a write: once a minute is enough."""
    return at - seen_at >= timedelta(seconds=LAST_SEEN_SECONDS)
