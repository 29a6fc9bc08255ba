"""The roles of a login and the states of a membership."""

from enum import StrEnum


class Role(StrEnum):
    """What a login may do; every login has exactly one."""

    MEMBER = "member"
    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"

    @property
    def is_staff(self) -> bool:
        """Tell whether this role works at the desk."""
        return self in STAFF


STAFF = frozenset({Role.AGENT, Role.LEAD, Role.ADMIN})


class MemberState(StrEnum):
    """How far a membership has come; only an active one earns, and only a closed one is over."""

    PENDING_EMAIL = "pending_email"
    PENDING_AGE = "pending_age"
    PENDING_PROFILE = "pending_profile"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"
