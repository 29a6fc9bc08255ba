"""docs/asvs.md names tests that exist, and says of every other point honestly why it is not met."""

import ast
import re
from pathlib import Path

import pytest

DOCUMENT = Path("docs/asvs.md")
ROW = re.compile(r"^\| (\+ )?(\d+\.\d+\.\d+) \| (.+?) \| (.+) \|$")
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def rows() -> list[tuple[str, str]]:
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    return [(found[2], found[4]) for line in lines if (found := ROW.match(line))]


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_each_named_test_exists():
    named = {(file, name) for _, shown in rows() for file, name in NAMED.findall(shown)}
    files = {file: names_in(Path("tests") / file) if (Path("tests") / file).is_file() else set() for file, _ in named}

    assert len(named) > 100
    assert sorted(f"{file}::{name}" for file, name in named if name not in files[file]) == []


def test_each_point_names_a_test_or_says_why_it_is_not_met():
    silent = [point for point, shown in rows() if not NAMED.search(shown) and not shown.startswith("not met")]
    unexplained = [point for point, shown in rows() if "not met" in shown and not re.search("because|: ", shown)]

    assert (silent, unexplained) == ([], [])


@pytest.mark.parametrize("chapter", ["1", "2", "3", "4", "5", "6", "7", "8", "11", "12", "13", "14", "15", "16"])
def test_each_chapter_that_applies_is_there(chapter):
    assert [point for point, _ in rows() if point.startswith(f"{chapter}.")]


def test_every_line_of_a_table_is_read():
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    in_tables = [line for line in lines if line.startswith("|") and not line.startswith(("| point", "| ---"))]

    assert len(in_tables) == len(rows())
