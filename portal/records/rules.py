"""The states of a copy, and how its values are written so that no program runs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = object
Row: TypeAlias = Mapping[str, Value]


class CopyState(StrEnum):
    """How far the copy somebody asked for has come."""

    ASKED = "asked"
    READY = "ready"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of thing we hold about somebody: a table with a line for each."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def plain(value: Value) -> Value:
    """Give a value as JSON knows it: days and moments in ISO form, ids and words as text."""
    match value:
        case None | bool() | int() | float():
            return value
        case StrEnum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case dict():
            return {str(key): plain(each) for key, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
        case _:
            return str(value)
