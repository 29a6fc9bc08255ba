"""Accounts that count as one person or household: declared, read in one mailbox, or used in one browser."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, exists, or_, select, union
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from portal.accounts.models import AccountLink, KnownDevice, Member, MemberAddress, User
from portal.accounts.rules import STAFF, Address, LinkKind, mailbox_of
from portal.audit.rules import Verb
from portal.audit.service import Actor, Where, record
from portal.db import db, table_of

_link = table_of(AccountLink).c
_device = table_of(KnownDevice).c
_INSERT = {
    dialect: module.insert(table_of(AccountLink)).on_conflict_do_nothing().returning(_link.id)
    for dialect, module in (("sqlite", sqlite), ("postgresql", postgresql))
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two accounts, and why they belong together; the first is the one at the desk where one is."""

    user_id: uuid.UUID
    other_id: uuid.UUID
    kind: LinkKind


def linked_users(me: Any) -> CompoundSelect[Any]:  # noqa: ANN401 - an id, or the place of one in a statement
    """Select the logins that are linked to one, in either direction; browsers are looked at as they are now."""
    return union(
        select(_link.other_id).where(_link.user_id == me),
        select(_link.user_id).where(_link.other_id == me),
        _by_device().where(_device.user_id == me),
    )


def linked_members(me: Any) -> Select[Any]:  # noqa: ANN401 - as above
    """Select the memberships of the logins that are linked to one."""
    return select(Member.id).where(Member.user_id.in_(linked_users(me)))


def addresses_around(me: Any) -> CompoundSelect[Any]:  # noqa: ANN401 - as above
    """Select every address that is one's own or that of a linked login: where they sign in, and those they proved."""
    return union(
        select(User.email_canonical).where(or_(User.id == me, User.id.in_(linked_users(me)))),
        select(MemberAddress.email_canonical)
        .join(Member, Member.id == MemberAddress.member_id)
        .where(MemberAddress.proved_at.is_not(None), or_(Member.user_id == me, Member.user_id.in_(linked_users(me)))),
    )


def owner_of(canonical: str) -> uuid.UUID | None:
    """Find the login an address belongs to: they sign in with it, or have proved it."""
    proved = (
        select(Member.user_id)
        .join(MemberAddress, MemberAddress.member_id == Member.id)
        .where(MemberAddress.email_canonical == canonical, MemberAddress.proved_at.is_not(None))
    )
    return db.session.scalar(
        select(User.id).where(or_(User.email_canonical == canonical, User.id.in_(proved))).limit(1)
    )


def is_linked(member_id: ColumnElement[Any], me: Any) -> ColumnElement[bool]:  # noqa: ANN401 - as above
    """Say in SQL that a membership belongs to a login linked to `me`; where there is none, it does not."""
    return member_id.is_not(None) & member_id.in_(linked_members(me))


def are_linked(one: uuid.UUID, other: uuid.UUID) -> bool:
    """Tell whether two accounts are one and the same, or linked; mailboxes and browsers as they are now."""
    if one == other:
        return True
    addresses = select(User.id, User.email_canonical).where(User.id.in_((one, other)))
    further = (
        select(Member.user_id, MemberAddress.email_canonical)
        .join(Member, Member.id == MemberAddress.member_id)
        .where(Member.user_id.in_((one, other)), MemberAddress.proved_at.is_not(None))
    )
    owners: defaultdict[str, set[uuid.UUID]] = defaultdict(set)
    for user_id, canonical in db.session.execute(addresses.union_all(further)):
        owners[mailbox_of(canonical)].add(user_id)
    if any(len(people) > 1 for people in owners.values()):
        return True
    known = linked_users(one).subquery()
    return bool(db.session.scalar(select(exists().where(known.c[0] == other))))


