"""Whom a message means: a member number, or an address that is confirmed."""

import uuid

from sqlalchemy import select

from portal.accounts.models import Member, MemberAddress, User
from portal.accounts.rules import BadAddress, MemberState, read_address
from portal.db import db

EARNING = (MemberState.ACTIVE.value, MemberState.PENDING_PROFILE.value, MemberState.PENDING_AGE.value)


def owner_of(hint: str) -> uuid.UUID | None:
    """Find the member a message names by number or by address; who has not finished joining is one already.

    An address counts once it is confirmed: until then it is only what somebody typed.
    """
    by_number = Member.number == hint.strip().upper()
    wanted = select(Member.id).where(Member.state.in_(EARNING))
    if "@" not in hint:
        return db.session.scalar(wanted.where(by_number)) if hint.strip() else None
    try:
        address = read_address(hint)
    except BadAddress:
        return None
    signs_in = wanted.join(User).where(User.email_canonical == address.canonical)
    further = wanted.join(MemberAddress, MemberAddress.member_id == Member.id).where(
        MemberAddress.email_canonical == address.canonical, MemberAddress.proved_at.is_not(None)
    )
    return db.session.scalar(signs_in) or db.session.scalar(further)


def hint_key(hint: str) -> str:
    """Give the one form in which hints are compared: a canonical address, or a member number in capitals."""
    if "@" not in hint:
        return hint.strip().upper()
    try:
        return read_address(hint).canonical
    except BadAddress:
        return hint.strip().lower()
