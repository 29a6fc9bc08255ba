"""The address somebody signs in with: a new one counts once it is confirmed there, and the old one can take it back."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import (
    AddressChange,
    KnownDevice,
    Member,
    MemberAddress,
    OneTimeToken,
    Passkey,
    RecoveryCode,
    SignInAttempt,
    Totp,
    User,
)
from portal.accounts.rules import Address, read_address
from portal.accounts.service import links, sessions
from portal.accounts.service.holding import hold_address, is_taken, make_way
from portal.accounts.service.links import Purpose
from portal.accounts.service.proofs import inherit
from portal.audit.rules import Verb
from portal.audit.service import Actor, Where, record
from portal.db import db
from portal.errors import Refused

CONFIRM_HOURS = 24
UNDO_DAYS = 7
CONFIRM_LIFE = timedelta(hours=CONFIRM_HOURS)
UNDO_LIFE = timedelta(days=UNDO_DAYS)
PREPARED = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a change: where letters went before, where they go now, and the link that takes it back."""

    user_id: uuid.UUID
    old_email: str
    new_email: str
    undo: OneTimeToken | None = None


def ask_change(user_id: uuid.UUID, wanted: Address, *, key: str, where: Where, at: datetime) -> OneTimeToken:
    """Note which address somebody wants, in place of what they wanted before; the link proves that they read it.

    The rows are the same whoever else has the address; the link of a taken one opens nothing.
    """
    user, _ = _held(user_id)
    db.session.execute(
        update(AddressChange)
        .where(
            AddressChange.user_id == user_id, AddressChange.confirmed_at.is_(None), AddressChange.given_up_at.is_(None)
        )
        .values(given_up_at=at)
    )
    change = AddressChange(
        id=uuid.uuid4(),
        user_id=user_id,
        old_email=user.email,
        new_email=wanted.typed,
        new_canonical=wanted.canonical,
        asked_at=at,
    )
    db.session.add(change)
    record(
        Verb.EMAIL_CHANGE_ASKED,
        at=at,
        actor=Actor(user_id, user.role),
        where=where,
        about=user_id,
        thing=("address_change", str(change.id)),
        words={"email": wanted.typed},
    )
    links.close(Purpose.CHANGE_EMAIL, user_id, at=at)
    reader = None if is_taken(wanted.canonical, but=user_id) else user_id
    return links.open_link(Purpose.CHANGE_EMAIL, reader, key=key, life=CONFIRM_LIFE, at=at, about_id=change.id)


def confirm_change(proof: str, *, key: str, where: Where, at: datetime) -> Changed:
    """Let the new address take the place of the old one, which stays theirs and can undo it for a week.

    Raises Refused: "link_used" as links do, "taken" when somebody else was faster.
    """
    held = links.use(Purpose.CHANGE_EMAIL, proof, at=at)
    hold_address(db.session.get_one(AddressChange, held.about_id).new_canonical)
    user, member_id = _held(held.user_id)
    change = db.session.get_one(AddressChange, held.about_id, populate_existing=True)
    if change.confirmed_at or change.given_up_at or change.old_email != user.email:
        raise Refused("link_used")
    if is_taken(change.new_canonical, but=user.id):
        raise Refused("taken")
    _keep_beside(user, member_id, at=at)
    _sign_in_with(user, Address(change.new_email, change.new_canonical), at=at)
    change.confirmed_at, change.undo_until = at, at + UNDO_LIFE
    # A link to choose a new password may wait in the old mailbox.
    links.close(Purpose.RESET, user.id, at=at)
    undo = links.open_link(
        Purpose.UNDO_EMAIL, user.id, key=key, life=UNDO_LIFE, at=at, about_id=change.id, beside_others=True
    )
    _note(Verb.EMAIL_CHANGED, user, change, where, at, email=change.new_email)
    if member_id is not None:
        inherit(member_id, change.new_canonical, at=at)
    return Changed(user.id, change.old_email, change.new_email, undo)


