import csv
import io
import json
import uuid
from datetime import UTC, date, datetime
from zipfile import ZipFile

import pytest

from portal.claims.rules import ClaimState
from portal.records.packing import Package, table
from portal.records.rules import Section, plain
from portal.spreadsheets import harmless


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+44 20 7946",
        "-2+3",
        "@SUM(A1)",
        "＝1+1",
        "＋1",
        "＠x",
        "  =1+1",
        "\u00a0=1+1",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "\0=1+1",
        "=cmd|' /C calc'!A0",
    ],
)
def test_what_looks_like_a_formula_is_shown_and_not_run(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Order of 20 Nov", "1 = 1", "O'Neill", "a@club.example", "7041 8822", "“=”"])
def test_other_text_stays_as_it_is(text):
    assert harmless(text) == text


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (None, None),
        (True, True),
        (-45, -45),
        (ClaimState.IN_REVIEW, "in_review"),
        (date(2026, 11, 22), "2026-11-22"),
        (datetime(2026, 11, 22, 14, 5, tzinfo=UTC), "2026-11-22T14:05:00+00:00"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ({"at": date(2026, 1, 2), "of": [uuid.UUID(int=2)]}, {"at": "2026-01-02", "of": [str(uuid.UUID(int=2))]}),
    ],
)
def test_each_value_is_one_that_json_knows(value, wanted):
    assert plain(value) == wanted
    assert json.loads(json.dumps(plain(value))) == wanted


def test_a_table_keeps_numbers_lines_and_letters_of_every_script():
    rows = [
        {"points": -45, "text": 'She said "no",\nthen left', "sum": [{"step": "=1"}], "counts": True, "at": None},
        {"points": 180, "text": "Zoë 北京 שלום", "sum": [], "counts": False, "at": ""},
    ]

    written = table(["points", "text", "sum", "counts", "at"], rows)

    assert written.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""))) == [
        ["points", "text", "sum", "counts", "at"],
        ["-45", 'She said "no",\nthen left', '[{"step": "=1"}]', "yes", ""],
        ["180", "Zoë 北京 שלום", "", "no", ""],
    ]


def test_a_package_holds_each_table_twice_and_what_was_typed_unchanged_in_the_json():
    file = io.BytesIO()
    with Package(file) as package:
        package.add_section(Section("claims", ("statement",), ({"statement": "=HYPERLINK(A1)"},)))
        package.add_picture("C-7XKQ4MNP-1.jpg", b"picture")
        package.explain("What this is.")

    with ZipFile(file) as packed:
        assert sorted(packed.namelist()) == [
            "everything.json",
            "pictures/C-7XKQ4MNP-1.jpg",
            "read-me.txt",
            "tables/claims.csv",
        ]
        assert json.loads(packed.read("everything.json")) == {"claims": [{"statement": "=HYPERLINK(A1)"}]}
        assert packed.read("tables/claims.csv").decode("utf-8-sig") == "statement\r\n'=HYPERLINK(A1)\r\n"
        assert packed.read("pictures/C-7XKQ4MNP-1.jpg") == b"picture"
