"""A programme with faults is refused, and every fault is named with the line it stands in."""

from pathlib import Path

import pytest

from portal.programme import ProgrammeError, load
from tests.programme.broken import BROKEN
from tests.programme.broken_quizzes import BROKEN_QUIZZES
from tests.programme.broken_rules import BROKEN_RULES
from tests.programme.samples import HARBOUR

SOUND = HARBOUR.read_text(encoding="utf-8")


def faults_of(folder: Path, text: str) -> list[str]:
    path = folder / "harbour.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProgrammeError) as refusal:
        load(path)
    return refusal.value.faults


def line_of(text: str, sample: str) -> int:
    return text[: text.index(sample)].count("\n") + 1


@pytest.mark.parametrize(
    ("sound", "broken", "stands_in", "fault"),
    [*BROKEN, *BROKEN_RULES, *BROKEN_QUIZZES],
)
def test_a_fault_is_named_with_its_line(tmp_path, sound, broken, stands_in, fault):
    assert sound in SOUND
    text = SOUND.replace(sound, broken, 1)

    faults = faults_of(tmp_path, text)

    expected = f"harbour.toml, line {line_of(text, stands_in)}, {fault}"
    assert any(line.startswith(expected) for line in faults), "\n".join(faults)


def test_all_faults_are_told_at_once_in_the_order_of_the_file(tmp_path):
    text = (
        SOUND.replace('"Europe/Dublin"', '"Moon/Base"')
        .replace("threshold = 1000", "threshold = 1")
        .replace('"HB[0-9]{6}"', '"("')
        .replace('activity = "cleanup"', 'activity = "dance"')
        .replace('"Please send the stub of the ticket."', '""')
    )

    faults = faults_of(tmp_path, text)

    assert [fault.split(", ", 2)[2].split(":")[0] for fault in faults] == [
        "club, timezone",
        "tiers 3, threshold",
        "activities 1, reference_pattern",
        "activities 2",
        "rules 3, activity",
        "asks 1, text",
    ]


def test_a_rule_for_an_activity_with_a_fault_of_its_own_is_no_second_fault(tmp_path):
    faults = faults_of(tmp_path, SOUND.replace("delay_hours = 6\n", "delay_hours = -6\n"))

    assert [fault.split(", ", 2)[2] for fault in faults] == [
        "activities 1, delay_hours: Input should be greater than or equal to 0",
    ]


def test_whatever_line_is_missing_nothing_but_faults_come_of_it(tmp_path):
    path = tmp_path / "harbour.toml"
    lines = SOUND.splitlines(keepends=True)
    refused = 0
    for number in range(len(lines)):
        path.write_text("".join(lines[:number] + lines[number + 1 :]), encoding="utf-8")
        try:
            load(path)
        except ProgrammeError:
            refused += 1
    assert refused > len(lines) / 2


@pytest.mark.parametrize(
    "text",
    [
        "club = 7",
        "[[club]]\nname = 'x'",
        "tiers = 'silver'",
        "rules = [1, 'two']",
        "everyone = 'all'",
        "[desk]\nlimits = 5",
    ],
)
def test_a_part_of_the_wrong_shape_is_a_fault_and_not_an_error(tmp_path, text):
    assert faults_of(tmp_path, text)


def test_a_file_that_is_not_toml_says_where_it_stops_being_so(tmp_path):
    assert faults_of(tmp_path, "[club\n") == [
        "harbour.toml: Expected ']' at the end of a table declaration (at line 1, column 6)",
    ]


def test_an_empty_file_names_every_missing_part(tmp_path):
    faults = "\n".join(faults_of(tmp_path, ""))
    for part in ("tiers", "activities", "rules", "reasons", "replies", "asks", "help"):
        assert f"at least one [[{part}]] is needed" in faults
    for part in ("club, name", "desk, limits"):
        assert f"{part}: is missing" in faults


def test_a_table_where_a_list_belongs_is_refused(tmp_path):
    faults = faults_of(tmp_path, "[tiers]\nkey = 'silver'\n")
    assert "harbour.toml, line 1, tiers: at least one [[tiers]] is needed" in faults


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ProgrammeError) as refusal:
        load(tmp_path / "nowhere.toml")
    assert refusal.value.faults == [f"{tmp_path}/nowhere.toml: No such file or directory"]


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "old.toml"
    path.write_bytes("name = 'Café'".encode("latin-1"))
    with pytest.raises(ProgrammeError) as refusal:
        load(path)
    assert refusal.value.faults == ["old.toml: is not written in UTF-8"]


def test_what_no_reader_can_take_is_a_fault_and_no_crash(tmp_path: Path):
    assert faults_of(tmp_path, f"deep = {'[' * 5000}{']' * 5000}") == ["harbour.toml: is nested too deeply"]
    assert faults_of(tmp_path, f"long = {'9' * 5000}") == ["harbour.toml: has a number of too many digits"]
    found = faults_of(tmp_path, "[[activities]]\nreference_pattern = '[A-Z]{1,99999999999}'\n")
    assert any("is no regular expression: the repetition number is too large" in fault for fault in found)
