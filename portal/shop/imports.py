"""The command `flask import events`: a file of events, read in constant memory, that goes on where it stopped."""

import csv
import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskProgressColumn, TimeRemainingColumn
from rich.text import Text
from sqlalchemy.exc import OperationalError

from portal.clock import now
from portal.db import gave_way
from portal.errors import Refused
from portal.shop import files, queries, service
from portal.shop.files import BadFile, Raw
from portal.shop.messages import BadLine, Fault, read_line
from portal.shop.queries import Listed
from portal.shop.service.imports import Rejects
from portal.spreadsheets import harmless
from portal.unit_of_work import unit_of_work

AT_ONCE = 500
TRIES = 5
HEADER = ("line", "field", "code", "reason", "text")


@click.group("import")
def import_files() -> None:
    """Read files that other systems wrote."""


@import_files.command("events")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", default="", help="The system the events are of, when there is more than one.")
def import_events(file: Path, source: str) -> None:
    """Record the events in FILE, a CSV or JSON Lines; what is refused goes to FILE.rejects.csv with its reasons."""
    client = _client(source)
    if not file.is_file():
        words = "it is no plain file: write what comes out of a pipe into one first"
        raise click.BadParameter(words, param_hint="FILE")
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
        try:
            run = _read(opened, file, client, digest)
        except BadFile as error:
            click.echo(f"{file}: {error}", err=True)
            raise SystemExit(2) from None
        except Refused:
            words = "somebody else is reading this file; run it again when they are done"
            raise click.ClickException(words) from None
    click.echo(
        f"{run.lines:,} lines: {run.recorded:,} recorded, {run.repeated:,} known before, {run.rejected:,} refused"
    )
    if run.rejected:
        click.echo(f"What was refused and why: {_rejects_of(file)}", err=True)
        raise SystemExit(1)


def _client(source: str) -> Listed:
    living = [client for client in queries.all_clients(at=now()) if client.disabled_at is None]
    found = [client for client in living if source in ("", client.source)]
    if len(found) != 1:
        names = ", ".join(client.source for client in living) or "none; flask shop add lets one in"
        words = f"say which system the events are of; there is {names}"
        raise click.BadParameter(words, param_hint="--source")
    return found[0]


def _rejects_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.rejects.csv")


def _read(opened: BinaryIO, file: Path, client: Listed, digest: str) -> service.Run:
    opened.seek(0)
    form = files.form_of(opened)
    with unit_of_work():
        run = service.open_run(client.source, digest=digest, at=now())
    if run.is_finished:
        click.echo("This very file was read to its end before, and nothing of it was refused.")
        return run
    if run.position:
        click.echo(f"Going on behind line {run.lines:,}.", err=True)
    raws = files.records(opened, form, position=run.position, lines=run.lines)
    keeper = _Keeper(_rejects_of(file), run.rejects_size)
    with _progress(file.stat().st_size, run) as bar:
        while batch := list(islice(raws, AT_ONCE)):
            at = now()
            lines = [service.FileLine(raw.line, raw.text, _message(raw, client, at)) for raw in batch]
            run = _taken(run, lines, batch[-1], keeper, at)
            bar.update(bar.task_ids[0], completed=run.position, lines=run.lines)
    with unit_of_work():
        return service.finish_run(run, at=now())


def _taken(run: service.Run, lines: list[service.FileLine], last: Raw, keeper: "_Keeper", at: datetime) -> service.Run:
    """Record a batch; again where it gave way to others who waited for the same."""
    for tries_left in reversed(range(TRIES)):
        keeper.begin(run.rejects_size)
        try:
            with unit_of_work():
                return service.take_lines(
                    run, lines, position=last.end, last_line=last.last_line, keep=keeper.keep, at=at
                )
        except OperationalError as error:
            if not tries_left or not gave_way(error):
                raise
    raise AssertionError


def _message(raw: Raw, client: Listed, at: datetime) -> Any:  # noqa: ANN401 - a message, or what is wrong with it
    if isinstance(raw.said, BadLine):
        return raw.said
    try:
        message = read_line(raw.said, source=client.source, at=at)
    except BadLine as bad:
        return bad
    if message.kind.value not in client.kinds:
        return BadLine(Fault("kind", "not_allowed", "This system may not send events of this kind."))
    return message


class _Keeper:
    """The rejects file: what was written of a batch that did not come to count is written over or cut off."""

    def __init__(self, path: Path, size: int) -> None:
        self._path = path
        self.begin(size)

    def begin(self, size: int) -> None:
        """Go back to how the file was behind the batches that count; one that somebody took away is begun anew."""
        self._size = size if self._path.exists() and self._path.stat().st_size >= size else 0

    def keep(self, rejects: Rejects) -> int:
        """Write down what is refused and give the size of the file; call it while nobody else reads on."""
        if not rejects:
            if self._size == 0:
                self._path.unlink(missing_ok=True)
            return self._size
        out = io.StringIO(newline="")
        table = csv.writer(out, lineterminator="\n")
        if self._size == 0:
            table.writerow(HEADER)
        for line, bad in rejects:
            for fault in bad.faults:
                told = (fault.field, fault.code, fault.words, line.text.rstrip("\r\n"))
                table.writerow((line.number, *map(harmless, told)))
        with self._path.open("r+b" if self._size else "wb") as kept:
            kept.seek(self._size)
            kept.write(out.getvalue().encode())
            kept.truncate()
            self._size = kept.tell()
        return self._size


class _Rate(ProgressColumn):
    """Lines so far, and how many in a second."""

    def render(self, task: Task) -> Text:
        """Write both."""
        begun, lines = task.fields["begun"], task.fields["lines"]
        seconds = task.elapsed or 0
        rate = (lines - begun) / seconds if seconds else 0
        return Text(f"{lines:,} lines, {rate:,.0f}/s")


@contextmanager
def _progress(size: int, run: service.Run) -> Iterator[Progress]:
    shown = Console(stderr=True)
    bar = Progress(BarColumn(), TaskProgressColumn(), _Rate(), TimeRemainingColumn(), console=shown, transient=True)
    bar.disable = not shown.is_terminal
    with bar:
        bar.add_task("", total=size, completed=run.position, lines=run.lines, begun=run.lines)
        yield bar
