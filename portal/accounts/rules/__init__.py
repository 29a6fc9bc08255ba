"""Who somebody is, how long a session lasts, and what a password, an address and an age must be."""

from portal.accounts.rules.addresses import Address, AddressFault, BadAddress, read_address
from portal.accounts.rules.ages import age_on, birthday_in, comes_of_age, is_of_age
from portal.accounts.rules.names import NAME_MAX, countries, read_name, time_zones
from portal.accounts.rules.passwords import (
    PASSWORD_MAX,
    PASSWORD_MEMBER_MIN,
    PASSWORD_STAFF_MIN,
    PasswordCode,
    PasswordFault,
    context_words,
    judge_password,
    normal_password,
    password_minimum,
)
from portal.accounts.rules.roles import STAFF, UNFINISHED, Factor, LinkKind, MemberState, Role
from portal.accounts.rules.sessions import (
    CONFIRMED_MINUTES,
    LAST_SEEN_SECONDS,
    SESSIONS_AT_MOST,
    SessionLength,
    has_ended,
    session_length,
    should_touch,
)

__all__ = [
    "CONFIRMED_MINUTES",
    "LAST_SEEN_SECONDS",
    "NAME_MAX",
    "PASSWORD_MAX",
    "PASSWORD_MEMBER_MIN",
    "PASSWORD_STAFF_MIN",
    "SESSIONS_AT_MOST",
    "STAFF",
    "UNFINISHED",
    "Address",
    "AddressFault",
    "BadAddress",
    "Factor",
    "LinkKind",
    "MemberState",
    "PasswordCode",
    "PasswordFault",
    "Role",
    "SessionLength",
    "age_on",
    "birthday_in",
    "comes_of_age",
    "context_words",
    "countries",
    "has_ended",
    "is_of_age",
    "judge_password",
    "normal_password",
    "password_minimum",
    "read_address",
    "read_name",
    "session_length",
    "should_touch",
    "time_zones",
]
