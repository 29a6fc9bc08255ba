"""Which alarms are open, and which were lately over."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.alarms.models import Alarm
from portal.db import db

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """One alarm; `cleared_at` is null while it is open."""

    id: uuid.UUID
    kind: str
    found_at: datetime
    last_found_at: datetime
    times: int
    facts: dict[str, Any]
    cleared_at: datetime | None


def alarms() -> tuple[Shown, ...]:
    """List alarms, the open ones first, then the newest."""
    rows = db.session.execute(
        select(
            Alarm.id,
            Alarm.kind,
            Alarm.found_at,
            Alarm.last_found_at,
            Alarm.times,
            Alarm.facts,
            Alarm.cleared_at,
        )
        .order_by(Alarm.cleared_at.is_not(None), Alarm.found_at.desc(), Alarm.kind)
        .limit(MOST_SHOWN)
    )
    return tuple(Shown(*row) for row in rows)
