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


UNFINISHED = frozenset({MemberState.PENDING_EMAIL, MemberState.PENDING_AGE, MemberState.PENDING_PROFILE})


class Factor(StrEnum):
    """What a session was opened with, from the weakest to what nobody can read over a shoulder."""

    PASSWORD = "password"  # noqa: S105 - the name of a factor
    DEVICE = "device"
    LETTER = "letter"
    RECOVERY = "recovery"
    TOTP = "totp"
    PASSKEY = "passkey"

    @property
    def opens_the_desk(self) -> bool:
        """Tell whether staff may work with it: a password alone, or with a letter, is not enough for them."""
        return self in {Factor.RECOVERY, Factor.TOTP, Factor.PASSKEY}


class LinkKind(StrEnum):
    """Why two accounts count as linked."""

    DECLARED = "declared"
    SAME_ADDRESS = "same_address"
    SAME_DEVICE = "same_device"
