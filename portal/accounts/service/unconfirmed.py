"""An address that was never confirmed may have been entered by somebody else: what they set must not stay."""

import uuid

from sqlalchemy import delete, or_, select

from portal.accounts.models import (
    AccountLink,
    AddressChange,
    KnownDevice,
    Member,
    MemberAddress,
    Passkey,
    RecoveryCode,
    SignInAttempt,
    Totp,
)
from portal.db import db


def wipe(user_id: uuid.UUID) -> None:
    """Take away every other way in, and whatever was claimed in the name of the address."""
    for model in (Passkey, Totp, RecoveryCode, KnownDevice, SignInAttempt, AddressChange):
        db.session.execute(delete(model).where(model.user_id == user_id))
    db.session.execute(delete(AccountLink).where(or_(AccountLink.user_id == user_id, AccountLink.other_id == user_id)))
    owner = select(Member.id).where(Member.user_id == user_id)
    db.session.execute(delete(MemberAddress).where(MemberAddress.member_id.in_(owner)))
