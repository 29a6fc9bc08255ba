"""What people change about themselves: their details and their password."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from portal.accounts.models import Member, User
from portal.accounts.service import links, sessions
from portal.accounts.service.links import Purpose
from portal.audit.rules import Verb
from portal.audit.service import Actor, Where, record
from portal.db import db


@dataclass(frozen=True, slots=True)
class Profile:
    """What members say of themselves and may change at any time; an empty zone is the programme's."""

    name: str
    country: str
    locale: str
    time_zone: str
    wants_news: bool


def change_profile(member_id: uuid.UUID, profile: Profile, *, where: Where, at: datetime) -> frozenset[str]:
    """Write the details down and note which of them changed; give their names."""
    member = db.session.get_one(Member, member_id, with_for_update=True)
    user = db.session.get_one(User, member.user_id, with_for_update=True)
    places: dict[str, User | Member] = dict.fromkeys(("name", "locale", "time_zone", "wants_news"), user)
    places["country"] = member
    before = {name: getattr(place, name) for name, place in places.items()}
    changed = sorted(name for name, old in before.items() if old != getattr(profile, name))
    for name in changed:
        setattr(places[name], name, getattr(profile, name))
    if changed:
        note_changes(user, {name: (before[name], getattr(profile, name)) for name in changed}, where=where, at=at)
    return frozenset(changed)


def note_changes(user: User, changes: Mapping[str, tuple[object, object]], *, where: Where, at: datetime) -> None:
    """Write into the log which details somebody changed; what they were and are is told in words that can be erased."""
    record(
        Verb.PROFILE_CHANGED,
        at=at,
        actor=Actor(user.id, user.role),
        where=where,
        about=user.id,
        thing=("user", str(user.id)),
        facts={"changed": " ".join(changes)},
        words={name: f"{old} → {new}" for name, (old, new) in changes.items()},
    )


def change_password(
    user_id: uuid.UUID,
    *,
    session_id: uuid.UUID,
    old_hash: str,
    new_hash: str,
    ends_others: bool,
    where: Where,
    at: datetime,
) -> str:
    """Set a password for somebody who has just given the old one, and give their session's new token.

    Raises Refused("changed") when the password, or the session, is another one by now. A reset link that still
    waits in a mailbox no longer works.
    """
    sessions.hold_login(user_id, old_hash)
    user = db.session.get_one(User, user_id, with_for_update=True, populate_existing=True)
    user.password_hash = new_hash
    user.password_changed_at = at
    db.session.flush()
    links.close(Purpose.RESET, user_id, at=at)
    if ends_others:
        sessions.end_others(user_id, but=session_id, at=at)
    record(
        Verb.PASSWORD_CHANGED,
        at=at,
        actor=Actor(user_id, user.role),
        where=where,
        about=user_id,
        thing=("user", str(user_id)),
        facts={"how": "own", "ended_others": ends_others},
    )
    return sessions.rotate(session_id, at=at)
