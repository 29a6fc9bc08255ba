"""Files of events: what is good is recorded once, what is refused is told with its line, and a file is read on."""

import csv
import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.activities.models import Event, Expectation
from portal.activities.service import record_event
from portal.clock import now
from portal.db import db
from portal.errors import Refused
from portal.shop import service
from portal.shop.messages import read_line
from portal.unit_of_work import unit_of_work
from tests.factories import a_member
from tests.servers import Database
from tests.shop import reader
from tests.shop.signing import ALL

HEADER = "id,kind,activity,occurred_at,member,subject,amount_minor,currency\n"


@pytest.fixture
def run(app, session):
    let_in("shop")
    runner = app.test_cli_runner()

    def invoke(file: Path, *more: str, exit_code: int = 0) -> str:
        done = runner.invoke(args=["import", "events", str(file), *more])
        assert done.exit_code == exit_code, done.output
        return str(done.output)

    return invoke


def let_in(source: str) -> None:
    with unit_of_work():
        service.add_client(source, name="A shop", kinds=ALL, at=now())


def a_row(number: int, member: str, *, occurred_at: str = "2026-11-20T18:22:00Z") -> str:
    return f"order-{number},earn,order,{occurred_at},{member},{number},4500,GBP\n"


def a_line(number: int, member: str) -> str:
    names = HEADER.strip().split(",")
    said = dict(zip(names, a_row(number, member).strip().split(","), strict=True)) | {"amount_minor": 4500}
    return json.dumps(said) + "\n"


def rejects(file: Path) -> list[list[str]]:
    with file.with_name(f"{file.name}.rejects.csv").open(encoding="utf-8", newline="") as told:
        return list(csv.reader(told))[1:]


def counts() -> tuple[int, int]:
    """Count the events and the promises."""
    db.session.rollback()
    events, promises = (db.session.scalar(select(func.count()).select_from(model)) for model in (Event, Expectation))
    return events or 0, promises or 0


def test_good_lines_are_recorded_once_and_bad_ones_told_with_their_reasons(run, asha, tmp_path):
    file = tmp_path / "events.csv"
    formula = '=1+1,earn,swim,2026-11-20T18:22:00Z,"M-1\n",7,4500,GBP\n'
    future = a_row(4, asha.number, occurred_at="2036-11-20T18:22:00Z")
    file.write_text(HEADER + a_row(1, asha.number) + formula + a_row(1, asha.number) + future + a_row(2, "M-0"))

    first, again = run(file, exit_code=1), run(file, exit_code=1)

    assert "7 lines: 2 recorded, 1 known before, 2 refused" in first
    assert "7 lines: 0 recorded, 3 known before, 2 refused" in again
    assert counts() == (2, 1)
    assert [told[:3] for told in rejects(file)] == [["3", "member", "value"], ["6", "occurred_at", "in_future"]]
    assert rejects(file)[0][4] == f"'{formula.strip()}"


def test_file_without_faults_is_read_once_and_leaves_nothing_beside_it(run, asha, tmp_path):
    file = tmp_path / "events.jsonl"
    file.write_text("".join(a_line(number, asha.number) for number in range(3)))

    assert "3 lines: 3 recorded, 0 known before, 0 refused" in run(file)
    assert "read to its end before" in run(file)
    assert counts() == (3, 3)
    assert list(tmp_path.iterdir()) == [file]


def test_event_is_the_same_event_from_a_file_and_from_the_api(run, asha, tmp_path):
    file = tmp_path / "events.csv"
    file.write_text(HEADER + a_row(1, asha.number) + a_row(2, asha.number))
    said = json.loads(a_line(1, asha.number))
    with unit_of_work():
        record_event(read_line(said, source="shop", at=now()), at=now())
        record_event(read_line(said | {"id": "order-2", "subject": "9"}, source="shop", at=now()), at=now())

    assert "3 lines: 0 recorded, 1 known before, 1 refused" in run(file, exit_code=1)
    assert [told[1:3] for told in rejects(file)] == [["id", "changed"]]


def test_source_is_asked_for_when_there_are_two(run, asha, tmp_path):
    file = tmp_path / "events.csv"
    file.write_text(HEADER + a_row(1, asha.number))
    let_in("till")

    assert "there is shop, till" in run(file, exit_code=2)
    assert "1 recorded" in run(file, "--source", "till")


def test_file_that_cannot_be_read_says_why(run, tmp_path):
    file = tmp_path / "events.csv"
    file.write_bytes(b"id,kind\n")

    assert "line 1: The header lacks occurred_at." in run(file, exit_code=2)


def test_reader_that_is_killed_goes_on_where_it_stopped(free_app, database: Database, tmp_path):
    own = Database(database.kind, free_app.extensions["settings"].database_url)
    let_in("shop")
    mira = a_member("Mira Novak")
    file = tmp_path / "events.csv"
    bad = "bad-{0},earn,swim,2026-11-20T18:22:00Z,M-1,7,4500,GBP\n"
    file.write_text(HEADER + "".join(a_row(number, mira.number) + bad.format(number) for number in range(6)))

    assert reader.read(own, file) == -9
    assert counts() == (2, 2)
    assert len(rejects(file)) == 3

    done = free_app.test_cli_runner().invoke(args=["import", "events", str(file)])
    assert "Going on behind line 4." in done.output
    assert "13 lines: 6 recorded, 0 known before, 6 refused" in done.output
    assert counts() == (6, 6)
    assert [told[0] for told in rejects(file)] == ["3", "5", "7", "9", "11", "13"]


def test_two_readers_of_one_file_do_not_both_count(run, asha, tmp_path, session):
    file = tmp_path / "events.csv"
    file.write_text(HEADER + a_row(1, asha.number))
    with unit_of_work():
        first = service.open_run("shop", digest="0" * 64, at=now())
    with unit_of_work():
        service.take_lines(first, [], position=9, last_line=1, keep=len, at=now())

    with pytest.raises(Refused, match="busy"), unit_of_work():
        service.take_lines(first, [], position=9, last_line=1, keep=len, at=now())
