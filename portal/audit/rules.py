"""The words of the log, and how its chain of hashes is made."""

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

# What the first link is tied to; any fixed text will do, and it may never change.
BEGINNING = "0" * 64


class Verb(StrEnum):
    """What somebody did or looked at."""

    JOINED = "joined"
    JOIN_REPEATED = "join_repeated"
    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    SESSION_ENDED = "session_ended"
    CONFIRMED_SELF = "confirmed_self"
    LIMIT_HIT = "limit_hit"
    OWNER_WARNED = "owner_warned"
    ACCESS_REFUSED = "access_refused"
    PASSWORD_LINK_ASKED = "password_link_asked"  # noqa: S105 - a word of the log
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a word of the log
    DEVICE_REMEMBERED = "device_remembered"
    DEVICE_FORGOTTEN = "device_forgotten"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_RENAMED = "passkey_renamed"
    PASSKEY_REMOVED = "passkey_removed"
    APP_ADDED = "app_added"
    APP_REMOVED = "app_removed"
    CODES_MADE = "codes_made"
    CODE_USED = "code_used"
    FACTOR_RESET = "factor_reset"
    EMAIL_CONFIRMED = "email_confirmed"
    EMAIL_CHANGE_ASKED = "email_change_asked"
    EMAIL_CHANGED = "email_changed"
    EMAIL_CHANGE_UNDONE = "email_change_undone"
    ADDRESS_ADDED = "address_added"
    ADDRESS_PROVED = "address_proved"
    ADDRESS_REMOVED = "address_removed"
    PROFILE_CHANGED = "profile_changed"
    AGE_ASKED = "age_asked"
    AGE_DECIDED = "age_decided"
    LINK_DECLARED = "link_declared"
    LINK_FOUND = "link_found"
    EXPORT_ASKED = "export_asked"
    EXPORT_TAKEN = "export_taken"
    CLOSING_ASKED = "closing_asked"
    CLOSING_TAKEN_BACK = "closing_taken_back"
    ACCOUNT_CLOSED = "account_closed"
    STAFF_INVITED = "staff_invited"
    STAFF_JOINED = "staff_joined"
    ROLE_CHANGED = "role_changed"
    STAFF_DISABLED = "staff_disabled"
    STAFF_ENABLED = "staff_enabled"
    LOOKED_AT_MEMBER = "looked_at_member"
    LOOKED_AT_CLAIM = "looked_at_claim"
    LOOKED_AT_EVIDENCE = "looked_at_evidence"
    LOOKED_AT_DOCUMENT = "looked_at_document"
    SEARCHED_MEMBERS = "searched_members"
    CLIENT_ADDED = "client_added"
    CLIENT_DISABLED = "client_disabled"
    KEY_MADE = "key_made"
    MESSAGE_REFUSED = "message_refused"
    FRIEND_REFUSED = "friend_refused"


def canonical(facts: Mapping[str, Any]) -> str:
    """Write facts the one way that is hashed: sorted, without spaces."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest_of(text: str) -> str:
    """Give the hash of a text, in 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def link(before: str, event: Mapping[str, Any]) -> str:
    """Give the hash of an event tied to the hash of the link before it."""
    return digest_of(before + canonical(event))


def personal_digest(salt: str, values: Mapping[str, Any]) -> str:
    """Give the hash of personal values; without the salt nobody can find out by trying which they were."""
    return digest_of(salt + canonical(values))
