"""Codes people type: from an authenticator app, from a letter, or from the sheet for the day both are lost."""

import base64
import hmac
import unicodedata
from datetime import datetime

import pyotp

APP_DIGITS = 6
STEP_SECONDS = 30
# A phone's clock may be off by one step either way.
STEPS = (0, -1, 1)
LETTER_CODE_MINUTES = 10
CODE_TRIES = 5
RECOVERY_CODES = 10
RECOVERY_BYTES = 10
RECOVERY_SIGNS = 16
RECOVERY_GROUP = 4
# Signs that are taken for another one when a code is copied by hand; the alphabet of codes has only the second.
MISREAD = str.maketrans("01", "OI")


def typed_code(text: str) -> str:
    """Give a code without the spaces and hyphens it was typed with, in capitals."""
    folded = unicodedata.normalize("NFKC", text)[:80].upper()
    return "".join(sign for sign in folded if sign.isascii() and sign.isalnum())


def is_app_code(code: str) -> bool:
    """Tell whether this is of the kind an authenticator app shows."""
    return len(code) == APP_DIGITS and code.isdigit()


def is_recovery_code(code: str) -> bool:
    """Tell whether this is of the kind that stands on the recovery sheet."""
    return len(code) == RECOVERY_SIGNS


def step_of(secret: str, code: str, *, at: datetime) -> int | None:
    """Give the time step an app's code belongs to, now or one step off; a wrong code belongs to none."""
    app = pyotp.TOTP(secret, digits=APP_DIGITS, interval=STEP_SECONDS)
    present = int(at.timestamp()) // STEP_SECONDS
    found = [present + off for off in STEPS if hmac.compare_digest(app.generate_otp(present + off), code)]
    return found[0] if found else None


def code_at(secret: str, *, at: datetime) -> str:
    """Give what an app with this secret shows at a moment."""
    return pyotp.TOTP(secret, digits=APP_DIGITS, interval=STEP_SECONDS).at(at)


def app_secret(random: bytes) -> str:
    """Write random bytes as an app takes them."""
    return base64.b32encode(random).decode()


def app_address(secret: str, *, email: str, club: str) -> str:
    """Give what the picture for an authenticator app says."""
    return pyotp.TOTP(secret, digits=APP_DIGITS, interval=STEP_SECONDS).provisioning_uri(name=email, issuer_name=club)


def recovery_code(random: bytes) -> str:
    """Write ten random bytes as a recovery code."""
    return base64.b32encode(random).decode()


def read_recovery_code(code: str) -> str:
    """Give a typed recovery code as it was written, misread signs included."""
    return code.translate(MISREAD)


def in_groups(code: str, size: int = RECOVERY_GROUP) -> str:
    """Space a long code out, so that it can be read and copied: ABCD EFGH."""
    return " ".join(code[start : start + size] for start in range(0, len(code), size))
