"""Writing the log: two plain rows in the unit of work of what they tell about."""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, or_, select

from portal.audit.models import AuditEvent, AuditPersonal
from portal.audit.rules import Verb, personal_digest
from portal.db import db, table_of

SALT_BYTES = 16
_EVENT = insert(table_of(AuditEvent))
_PERSONAL = insert(table_of(AuditPersonal))


@dataclass(frozen=True, slots=True)
class Where:
    """From where something was done: network address, browser, and the request that the logs name too."""

    address: str = ""
    agent: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: a login and the role it had; without an id it was nobody we know, or the portal itself."""

    user_id: uuid.UUID | None = None
    role: str = ""


NOBODY = Actor()
NOWHERE = Where()


def record(
    verb: Verb,
    *,
    at: datetime,
    actor: Actor = NOBODY,
    where: Where = NOWHERE,
    about: uuid.UUID | None = None,
    thing: tuple[str, str] = ("", ""),
    facts: Mapping[str, str | int | bool | None] | None = None,
    words: Mapping[str, str] | None = None,
) -> uuid.UUID:
    """Write one line into the present unit of work.

    `about` is the login it is about, `thing` the kind and id of what was touched. `facts` are ids, codes and
    digests and stay for ever; whatever names or describes a person goes into `words`, which can be erased.
    """
    event_id, salt = uuid.uuid4(), secrets.token_hex(SALT_BYTES)
    personal = {"address": where.address[:64], "agent": where.agent[:300], "words": dict(words or {})}
    connection = db.session.connection()
    connection.execute(
        _EVENT,
        {
            "id": event_id,
            "at": at,
            "verb": verb.value,
            "actor_id": actor.user_id,
            "actor_role": actor.role,
            "about_id": about,
            "thing": thing[0],
            "thing_id": thing[1],
            "facts": dict(facts or {}),
            "request_id": where.request_id,
            "personal_digest": personal_digest(salt, personal),
        },
    )
    connection.execute(_PERSONAL, {"event_id": event_id, "salt": salt} | personal)
    return event_id


def erase_personal(user_id: uuid.UUID) -> int:
    """Erase from where and with what words a person did things, and what was said about them; the lines stay."""
    concerned: ColumnElement[bool] = or_(AuditEvent.actor_id == user_id, AuditEvent.about_id == user_id)
    lines = select(AuditEvent.id).where(concerned)
    gone = db.session.execute(
        delete(AuditPersonal).where(AuditPersonal.event_id.in_(lines)).returning(AuditPersonal.event_id)
    )
    return len(gone.all())
