"""Files that are read by several at the same moment: nothing is lost, and nobody waits for ever."""

import os
from functools import partial
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from portal.activities.models import Event
from portal.clock import now
from portal.db import db
from portal.shop import service
from portal.shop.imports import import_events
from portal.unit_of_work import unit_of_work
from tests.factories import a_member
from tests.shop.signing import ALL
from tests.together import together

HEADER = "id,kind,activity,occurred_at,member,subject\n"
DEVICES = 40


def let_in() -> None:
    with unit_of_work():
        service.add_client("shop", name="A shop", kinds=ALL, at=now())


def test_same_file_begun_by_many_at_once_has_one_run(free_app: Flask):
    found = []

    def begin() -> None:
        with unit_of_work():
            found.append(service.open_run("shop", digest="a" * 64, at=now()).run_id)

    assert together(free_app, [begin] * 4) == []
    assert len(set(found)) == 1


def test_two_files_about_the_same_devices_in_other_orders_are_both_read_to_their_ends(free_app: Flask, tmp_path: Path):
    let_in()
    files = []
    for name, order in (("one", 1), ("two", -1)):
        member = a_member()
        rows = [
            f"{name}-{place},earn,device,2026-11-20T18:22:00Z,{member.number},{place:012d}\n"
            for place in range(DEVICES)[::order]
        ]
        files.append(tmp_path / f"{name}.csv")
        files[-1].write_text(HEADER + "".join(rows))

    read = import_events.callback
    assert read is not None
    assert together(free_app, [partial(read, file=file, source="") for file in files]) == []
    assert db.session.scalar(select(func.count()).select_from(Event)) == 2 * DEVICES


def test_pipe_is_refused_and_not_waited_for(app: Flask, session, tmp_path: Path):
    let_in()
    os.mkfifo(tmp_path / "events")

    done = app.test_cli_runner().invoke(args=["import", "events", str(tmp_path / "events")])

    assert (done.exit_code, "it is no plain file" in done.output) == (2, True)
