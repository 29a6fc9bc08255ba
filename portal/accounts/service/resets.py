"""Forgotten passwords: a link that works once, for half an hour, and is not used up by looking."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select

from portal.accounts.models import Member, OneTimeToken, User
from portal.accounts.rules import MemberState
from portal.accounts.service import devices, holding, links, sessions, unconfirmed
from portal.accounts.service.links import Purpose
from portal.db import db
from portal.errors import Refused

RESET_LINK_MINUTES = 30
LINK_LIFE = timedelta(minutes=RESET_LINK_MINUTES)


def open_link(user_id: uuid.UUID | None, *, key: str, at: datetime) -> OneTimeToken:
    """Make the one open reset link of a person; for an unknown address the same rows are written, to no avail."""
    return links.open_link(Purpose.RESET, user_id, key=key, life=LINK_LIFE, at=at)


def set_password(proof: str, password_hash: str, *, at: datetime) -> User:
    """Use the link up, set the password, end every session and forget every device; of two at once one is refused.

    Raises Refused("link_used") when the link was used, replaced or has run out.
    """
    _hold_unconfirmed(proof, at=at)
    held = links.use(Purpose.RESET, proof, at=at)
    user = db.session.get_one(User, held.user_id, with_for_update=True)
    _settle_unconfirmed(user, at=at)
    user.password_hash = password_hash
    user.password_changed_at = at
    sessions.end_all(held.user_id, at=at)
    devices.forget_all(held.user_id)
    return user


def _hold_unconfirmed(proof: str, *, at: datetime) -> None:
    """Hold an address that is about to be confirmed by the letter; it may have become somebody else's meanwhile."""
    held = links.held_by(Purpose.RESET, proof, at=at)
    waiting = holding.waiting_address(held.user_id) if held else None
    if held and waiting:
        holding.hold_address(waiting)
        if holding.is_taken(waiting, but=held.user_id):
            raise Refused("link_used")


def _settle_unconfirmed(user: User, *, at: datetime) -> None:
    """Let whoever reads the letters begin anew where the address was never confirmed.

    Somebody else may have joined with it: nothing they said or set stays, and the profile is asked for again.
    """
    member = db.session.scalar(
        select(Member)
        .where(Member.user_id == user.id, Member.state == MemberState.PENDING_EMAIL.value)
        .with_for_update()
    )
    if member is None:
        return
    unconfirmed.wipe(user.id)
    links.close(Purpose.CONFIRM_EMAIL, user.id, at=at)
    user.name = ""
    member.email_verified_at = at
    member.profile_completed_at = member.consented_at = None
    member.state = MemberState.PENDING_PROFILE