def undo_change(proof: str, *, where: Where, at: datetime) -> Changed:
    """Give the old address back, with every change that came after, and sign everybody out everywhere.

    Passkeys, app, codes and further addresses go as well, from a week before the change was asked for: a thief may
    have made them ready first. Raises Refused("link_used") as links do, and when it was undone already. Whoever sits at
    the address that goes can neither undo the undoing nor use a link or a code that was sent there, and it is no way
    to keep the owner of an earlier address from theirs.
    """
    held = links.use(Purpose.UNDO_EMAIL, proof, at=at)
    user, _ = _held(held.user_id)
    change = db.session.get_one(AddressChange, held.about_id, populate_existing=True)
    if change.undone_at is not None or change.confirmed_at is None:
        raise Refused("link_used")
    gone, since = user.email, change.asked_at - PREPARED
    _sign_in_with(user, read_address(change.old_email), at=at)
    _drop_newer(user, since=since)
    later = (AddressChange.user_id == user.id, AddressChange.asked_at >= change.asked_at)
    for later_id in db.session.scalars(select(AddressChange.id).where(*later)).all():
        links.close(Purpose.UNDO_EMAIL, user.id, at=at, about_id=later_id)
    db.session.execute(
        update(AddressChange).where(*later, AddressChange.confirmed_at.is_not(None)).values(undone_at=at)
    )
    db.session.execute(update(AddressChange).where(*later, AddressChange.confirmed_at.is_(None)).values(given_up_at=at))
    for purpose in (Purpose.CHANGE_EMAIL, Purpose.PROVE_ADDRESS, Purpose.RESET):
        links.close(purpose, user.id, at=at)
    sessions.end_all(user.id, at=at)
    db.session.execute(delete(KnownDevice).where(KnownDevice.user_id == user.id))
    # Whoever changed the address may have made further ways in; those from long before are the owner's.
    for model in (Passkey, Totp, RecoveryCode):
        db.session.execute(delete(model).where(model.user_id == user.id, model.created_at >= since))
    db.session.execute(
        update(SignInAttempt)
        .where(SignInAttempt.user_id == user.id, SignInAttempt.used_at.is_(None))
        .values(expires_at=at)
    )
    _note(Verb.EMAIL_CHANGE_UNDONE, user, change, where, at, email=change.old_email)
    return Changed(user.id, gone, change.old_email)


def _held(user_id: uuid.UUID) -> tuple[User, uuid.UUID | None]:
    """Hold a person, their membership first, as every other verb does."""
    member_id = db.session.scalar(select(Member.id).where(Member.user_id == user_id).with_for_update())
    return db.session.get_one(User, user_id, with_for_update=True, populate_existing=True), member_id


def _keep_beside(user: User, member_id: uuid.UUID | None, *, at: datetime) -> None:
    """Keep the address that goes as a further one: orders still come in under it, and nobody else can take it."""
    if member_id is not None:
        _drop_beside(user)
        db.session.add(
            MemberAddress(
                member_id=member_id,
                email=user.email,
                email_canonical=user.email_canonical,
                created_at=at,
                proved_at=at,
            )
        )


def _sign_in_with(user: User, address: Address, *, at: datetime) -> None:
    """Write the address down; among the further ones it stands no more, and who never confirmed it gives way."""
    make_way(address.canonical, but=user.id, at=at)
    user.email, user.email_canonical = address.typed, address.canonical
    try:
        db.session.flush()
    except IntegrityError:
        raise Refused("taken") from None
    _drop_beside(user)


def _drop_beside(user: User) -> None:
    own = select(Member.id).where(Member.user_id == user.id)
    db.session.execute(
        delete(MemberAddress).where(
            MemberAddress.member_id.in_(own), MemberAddress.email_canonical == user.email_canonical
        )
    )


def _drop_newer(user: User, *, since: datetime) -> None:
    """Forget the further addresses of the time that is undone: somebody else may have brought them.

    An address they signed in with before stays while it can still take its own change back.
    """
    own = select(Member.id).where(Member.user_id == user.id)
    earlier = [
        read_address(old).canonical
        for old in db.session.scalars(
            select(AddressChange.old_email).where(
                AddressChange.user_id == user.id, AddressChange.confirmed_at < since + PREPARED
            )
        )
    ]
    db.session.execute(
        delete(MemberAddress).where(
            MemberAddress.member_id.in_(own),
            MemberAddress.created_at >= since,
            MemberAddress.email_canonical.not_in(earlier),
        )
    )


def _note(verb: Verb, user: User, change: AddressChange, where: Where, at: datetime, *, email: str) -> None:
    record(
        verb,
        at=at,
        actor=Actor(user.id, user.role),
        where=where,
        about=user.id,
        thing=("address_change", str(change.id)),
        words={"email": email},
    )
