"""Files of events, read record by record in constant memory: CSV and JSON Lines, in UTF-8 and UTF-16."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from portal.shop.messages import BadLine, Fault
from portal.shop.strict import BadJson, read_json

LONGEST_RECORD = 64 * 1024
COLUMNS = (
    "id", "kind", "activity", "occurred_at", "member", "subject", "amount_minor", "currency", "items", "points",
)  # fmt: skip
KNOWN = frozenset(COLUMNS)
NEEDED = frozenset({"id", "kind", "occurred_at"})
NUMBERS = frozenset({"amount_minor", "points"})
WHOLE = re.compile(r"-?[0-9]{1,20}", re.ASCII)
BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
ONE_LIST = "It is one list: write one event in each line."
NOT_CLOSED = f"A quote is not closed within {LONGEST_RECORD} bytes."
TOO_LONG = "A line with quotes is too long to tell where it ends."
NOT_TEXT = {
    b"PK\x03\x04": "It is a spreadsheet or a packed file: save it as CSV.",
    b"\x1f\x8b": "It is packed: unpack it first.",
    codecs.BOM_UTF32_LE: "It is written in UTF-32: save it as UTF-8.",
    codecs.BOM_UTF32_BE: "It is written in UTF-32: save it as UTF-8.",
}


class BadFile(ValueError):
    """The file cannot be read from here on; `line` says where, 0 for all of it."""

    def __init__(self, words: str, *, line: int = 0) -> None:
        """Keep where and why."""
        super().__init__(f"line {line}: {words}" if line else words)


@dataclass(frozen=True, slots=True)
class Raw:
    """A record as it stands in the file: the lines it begins and ends in, its text, and the byte behind it.

    `said` is what it holds, as JSON would say it, or what is wrong with how it is written.
    """

    line: int
    last_line: int
    text: str
    end: int
    said: Any


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is written; `begin` is the byte behind its mark, `columns` are those of a CSV."""

    encoding: str
    begin: int
    delimiter: str = ""
    columns: tuple[str, ...] = ()


def form_of(opened: BinaryIO) -> Form:
    """Find out from its beginning how a file is written; raises BadFile for one that is no list of events."""
    head = opened.read(4)
    if words := next((words for mark, words in NOT_TEXT.items() if head.startswith(mark)), ""):
        raise BadFile(words)
    mark = next((mark for mark in BOMS if head.startswith(mark)), b"")
    encoding = BOMS.get(mark) or {(False, True): "utf-16-le", (True, False): "utf-16-be"}.get(
        (head[:1] == b"\0", head[1:2] == b"\0"), "utf-8"
    )
    plain = Form(encoding, len(mark))
    opened.seek(plain.begin)
    for line in _lines(opened, plain, 1):
        first = line.text.strip()
        if first.startswith("{"):
            return plain
        if line.words:
            raise BadFile(line.words, line=line.number)
        if first.startswith("["):
            raise BadFile(ONE_LIST, line=line.number)
        if first:
            return _table(plain, line)
    return plain


