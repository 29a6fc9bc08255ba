"""How somebody's copy stands."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.db import db
from portal.errors import NotFound
from portal.records.models import Export
from portal.records.rules import CopyState


@dataclass(frozen=True, slots=True)
class Copy:
    """The copy somebody asked for: on its way, ready, or gone."""

    id: uuid.UUID
    state: CopyState
    done: int
    parts: int
    size: int
    storage_key: str
    asked_at: datetime
    ready_at: datetime | None
    expires_at: datetime | None

    @property
    def is_on_its_way(self) -> bool:
        """Tell whether the worker has it, or will."""
        return self.state is CopyState.ASKED


_COPY = select(
    Export.id,
    Export.state,
    Export.done,
    Export.parts,
    Export.size,
    Export.storage_key,
    Export.asked_at,
    Export.ready_at,
    Export.expires_at,
)


def latest_copy(user_id: uuid.UUID) -> Copy | None:
    """Give the copy somebody asked for last."""
    row = db.session.execute(
        _COPY.where(Export.user_id == user_id).order_by(Export.asked_at.desc(), Export.id).limit(1)
    ).one_or_none()
    return Copy(*row) if row else None


def copy_for(user_id: uuid.UUID, export_id: uuid.UUID, *, at: datetime) -> Copy:
    """Give somebody's own copy while it is there; raises NotFound for everybody else's, and when it is gone."""
    row = db.session.execute(
        _COPY.where(
            Export.id == export_id,
            Export.user_id == user_id,
            Export.state == CopyState.READY,
            Export.expires_at > at,
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return Copy(*row)
