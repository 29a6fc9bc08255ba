"""Who somebody is to the portal."""

from enum import StrEnum


class Role(StrEnum):
    """What a login may do; every role has one."""

    MEMBER = "member"
    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"


class MemberState(StrEnum):
    """How far a membership has come."""

    PENDING_EMAIL = "pending_email"
    PENDING_AGE = "pending_age"
    PENDING_PROFILE = "pending_profile"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"
