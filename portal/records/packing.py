"""A copy as a file: one JSON with everything, a table for each kind of thing, and the pictures."""

import csv
import io
import json
from collections.abc import Iterable
from typing import IO, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from portal.records.rules import Row, Section, plain
from portal.spreadsheets import harmless


class Package:
    """A zip that grows part by part."""

    def __init__(self, file: IO[bytes]) -> None:
        """Write into `file`, which the caller opens and closes."""
        self._zip = ZipFile(file, "w", ZIP_DEFLATED)
        self._everything: dict[str, list[dict[str, object]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._zip.close()

    def add_section(self, section: Section) -> None:
        """Write a table, and remember it for the JSON."""
        rows = [{column: plain(row[column]) for column in section.columns} for row in section.rows]
        self._everything[section.name] = rows
        self._zip.writestr(f"tables/{section.name}.csv", table(section.columns, rows))

    def add_picture(self, name: str, content: bytes) -> None:
        """Put a picture in as it is: it is packed already."""
        self._zip.writestr(f"pictures/{name}", content, ZIP_STORED)

    def explain(self, read_me: str) -> None:
        """Write everything once more for programs, and what explains the rest to people."""
        whole = json.dumps(self._everything, indent=2, ensure_ascii=False)
        self._zip.writestr("everything.json", whole.encode())
        self._zip.writestr("read-me.txt", read_me.encode())


def table(columns: Iterable[str], rows: Iterable[Row]) -> bytes:
    """Write a table that spreadsheets read as UTF-8 and of which they run nothing."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    names = list(columns)
    writer.writerow(names)
    writer.writerows([_cell(row[name]) for name in names] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return value
        case dict() | list():
            return harmless(json.dumps(value, ensure_ascii=False)) if value else ""
        case _:
            return harmless(str(value))
