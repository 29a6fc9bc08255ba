"""Further addresses of a member: orders come in under them once their owner has proved them by a link."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from portal.accounts.models import AddressChange, Member, MemberAddress, OneTimeToken, User
from portal.accounts.rules import Address, BadAddress, read_address
from portal.accounts.service import links
from portal.accounts.service.emails import CONFIRM_LIFE
from portal.accounts.service.holding import hold_address, is_taken, make_way
from portal.accounts.service.links import Purpose
from portal.accounts.service.proofs import inherit
from portal.audit.rules import Verb
from portal.audit.service import Actor, Where, record
from portal.db import db
from portal.errors import NotFound, Refused

ADDRESSES_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class Proved:
    """An address that has just become a member's."""

    user_id: uuid.UUID
    email: str


def add(member_id: uuid.UUID, wanted: Address, *, key: str, where: Where, at: datetime) -> OneTimeToken:
    """Note an address that a member says is theirs; the link in the letter proves it.

    Raises Refused: "own" for one they have already, "too_many". The rows are the same whoever else has the address;
    the link of a taken one opens nothing.
    """
    user = _owner(member_id)
    row = db.session.scalar(
        select(MemberAddress).where(
            MemberAddress.member_id == member_id, MemberAddress.email_canonical == wanted.canonical
        )
    )
    if wanted.canonical == user.email_canonical or (row is not None and row.proved_at is not None):
        raise Refused("own")
    if row is None:
        count = select(func.count()).where(MemberAddress.member_id == member_id)
        if (db.session.scalar(count) or 0) >= ADDRESSES_AT_MOST:
            raise Refused("too_many")
        row = MemberAddress(id=uuid.uuid4(), member_id=member_id, email_canonical=wanted.canonical, created_at=at)
        db.session.add(row)
    row.email = wanted.typed
    db.session.flush()
    _note(Verb.ADDRESS_ADDED, user, row, where=where, at=at)
    links.close(Purpose.PROVE_ADDRESS, user.id, at=at, about_id=row.id)
    reader = None if is_taken(wanted.canonical, but=user.id) else user.id
    return links.open_link(
        Purpose.PROVE_ADDRESS, reader, key=key, life=CONFIRM_LIFE, at=at, about_id=row.id, beside_others=True
    )


def prove(proof: str, *, where: Where, at: datetime) -> Proved:
    """Make an address a member's, with all that came in under it before.

    Raises Refused: "link_used" as links do and when they took the address back, "taken" when it is another's by now.
    """
    held = links.use(Purpose.PROVE_ADDRESS, proof, at=at)
    seen = db.session.get(MemberAddress, held.about_id)
    if seen is None:
        raise Refused("link_used")
    hold_address(seen.email_canonical)
    user = _owner(seen.member_id)
    row = db.session.get(MemberAddress, held.about_id, populate_existing=True)
    if row is None or row.proved_at is not None:
        raise Refused("link_used")
    if is_taken(row.email_canonical, but=user.id):
        raise Refused("taken")
    make_way(row.email_canonical, but=user.id, at=at)
    row.proved_at = at
    db.session.flush()
    _note(Verb.ADDRESS_PROVED, user, row, where=where, at=at)
    inherit(row.member_id, row.email_canonical, at=at)
    return Proved(user.id, row.email)


def remove(address_id: uuid.UUID, *, member_id: uuid.UUID, where: Where, at: datetime) -> None:
    """Take an address of one's own away; what came in under it stays. Another's is simply not found.

    Raises Refused("undo_open") while the address can still take back a change of the one they sign in with.
    """
    user = _owner(member_id)
    row = db.session.get(MemberAddress, address_id, populate_existing=True)
    if row is None or row.member_id != member_id:
        raise NotFound
    if row.email_canonical in undoing(user.id, at=at):
        raise Refused("undo_open")
    links.close(Purpose.PROVE_ADDRESS, user.id, at=at, about_id=row.id)
    _note(Verb.ADDRESS_REMOVED, user, row, where=where, at=at)
    db.session.delete(row)


def undoing(user_id: uuid.UUID, *, at: datetime) -> frozenset[str]:
    """List the addresses that can still take back a change."""
    old = db.session.scalars(
        select(AddressChange.old_email).where(
            AddressChange.user_id == user_id, AddressChange.undo_until > at, AddressChange.undone_at.is_(None)
        )
    )
    return frozenset(canonical for email in old if (canonical := _canonical(email)))


def _canonical(email: str) -> str:
    try:
        return read_address(email).canonical
    except BadAddress:
        return ""


def _owner(member_id: uuid.UUID) -> User:
    """Hold the member, whose row is the lock of all that is theirs, and give their login."""
    member = db.session.get_one(Member, member_id, with_for_update=True, populate_existing=True)
    return db.session.get_one(User, member.user_id, populate_existing=True)


def _note(verb: Verb, user: User, row: MemberAddress, *, where: Where, at: datetime) -> None:
    record(
        verb,
        at=at,
        actor=Actor(user.id, user.role),
        where=where,
        about=user.id,
        thing=("address", str(row.id)),
        words={"email": row.email},
    )
