"""Staff accounts: invited by letter, given a role, shut at once; nobody ever sets a colleague's password."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import (
    Challenge,
    KnownDevice,
    Member,
    OneTimeToken,
    Passkey,
    RecoveryCode,
    SignInAttempt,
    Totp,
    User,
)
from portal.accounts.rules import STAFF, Address, Role
from portal.accounts.service import linked, links, sessions
from portal.accounts.service.holding import hold_address, is_taken, make_way
from portal.accounts.service.links import Purpose
from portal.audit.rules import Verb
from portal.audit.service import Actor, Where, record
from portal.db import db
from portal.errors import NotFound, Refused

INVITATION_DAYS = 7
INVITATION_LIFE = timedelta(days=INVITATION_DAYS)


@dataclass(frozen=True, slots=True)
class By:
    """Who looks after the staff accounts, from where and when; the command line is nobody of ours."""

    actor: Actor
    where: Where
    at: datetime


def invite(
    address: Address, *, name: str, role: Role, locale: str, unknown_password: str, key: str, by: By
) -> OneTimeToken:
    """Make the account of a new colleague; it stays shut until they choose a password by the link that is opened.

    `unknown_password` is the hash of a password nobody has. Who joined with the address and never confirmed it gives
    way. Raises Refused("address_taken").
    """
    hold_address(address.canonical)
    _hold_admin(by)
    if is_taken(address.canonical, but=None):
        raise Refused("address_taken")
    user_id = uuid.uuid4()
    make_way(address.canonical, but=user_id, at=by.at)
    user = User(
        id=user_id,
        email=address.typed,
        email_canonical=address.canonical,
        password_hash=unknown_password,
        password_changed_at=by.at,
        role=role,
        name=name,
        locale=locale,
        created_at=by.at,
        disabled_at=by.at,
    )
    db.session.add(user)
    try:
        db.session.flush()
    except IntegrityError:
        raise Refused("address_taken") from None
    return _open_invitation(user, key=key, by=by)


def invite_again(person_id: uuid.UUID, *, key: str, by: By) -> OneTimeToken:
    """Open a new link for somebody who has not come yet; raises Refused("has_come") when they have."""
    person = _hold(person_id, by)
    if not person.is_invited:
        raise Refused("has_come")
    return _open_invitation(person, key=key, by=by)


def accept(proof: str, password_hash: str, *, where: Where, at: datetime) -> None:
    """Use the invitation up and open the account; raises Refused("link_used") when it was used or withdrawn."""
    held = links.use(Purpose.INVITE, proof, at=at)
    user = db.session.get_one(User, held.user_id, with_for_update=True, populate_existing=True)
    if not user.is_invited:
        raise Refused("link_used")
    user.password_hash = password_hash
    user.password_changed_at = at
    user.disabled_at = None
    record(Verb.STAFF_JOINED, at=at, actor=Actor(user.id, user.role), where=where, about=user.id)


def change_role(person_id: uuid.UUID, role: Role, *, by: By) -> None:
    """Give a colleague another role; what they had open ends, so that nothing of the old rights lives on."""
    person = _hold(person_id, by)
    before = person.role
    if before == role:
        return
    person.role = role
    sessions.end_all(person_id, at=by.at)
    _record(Verb.ROLE_CHANGED, person_id, by, {"from": str(before), "to": role.value})


def disable(person_id: uuid.UUID, *, by: By) -> None:
    """Shut an account with the next request; an invitation that was not taken up is withdrawn."""
    person = _hold(person_id, by)
    if person.disabled_at is not None and not person.is_invited:
        return
    person.disabled_at = by.at
    for purpose in (Purpose.INVITE, Purpose.RESET):
        links.close(purpose, person_id, at=by.at)
    _end_all(person_id, by)
    _record(Verb.STAFF_DISABLED, person_id, by)


def enable(person_id: uuid.UUID, *, by: By) -> None:
    """Open a shut account again; who has not taken up an invitation needs the invitation and not this."""
    person = _hold(person_id, by)
    if person.disabled_at is None or person.is_invited:
        return
    person.disabled_at = None
    _record(Verb.STAFF_ENABLED, person_id, by)


def reset_factor(person_id: uuid.UUID, *, reason: str, by: By) -> None:
    """Take away every second step of a colleague who has lost theirs; they set a new one up when they sign in."""
    _hold(person_id, by)
    _take_factors(person_id, reason=reason, by=by)


def reset_factor_of_member(member_id: uuid.UUID, *, reason: str, by: By) -> uuid.UUID:
    """Take away every second step of a member who has lost theirs; give their login. A code by letter is left to them.

    Agents and leads may, never for themselves or a linked account; of colleagues who are members too only an admin
    may take it away. Everything else is not found.
    """
    user_id = db.session.scalar(select(Member.user_id).where(Member.id == member_id))
    held = {user.id: user for user in _locked(user_id, by.actor.user_id)}
    user, agent = held.get(user_id) if user_id else None, held.get(by.actor.user_id) if by.actor.user_id else None
    if user is None or user.role in STAFF:
        raise NotFound
    if agent is None or agent.role not in {Role.AGENT, Role.LEAD} or agent.disabled_at is not None:
        raise NotFound
    if linked.are_linked(agent.id, user.id):
        raise NotFound
    _take_factors(user.id, reason=reason, by=by)
    return user.id


def _take_factors(person_id: uuid.UUID, *, reason: str, by: By) -> None:
    gone = {
        name: len(db.session.execute(delete(model).where(model.user_id == person_id).returning(model.user_id)).all())
        for name, model in (("passkeys", Passkey), ("apps", Totp), ("codes", RecoveryCode), ("devices", KnownDevice))
    }
    _end_all(person_id, by)
    record(
        Verb.FACTOR_RESET,
        at=by.at,
        actor=by.actor,
        where=by.where,
        about=person_id,
        facts=gone,
        words={"reason": reason},
    )


def _open_invitation(user: User, *, key: str, by: By) -> OneTimeToken:
    token = links.open_link(Purpose.INVITE, user.id, key=key, life=INVITATION_LIFE, at=by.at)
    _record(Verb.STAFF_INVITED, user.id, by, {"role": str(user.role)})
    return token


def _hold(person_id: uuid.UUID, by: By) -> User:
    """Lock the colleague and whoever acts, and read the rights again: of two admins who act on each other one wins."""
    if by.actor.user_id == person_id:
        raise Refused("oneself")
    held = {user.id: user for user in _locked(person_id, by.actor.user_id)}
    _check_admin(held.get(by.actor.user_id) if by.actor.user_id else None, by)
    person = held.get(person_id)
    if person is None or person.role not in STAFF:
        raise NotFound
    return person


def _hold_admin(by: By) -> None:
    held = _locked(by.actor.user_id)
    _check_admin(held[0] if held else None, by)


def _locked(*user_ids: uuid.UUID | None) -> list[User]:
    wanted = select(User).where(User.id.in_([found for found in user_ids if found])).order_by(User.id)
    return list(db.session.scalars(wanted.with_for_update().execution_options(populate_existing=True)))


def _check_admin(user: User | None, by: By) -> None:
    """Refuse whoever is no admin any more; the command line, where nobody is signed in, may always."""
    if by.actor.user_id is None:
        return
    if user is None or user.role != Role.ADMIN or user.disabled_at is not None:
        raise NotFound


def _end_all(person_id: uuid.UUID, by: By) -> None:
    """End what is open and what is about to be: sessions, half-made sign-ins, and passkeys about to sign."""
    sessions.end_all(person_id, at=by.at)
    waiting = update(SignInAttempt).where(SignInAttempt.user_id == person_id, SignInAttempt.used_at.is_(None))
    db.session.execute(waiting.values(expires_at=by.at))
    db.session.execute(delete(Challenge).where(Challenge.user_id == person_id))


def _record(verb: Verb, person_id: uuid.UUID, by: By, facts: dict[str, str | int | bool | None] | None = None) -> None:
    record(verb, at=by.at, actor=by.actor, where=by.where, about=person_id, facts=facts)
