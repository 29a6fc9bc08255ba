"""A statement as a table that spreadsheets open, row by row, and read back."""

import csv
import io
from collections.abc import Iterable, Iterator

from portal.home.rules import Sealed
from portal.web.speech import gettext as _

ROWS_AT_ONCE = 200


def rows_of(lines: Iterable[Sealed]) -> Iterator[bytes]:
    """Write a table as UTF-8 that says so, some rows at a time."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    out.write("\ufeff")
    writer.writerow(_headings())
    for number, one in enumerate(lines, 1):
        writer.writerow((*one.line.cells, one.hash))
        if number % ROWS_AT_ONCE == 0:
            yield _taken(out)
    yield _taken(out)


def rows_in(text: str) -> list[list[str]]:
    """Read the rows of a statement's file, without its headings."""
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))[1:]


def _taken(out: io.StringIO) -> bytes:
    written = out.getvalue().encode()
    out.seek(0)
    out.truncate()
    return written


def _headings() -> tuple[str, ...]:
    return (
        _("Line id"),
        _("Number"),
        _("Counted (UTC)"),
        _("Happened (UTC)"),
        _("Kind"),
        _("Activity"),
        _("Reference"),
        _("Text"),
        _("Points"),
        _("Counts for tier"),
        _("Balance"),
        _("Hash"),
    )
