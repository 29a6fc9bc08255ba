"""What lines come to, by what they were for: one sum for each activity, kind and sign."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, func, select

from portal.home.rules import Part, parts_of
from portal.points.models import Entry
from portal.points.rules import EntryKind

entry = Entry.__table__.c


def sums_of(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Select the sums of the lines that fit."""
    return (
        select(
            entry.activity,
            entry.kind,
            func.count().label("many"),
            cast(func.sum(entry.points), BigInteger).label("points"),
        )
        .where(*conditions)
        .group_by(entry.activity, entry.kind, case((entry.points > 0, 1), else_=0))
    )


def parts_in(rows: Iterable[Any]) -> tuple[Part, ...]:
    """Read the sums as the parts a person is shown."""
    return parts_of((row.activity, EntryKind(row.kind), row.many, int(row.points)) for row in rows)
