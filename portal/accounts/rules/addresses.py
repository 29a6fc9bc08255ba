"""E-mail addresses: as typed, and in the one form by which two of them are compared."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from email_validator import EmailNotValidError, validate_email

from portal.errors import Refused

ADDRESS_MAX = 254


class AddressFault(StrEnum):
    """Why a text is no address we can write to."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NO_AT = "no_at"
    MALFORMED = "malformed"


class BadAddress(Refused):
    """A text that is no e-mail address; `fault` says why."""

    def __init__(self, fault: AddressFault) -> None:
        """Name what is wrong."""
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Address:
    """One address: `typed` is where letters go, `canonical` is unique among all logins."""

    typed: str
    canonical: str

    @property
    def can_be_written_to(self) -> bool:
        """Tell whether letters reach it: few mail servers take more than ASCII before the @."""
        return self.typed.rpartition("@")[0].isascii()


def read_address(text: str) -> Address:
    """Read an address, or raise BadAddress.

    Width, case and the spelling of an international domain make no difference. Dots and plus tags do:
    only the mail server of that domain knows what they mean.
    """
    typed = text.strip()
    fault = _obvious_fault(typed)
    if fault:
        raise BadAddress(fault)
    folded = unicodedata.normalize("NFKC", typed)
    try:
        valid = validate_email(folded, check_deliverability=False, strict=True)
    except EmailNotValidError:
        raise BadAddress(AddressFault.MALFORMED) from None
    # Lower case may undo the composition of a letter, so the normal form is taken once more.
    local = unicodedata.normalize("NFKC", valid.local_part.lower())
    canonical = f"{local}@{(valid.ascii_domain or valid.domain).lower()}"
    if len(canonical) > ADDRESS_MAX:
        raise BadAddress(AddressFault.TOO_LONG)
    return Address(typed=valid.normalized, canonical=canonical)


def mailbox_of(canonical: str) -> str:
    """Give the mailbox beneath the tags: letters to asha+shop@ are read by whoever reads asha@."""
    local, _, domain = canonical.rpartition("@")
    return f"{local.split('+', 1)[0] or local}@{domain}"


def _obvious_fault(typed: str) -> AddressFault | None:
    if not typed:
        return AddressFault.EMPTY
    if len(typed) > ADDRESS_MAX:
        return AddressFault.TOO_LONG
    if "@" not in unicodedata.normalize("NFKC", typed):
        return AddressFault.NO_AT
    return None
