"""People who sign in, what proves it is them, their requests, and what they had typed when a session lapsed."""

from portal.accounts.models.factors import Challenge, KnownDevice, Passkey, RecoveryCode, SignInAttempt, Totp
from portal.accounts.models.links import OneTimeToken, ResetProof
from portal.accounts.models.people import AccountLink, Member, MemberAddress, User
from portal.accounts.models.requests import AddressChange, AgeCheck
from portal.accounts.models.sessions import Allowance, KeptForm, UserSession

__all__ = [
    "AccountLink",
    "AddressChange",
    "AgeCheck",
    "Allowance",
    "Challenge",
    "KeptForm",
    "KnownDevice",
    "Member",
    "MemberAddress",
    "OneTimeToken",
    "Passkey",
    "RecoveryCode",
    "ResetProof",
    "SignInAttempt",
    "Totp",
    "User",
    "UserSession",
]
