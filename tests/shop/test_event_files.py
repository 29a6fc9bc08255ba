"""Files are told apart by what stands in them, and each record is one, whatever else is broken around it."""

import io
import json
import tracemalloc

import pytest

from portal.shop import files
from portal.shop.files import LONGEST_RECORD, BadFile
from portal.shop.messages import BadLine

HEADER = "id,kind,activity,occurred_at,member,subject,amount_minor,currency,items\n"
GOOD = 'e{0},earn,order,2026-11-20T18:22:00Z,M-1,"7041 882{0}",4500,GBP,delivery=500;gift card=200\n'
SAID = {
    "kind": "earn",
    "activity": "order",
    "occurred_at": "2026-11-20T18:22:00Z",
    "member": "M-1",
    "amount_minor": 4500,
    "currency": "GBP",
    "items": [{"category": "delivery", "amount_minor": 500}, {"category": "gift card", "amount_minor": 200}],
}


def good(number: int) -> str:
    return GOOD.format(number)


def said(number: int) -> dict[str, object]:
    return SAID | {"id": f"e{number}", "subject": f"7041 882{number}"}


def read(raw: bytes) -> list[object]:
    """Give what each record says, or the line and the code of what is wrong with it."""
    opened = io.BytesIO(raw)
    form = files.form_of(opened)
    found = list(files.records(opened, form, position=0, lines=0))
    return [(one.line, one.said.faults[0].code) if isinstance(one.said, BadLine) else one.said for one in found]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_both_kinds_are_read_in_every_encoding_we_know(encoding):
    table = HEADER + good(1) + "\n" + good(2).rstrip().replace("M-1", "Ċsá@club.example")
    lines = "".join(f"{json.dumps(said(number), ensure_ascii=False)}\r\n\r\n" for number in (1, 2))

    assert read(table.encode(encoding)) == [said(1), said(2) | {"member": "Ċsá@club.example"}]
    assert read(lines.encode(encoding)) == [said(1), said(2)]


@pytest.mark.parametrize("mark", [";", "\t"])
def test_other_separators_are_told_from_the_header(mark):
    text = (HEADER + good(1).replace("=500;gift card=200", "=500")).replace(",", mark)

    assert read(text.encode()) == [said(1) | {"items": [{"category": "delivery", "amount_minor": 500}]}]


def test_line_of_another_encoding_is_refused_and_never_guessed_at():
    raw = HEADER.encode() + good(1).replace("M-1", "José").encode("latin-1") + good(2).encode()

    assert read(raw) == [(2, "encoding"), said(2)]


def test_formulas_and_signs_are_data():
    row = good(1).replace('"7041 8821"', '"=1+1 ""x"", y"').replace("4500", "-45")

    assert read((HEADER + row).encode()) == [said(1) | {"subject": '=1+1 "x", y', "amount_minor": -45}]


@pytest.mark.parametrize(
    ("broken", "codes"),
    [
        ("e9,earn,order\n", [(3, "fields")]),
        (good(9).rstrip() + ",more\n", [(3, "fields")]),
        ('e9,earn,"order,2026\n', [(3, "quotes")]),
        (good(9).replace('"7041 8829"', '"7041" 8829'), [(3, "quotes")]),
        (good(9).replace("delivery=500", "delivery"), [(3, "items")]),
        ("x" * (LONGEST_RECORD + 9) + "\n", [(3, "too_long")]),
    ],
)
def test_broken_row_takes_no_other_with_it(broken, codes):
    assert read((HEADER + good(1) + broken + good(2) + good(3)).encode()) == [said(1), *codes, said(2), said(3)]


def test_what_stands_in_quotes_is_never_a_record_of_its_own():
    hidden = good(9).replace('"', "")
    row = good(1).replace("7041 8821", f"7041\n{hidden}")

    found = read((HEADER + row + good(2)).encode())

    assert [one["id"] for one in found if isinstance(one, dict)] == ["e1", "e2"]


def test_quote_whose_end_nobody_can_tell_stops_the_file():
    with pytest.raises(BadFile, match="line 2: A quote is not closed"):
        read((HEADER + 'e9,"\n' + good(1).replace('"', "") * 2000).encode())


def test_broken_json_takes_no_other_line_with_it():
    first, last = (json.dumps(said(number)).encode() + b"\n" for number in (1, 2))
    broken = b'{"id": \n' + b"x" * 200_000 + b"\n" + b'{"id": "\xe9"}\n' + b'{"id": NaN}\n'

    assert read(first + broken + last) == [said(1), (2, "json"), (3, "too_long"), (4, "encoding"), (5, "json"), said(2)]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"PK\x03\x04rest", "save it as CSV"),
        ("{}".encode("utf-32"), "UTF-32"),
        (b"[\n{}]", "one event in each line"),
        (b"hello,world\n", "neither JSON nor a header"),
        (b"id,kind,member\n", "lacks occurred_at"),
        (b"id,kind,occurred_at,note\n", "'note'"),
        (b"id,kind,occurred_at,id\n", "twice"),
        ("id,kind,occurred_at,é\n".encode("latin-1"), "not UTF-8"),
    ],
)
def test_file_that_is_no_list_of_events_is_refused_with_its_reason(raw, words):
    with pytest.raises(BadFile, match=words):
        read(raw)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-be"])
def test_reading_goes_on_behind_any_record(encoding):
    opened = io.BytesIO("\n".join(["", HEADER, good(1), "e9,x", "", good(2), good(3)]).encode(encoding))
    form = files.form_of(opened)

    def ends(position: int, lines: int) -> list[tuple[int, int, int]]:
        found = files.records(opened, form, position=position, lines=lines)
        return [(one.line, one.last_line, one.end) for one in found]

    whole = ends(0, 0)
    assert len(whole) == 4
    for place, (_, last_line, end) in enumerate(whole, 1):
        assert ends(end, last_line) == whole[place:]


class Endless(io.BytesIO):
    """A table that is made while it is read."""

    left = 20_000

    def readline(self, _size: int | None = -1, /) -> bytes:
        self.left -= 1
        return b"e9,earn,order,2026-11-20T18:22:00Z," + b"x" * 64 + b"\n" if self.left >= 0 else b""


def test_memory_does_not_grow_with_the_file():
    form = files.Form("utf-8", 0, ",", ("id", "kind"))
    tracemalloc.start()

    count = sum(1 for _ in files.records(Endless(), form, position=1, lines=1))

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (count, peak < 500_000) == (20_000, True)
