"""The list of what is kept names every table, and its times are those of the code and the programme."""

import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules

import portal
from portal.db import db

TEXT = Path("docs/data.md").read_text(encoding="utf-8")


def test_every_table_has_its_class_and_its_time(app):
    named = {
        table for row in re.findall(r"^\| (`[^|]+) \|", TEXT, re.MULTILINE) for table in re.findall(r"`(\w+)`", row)
    }

    # A room nobody asks for yet has its tables all the same.
    for room in iter_modules(portal.__path__, "portal."):
        if room.ispkg and find_spec(f"{room.name}.models"):
            import_module(f"{room.name}.models")
    assert named == set(db.metadata.tables)


def test_times_are_those_of_the_code():
    said = re.findall(r"`(portal/[\w/]+\.py)` (\w+) = (\d+)", TEXT)

    assert said
    for file, name, number in said:
        assert f"\n{name} = {number}\n" in Path(file).read_text(encoding="utf-8"), f"{file}: {name}"


def test_times_are_those_of_the_programme():
    programme = Path("portal/programmes/club.toml").read_text(encoding="utf-8")
    said = re.findall(r"\*(\w+ = \d+)\*", TEXT)

    assert said
    assert [line for line in said if f"\n{line}\n" not in programme] == []