def records(opened: BinaryIO, form: Form, *, position: int, lines: int) -> Iterator[Raw]:
    """Give the records behind a place in the file, of which `lines` lines lie before it; empty lines are passed over.

    Raises BadFile where it cannot be told where a record ends.
    """
    opened.seek(max(position, form.begin))
    if not form.columns:
        for line in _lines(opened, form, lines + 1):
            if line.words or line.text.strip():
                yield Raw(line.number, line.number, line.text, line.end, _said_in_json(line))
        return
    if lines == 0:
        lines, position = _behind_header(opened, form)
    yield from _rows(opened, form, lines + 1)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a file; `words` say what is wrong with it, and of one that is too long the beginning stands here."""

    number: int
    text: str
    end: int
    words: str = ""
    code: str = ""


def _lines(opened: BinaryIO, form: Form, number: int) -> Iterator[_Line]:
    wide = form.encoding != "utf-8"
    while raw := _wide_line(opened, form.encoding) if wide else opened.readline(LONGEST_RECORD + 1):
        if len(raw) > LONGEST_RECORD:
            beginning = raw.decode(form.encoding, "replace")
            while raw and not _ends(raw, form.encoding):
                raw = _wide_line(opened, form.encoding) if wide else opened.readline(LONGEST_RECORD + 1)
            words = f"A line has at most {LONGEST_RECORD} bytes."
            yield _Line(number, beginning, opened.tell(), words, "too_long")
        else:
            try:
                yield _Line(number, raw.decode(form.encoding), opened.tell())
            except UnicodeDecodeError:
                name = form.encoding[:6].rstrip("-").upper()
                words = f"The line is not {name}: save the file as UTF-8."
                yield _Line(number, raw.decode(form.encoding, "backslashreplace"), opened.tell(), words, "encoding")
        number += 1


def _ends(raw: bytes, encoding: str) -> bool:
    """Tell whether bytes that begin at a whole sign end with the end of a line."""
    end = "\n".encode(encoding)
    return len(raw) % len(end) == 0 and raw.endswith(end)


def _wide_line(opened: BinaryIO, encoding: str) -> bytes:
    """Read a line of signs of two bytes, one of which may look like the end of a line."""
    raw = b""
    while len(raw) <= LONGEST_RECORD and not _ends(raw, encoding):
        part = opened.readline(LONGEST_RECORD + 2 - len(raw))
        if part.endswith(b"\n") and len(raw + part) % 2:
            part += opened.read(1)
        if not part:
            break
        raw += part
    return raw


def _said_in_json(line: _Line) -> Any:  # noqa: ANN401 - any JSON there is
    if line.words:
        return BadLine(Fault("", line.code, line.words))
    try:
        return read_json(line.text)
    except BadJson as error:
        return BadLine(Fault("", "json", str(error)))


def _table(plain: Form, line: _Line) -> Form:
    """Read the header of a CSV: its names say what stands between them too."""
    found = {mark: _cells(line.text, mark) or [] for mark in ",;\t"}
    mark, names = max(found.items(), key=lambda one: len(KNOWN & {name.strip().lower() for name in one[1]}))
    columns = tuple(name.strip().lower() for name in names)
    if words := _wrong_with(columns):
        raise BadFile(words, line=line.number)
    return Form(plain.encoding, plain.begin, mark, columns)


def _wrong_with(columns: tuple[str, ...]) -> str:
    if not KNOWN & set(columns):
        return f"It is neither JSON nor a header, which names columns such as {COLUMNS[0]} and {COLUMNS[1]}."
    if missing := sorted(NEEDED - set(columns)):
        return f"The header lacks {', '.join(missing)}."
    if unknown := [name for name in columns if name not in KNOWN]:
        return f"Nobody knows the column {unknown[0][:40]!r}; there are {', '.join(COLUMNS)}."
    return "A column stands in the header twice." if len(set(columns)) < len(columns) else ""


def _behind_header(opened: BinaryIO, form: Form) -> tuple[int, int]:
    line = next(line for line in _lines(opened, form, 1) if line.text.strip())
    opened.seek(line.end)
    return line.number, line.end


def _rows(opened: BinaryIO, form: Form, number: int) -> Iterator[Raw]:
    while (line := next(_lines(opened, form, number), None)) is not None:
        if line.code == "too_long" and '"' in line.text:
            # Where its last quote stands is not known, and what follows might be a part of it.
            raise BadFile(TOO_LONG, line=line.number)
        whole, cells = [line], _cells(line.text, form.delimiter)
        if cells is None and _is_open(line.text, form.delimiter):
            whole, cells = _whole_record(opened, form, line)
        number = whole[-1].number + 1
        text = "".join(part.text for part in whole)
        fault = next((Fault("", part.code, part.words) for part in whole if part.words), None)
        if fault or text.strip():
            said = BadLine(fault) if fault else _said_in_cells(cells, form)
            yield Raw(line.number, number - 1, text, whole[-1].end, said)


def _whole_record(opened: BinaryIO, form: Form, first: _Line) -> tuple[list[_Line], list[str] | None]:
    """Read on where a quote is open at the end of a line: what stands in quotes is never a record of its own.

    A quote that nobody closes is a fault of its line alone; the lines behind it are read as records again.
    """
    parts, size = [first], len(first.text)
    for line in _lines(opened, form, first.number + 1):
        parts.append(line)
        size += len(line.text)
        if line.code == "too_long" or size > LONGEST_RECORD:
            raise BadFile(NOT_CLOSED, line=first.number)
        text = "".join(part.text for part in parts)
        if '"' in line.text:
            cells = _cells(text, form.delimiter)
            if cells is not None:
                return parts, cells
            if not _is_open(text, form.delimiter):
                break
    opened.seek(first.end)
    return [first], None


def _cells(text: str, delimiter: str) -> list[str] | None:
    """Take a record apart; None for one whose quotes are wrong or not closed."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _is_open(text: str, delimiter: str) -> bool:
    """Tell whether a record goes on behind its line: another quote there would close it."""
    return _cells(text.rstrip("\r\n") + '"', delimiter) is not None


def _said_in_cells(cells: list[str] | None, form: Form) -> Mapping[str, Any] | BadLine:
    if cells is None:
        return BadLine(Fault("", "quotes", "Its quotes are not closed, or something stands behind one."))
    if len(cells) != len(form.columns):
        words = f"It has {len(cells)} fields, and the header has {len(form.columns)}."
        return BadLine(Fault("", "fields", words))
    said: dict[str, Any] = {name: cell for name, cell in zip(form.columns, cells, strict=True) if cell != ""}
    for name in NUMBERS & said.keys():
        if WHOLE.fullmatch(said[name]):
            said[name] = int(said[name])
    if "items" in said:
        items = [_item(part) for part in said["items"].split(";")]
        if None in items:
            return BadLine(Fault("items", "items", "Write it like delivery=500;gift card=200."))
        said["items"] = items
    return said


def _item(text: str) -> dict[str, Any] | None:
    category, _, amount = text.rpartition("=")
    if not category.strip() or not WHOLE.fullmatch(amount.strip()):
        return None
    return {"category": category.strip(), "amount_minor": int(amount)}
