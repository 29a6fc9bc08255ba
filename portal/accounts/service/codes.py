"""Recovery codes: ten for the day the factor is lost, shown once, each good for one use."""

import secrets
import uuid
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import delete, update

from portal.accounts.models import RecoveryCode
from portal.accounts.rules.codes import RECOVERY_BYTES, RECOVERY_CODES, read_recovery_code, recovery_code
from portal.accounts.sealing import Seals
from portal.db import db

PURPOSE = "recovery code"


def make(user_id: uuid.UUID, *, seals: Seals, at: datetime) -> list[str]:
    """Make ten new codes and give them: only their hashes are kept, and the old ones are gone."""
    codes = [recovery_code(secrets.token_bytes(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]
    drop(user_id)
    db.session.add_all(
        RecoveryCode(user_id=user_id, code_hash=next(_prints(user_id, code, seals)), created_at=at) for code in codes
    )
    db.session.flush()
    return codes


def burn(user_id: uuid.UUID, code: str, *, seals: Seals, at: datetime) -> bool:
    """Tell whether the code is one of theirs and use it up: of two at once, one is told no."""
    prints = list(_prints(user_id, read_recovery_code(code), seals))
    burned = db.session.scalar(
        update(RecoveryCode)
        .where(RecoveryCode.user_id == user_id, RecoveryCode.code_hash.in_(prints), RecoveryCode.used_at.is_(None))
        .values(used_at=at)
        .returning(RecoveryCode.id)
    )
    return burned is not None


def drop(user_id: uuid.UUID) -> None:
    """Forget all codes of a person, used ones included."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def _prints(user_id: uuid.UUID, code: str, seals: Seals) -> Iterator[str]:
    return seals.prints(PURPOSE, f"{user_id}:{code}")
