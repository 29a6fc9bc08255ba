"""The verbs of alarms: raised when something is found wrong, over when it is found right again."""

import logging
from datetime import datetime
from typing import Any

from sqlalchemy import text, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.alarms.models import Alarm
from portal.db import db, table_of

log = logging.getLogger("portal.alarms")

_alarm = table_of(Alarm).c
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def raise_alarm(kind: str, *, facts: dict[str, Any], at: datetime) -> None:
    """Open an alarm, or note on the open one of its kind that the fault was found once more."""
    connection = db.session.connection()
    found = _INSERT[connection.dialect.name](table_of(Alarm)).values(
        kind=kind, found_at=at, last_found_at=at, times=1, facts=facts
    )
    connection.execute(
        found.on_conflict_do_update(
            index_elements=["kind"],
            index_where=text("cleared_at IS NULL"),
            set_={"last_found_at": at, "times": _alarm.times + 1, "facts": facts},
        )
    )
    log.warning("alarm %s: %s", kind, facts)


def clear(kind: str, *, at: datetime) -> bool:
    """End the open alarm of a kind; without one nothing happens."""
    over = db.session.execute(
        update(Alarm).where(Alarm.kind == kind, Alarm.cleared_at.is_(None)).values(cleared_at=at).returning(Alarm.id)
    ).all()
    return bool(over)
