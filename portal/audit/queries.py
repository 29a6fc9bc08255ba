"""Reading the log: what somebody has looked at."""

import uuid
from datetime import datetime

from sqlalchemy import exists, select

from portal.audit.models import AuditEvent
from portal.audit.rules import Verb
from portal.db import reading, table_of

event = table_of(AuditEvent).c


def has_looked(user_id: uuid.UUID, verb: Verb, *, thing_id: str, since: datetime) -> bool:
    """Tell whether somebody has looked at a thing since a moment."""
    found = exists().where(
        event.actor_id == user_id, event.at >= since, event.verb == verb.value, event.thing_id == thing_id
    )
    return bool(reading().scalar(select(found)))
