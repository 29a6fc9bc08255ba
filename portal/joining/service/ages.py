"""The look at somebody's age: asked for with a picture, decided once, and the picture goes with the verdict."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from portal import programme
from portal.accounts.models import AgeCheck, Member, User
from portal.accounts.rules import UNFINISHED
from portal.accounts.service import linked
from portal.audit.rules import Verb
from portal.audit.service import Actor, Where, record
from portal.db import db
from portal.errors import Conflict, NotFound, Refused
from portal.joining.service import memberships
from portal.storage.images import check_and_reencode
from portal.storage.scanner import scan
from portal.storage.store import Store, new_key

FOLDER = "ages"
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Decided:
    """A verdict: whom to tell, and the file that has to go now."""

    user_id: uuid.UUID
    email: str
    name: str
    locale: str
    is_approved: bool
    is_active: bool
    reason: str
    storage_key: str


def keep(store: Store, content: bytes, *, at: datetime) -> str:
    """Check the picture, make it anew and keep it; call it outside of any unit of work. Give its key.

    Raises ImageRefused, or CouldNotKeep when the store is full.
    """
    scan(content)
    image = check_and_reencode(content, most_bytes=programme.current().claims.evidence_mb * MEGABYTE)
    key = new_key(f"{FOLDER}/{at:%Y-%m-%d}")
    store.put(key, image.jpeg)
    return key


def ask(member_id: uuid.UUID, storage_key: str, *, where: Where, at: datetime) -> uuid.UUID:
    """Ask for a look at the age.

    Raises Refused: "not_needed" when there is nothing to check, "early" while something else comes first, "waiting"
    when a look has been asked for already.
    """
    member = memberships.hold(member_id)
    if member.state not in UNFINISHED or member.age_verified_at is not None or not memberships.needs_age():
        raise Refused("not_needed")
    if member.email_verified_at is None or member.profile_completed_at is None:
        raise Refused("early")
    waiting = select(AgeCheck.id).where(AgeCheck.member_id == member_id, AgeCheck.state == "waiting")
    if db.session.scalar(waiting) is not None:
        raise Refused("waiting")
    check = AgeCheck(
        member_id=member_id, storage_key=storage_key, provider=programme.current().joining.age_check, asked_at=at
    )
    db.session.add(check)
    db.session.flush()
    record(
        Verb.AGE_ASKED,
        at=at,
        actor=Actor(member.user_id, "member"),
        where=where,
        about=member.user_id,
        thing=("age_check", str(check.id)),
        facts={"provider": check.provider},
    )
    return check.id


def decide(check_id: uuid.UUID, *, is_approved: bool, reason: str, by: Actor, where: Where, at: datetime) -> Decided:
    """Give the verdict; of two at once the second is told.

    Raises NotFound for the age of oneself or a linked account, and Conflict when somebody else has decided. The
    file named in the answer is to be deleted after the commit.
    """
    member_id = db.session.scalar(select(AgeCheck.member_id).where(AgeCheck.id == check_id))
    if member_id is None:
        raise NotFound
    member = memberships.hold(member_id)
    if by.user_id and (member.user_id == by.user_id or linked.are_linked(member.user_id, by.user_id)):
        raise NotFound
    check = db.session.get_one(AgeCheck, check_id, populate_existing=True)
    if check.state != "waiting":
        message = "somebody else has looked at this document"
        raise Conflict(message)
    storage_key = check.storage_key
    check.state = "approved" if is_approved else "declined"
    check.decided_at, check.decided_by_id = at, by.user_id
    check.reason = "" if is_approved else reason
    check.storage_key = ""
    if is_approved:
        member.age_verified_at = at
    user = db.session.get_one(User, member.user_id)
    record(
        Verb.AGE_DECIDED,
        at=at,
        actor=by,
        where=where,
        about=user.id,
        thing=("age_check", str(check_id)),
        facts={"verdict": check.state},
        words={"reason": check.reason},
    )
    is_active = memberships.move_on(member, at=at)
    return Decided(user.id, user.email, user.name, user.locale, is_approved, is_active, check.reason, storage_key)


def known_files() -> frozenset[str]:
    """Name the documents that somebody still has to look at."""
    keys = db.session.scalars(select(AgeCheck.storage_key).where(AgeCheck.storage_key != ""))
    return frozenset(keys.all())


def withdraw_orphaned(*, at: datetime) -> int:
    """Take back the looks that are no longer needed: the membership is closed, or its age known another way."""
    over = select(Member.id).where(Member.state.not_in([state.value for state in UNFINISHED]))
    gone = db.session.execute(
        update(AgeCheck)
        .where(AgeCheck.state == "waiting", AgeCheck.member_id.in_(over))
        .values(state="withdrawn", storage_key="", decided_at=at)
        .returning(AgeCheck.id)
    )
    return len(gone.all())