def declare(user_id: uuid.UUID, wanted: Address, *, where: Where, at: datetime) -> None:
    """Note that the account behind an address belongs to the same person or household; of an unknown one nothing."""
    other = owner_of(wanted.canonical)
    if other is not None and other != user_id:
        _write(Pair(user_id, other, LinkKind.DECLARED), at)
    role = db.session.scalar(select(User.role).where(User.id == user_id)) or ""
    record(
        Verb.LINK_DECLARED,
        at=at,
        actor=Actor(user_id, role),
        where=where,
        about=user_id,
        thing=("user", str(other or "")),
        words={"email": wanted.typed},
    )


def new_pairs() -> frozenset[Pair]:
    """Find the accounts that belong to people at the desk and are not noted as theirs yet."""
    staff = set(db.session.scalars(select(User.id).where(User.role.in_(STAFF), User.anonymised_at.is_(None))))
    known = {
        Pair(link.user_id, link.other_id, LinkKind(link.kind))
        for link in db.session.execute(select(_link.user_id, _link.other_id, _link.kind))
    }
    mate = _by_device().add_columns(_device.user_id.label("holder")).where(_device.user_id.in_(staff))
    found = {Pair(row.holder, row.user_id, LinkKind.SAME_DEVICE) for row in db.session.execute(mate)}
    return frozenset((found | _by_mailbox(staff)) - known)


def note_pairs(pairs: frozenset[Pair], *, at: datetime) -> int:
    """Write down links that were found; each once, whoever else is writing them."""
    done = 0
    for pair in sorted(pairs, key=lambda pair: (str(pair.user_id), str(pair.other_id), pair.kind)):
        if _write(pair, at):
            done += 1
            record(
                Verb.LINK_FOUND,
                at=at,
                about=pair.user_id,
                thing=("user", str(pair.other_id)),
                facts={"kind": pair.kind.value},
            )
    return done


def _by_device() -> Select[Any]:
    """Select who else has signed in with somebody's browser; in the demo one browser is used by all of its people."""
    mate, owner, guest = aliased(KnownDevice), aliased(User), aliased(User)
    return (
        select(mate.user_id)
        .select_from(table_of(KnownDevice))
        .join(mate, (mate.token_hash == _device.token_hash) & (mate.user_id != _device.user_id))
        .join(owner, owner.id == _device.user_id)
        .join(guest, guest.id == mate.user_id)
        .where(owner.is_demo.is_(False), guest.is_demo.is_(False))
    )


def _by_mailbox(staff: set[uuid.UUID]) -> set[Pair]:
    """Compare what the addresses of the desk come down to with everybody's; few addresses have a tag at all."""
    own = select(User.id, User.email_canonical).where(User.id.in_(staff))
    known = db.session.execute(own.union_all(_further(Member.user_id.in_(staff))))
    at_desk = {mailbox_of(canonical): user_id for user_id, canonical in known}
    beneath = User.email_canonical.in_(at_desk) | User.email_canonical.contains("+", autoescape=True)
    further = MemberAddress.email_canonical.in_(at_desk) | MemberAddress.email_canonical.contains("+", autoescape=True)
    rows = db.session.execute(select(User.id, User.email_canonical).where(beneath).union_all(_further(further)))
    pairs = {(at_desk.get(mailbox_of(canonical)), user_id) for user_id, canonical in rows}
    return {Pair(one, other, LinkKind.SAME_ADDRESS) for one, other in pairs if one is not None and one != other}


def _further(wanted: ColumnElement[bool]) -> Select[uuid.UUID, str]:
    return (
        select(Member.user_id, MemberAddress.email_canonical)
        .join(Member, Member.id == MemberAddress.member_id)
        .where(MemberAddress.proved_at.is_not(None), wanted)
    )


def _write(pair: Pair, at: datetime) -> bool:
    row = {
        "id": uuid.uuid4(),
        "user_id": pair.user_id,
        "other_id": pair.other_id,
        "kind": pair.kind,
        "since": at,
    }
    return db.session.connection().execute(_INSERT[db.engine.dialect.name], row).one_or_none() is not None
