"""What somebody can show beside the password, and showing it."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select

from portal.accounts.models import Passkey, RecoveryCode, Totp, User
from portal.accounts.rules import Factor
from portal.accounts.rules.codes import is_app_code, is_recovery_code
from portal.accounts.sealing import Seals
from portal.accounts.service import apps, codes
from portal.db import db


@dataclass(frozen=True, slots=True)
class Factors:
    """What somebody has set up."""

    has_app: bool
    has_passkey: bool
    codes_left: int

    @property
    def is_strong(self) -> bool:
        """Tell whether there is something that nobody can read in a mailbox."""
        return self.has_app or self.has_passkey


def factors_of(user_id: uuid.UUID) -> Factors:
    """Find what somebody has set up, in one statement."""
    left = (
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
        .scalar_subquery()
    )
    row = db.session.execute(
        select(
            exists().where(Totp.user_id == user_id, Totp.confirmed_at.is_not(None)),
            exists().where(Passkey.user_id == user_id),
            left,
        )
    ).one()
    return Factors(*row)


def hold(user_id: uuid.UUID) -> Factors:
    """Find what somebody has set up, with nobody changing it at the same moment."""
    db.session.execute(select(User.id).where(User.id == user_id).with_for_update())
    return factors_of(user_id)


def show(user_id: uuid.UUID, code: str, *, seals: Seals, at: datetime) -> Factor | None:
    """Take a code of the app or of the recovery sheet and use it up; a wrong one is nothing."""
    if is_app_code(code) and apps.check(user_id, code, seals=seals, at=at):
        return Factor.TOTP
    if is_recovery_code(code) and codes.burn(user_id, code, seals=seals, at=at):
        return Factor.RECOVERY
    return None
