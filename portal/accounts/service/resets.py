"""Forgotten passwords: a link that works once, for half an hour, and is not used up by looking."""

import uuid
from datetime import datetime, timedelta

from portal.accounts.models import OneTimeToken, User
from portal.accounts.service import devices, links, sessions
from portal.accounts.service.links import Purpose
from portal.db import db

RESET_LINK_MINUTES = 30
LINK_LIFE = timedelta(minutes=RESET_LINK_MINUTES)


def open_link(user_id: uuid.UUID | None, *, key: str, at: datetime) -> OneTimeToken:
    """Make the one open reset link of a person; for an unknown address the same rows are written, to no avail."""
    return links.open_link(Purpose.RESET, user_id, key=key, life=LINK_LIFE, at=at)


def set_password(proof: str, password_hash: str, *, at: datetime) -> User:
    """Use the link up, set the password, end every session and forget every device; of two at once one is refused.

    Raises Refused("link_used") when the link was used, replaced or has run out.
    """
    held = links.use(Purpose.RESET, proof, at=at)
    user = db.session.get_one(User, held.user_id, with_for_update=True)
    user.password_hash = password_hash
    user.password_changed_at = at
    sessions.end_all(held.user_id, at=at)
    devices.forget_all(held.user_id)
    return user
