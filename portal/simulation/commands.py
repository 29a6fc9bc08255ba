"""`flask simulate claims`: how many troubles end without an agent, and whether anybody got what is not theirs."""

import sys
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

import click
from flask import current_app
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from portal.clock import now
from portal.config import Mode, Settings
from portal.db import db
from portal.simulation.life import Case, Ending, begun
from portal.simulation.troubles import MIX, SPREAD_DAYS, Kind

SEED = 20261122
WIDTH = 160


@click.group()
def simulate() -> None:
    """Try the portal on a club that never was."""


@simulate.command()
@click.option("--count", default=10_000, show_default=True, type=click.IntRange(1, 100_000), help="How many troubles.")
@click.option("--seed", default=SEED, show_default=True, help="The same number makes the same troubles.")
def claims(count: int, seed: int) -> None:
    """Play troubles of members through to their end, in a database of their own that is thrown away.

    Ends with status 1 when anybody was credited points that are not theirs.
    """
    # What is piped into a file has no width of its own.
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else WIDTH)
    with tempfile.TemporaryDirectory(prefix="portal-simulation-") as folder:
        cases = _played(Path(folder), count, seed, console)
    console.print(_table(cases))
    without = sum(case.ending is not Ending.AGENT for case in cases)
    wrong = [case for case in cases if case.is_wrong]
    short = [case for case in cases if case.is_short]
    console.print(f"{without / len(cases):.1%} of {len(cases):,} ended without an agent.")
    console.print(f"{len(wrong)} were credited points that are not theirs, {len(short)} ended with too few.")
    for case in [*wrong, *short][:20]:
        told = f"{case.trouble.kind}, {case.ending}: {case.credited} points, owed {case.owed}"
        console.print(f"  {case.trouble.subject}: {told}", style="red")
    if wrong:
        raise SystemExit(1)


def _played(folder: Path, count: int, seed: int, console: Console) -> list[Case]:
    """Play it in a portal of its own, with the programme in force."""
    from portal.app import create_app  # noqa: PLC0415 - which loads the commands
    from portal.serving import bring_up_to_date  # noqa: PLC0415 - which loads a web server

    mine: Settings = current_app.extensions["settings"]
    settings = Settings(
        mode=Mode.DEMO, data_dir=folder, database_url="", programme_path=mine.programme_path, base_url=mine.site_url
    )
    app = create_app(settings)
    with app.app_context():
        bring_up_to_date()
        begin = now() - timedelta(days=SPREAD_DAYS + 60)
        life = begun(count, begin=begin, seed=seed)
        with Progress(
            TextColumn("  {task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        ) as progress:
            task = progress.add_task(f"Playing {count:,} troubles", total=life.steps)
            for _ in life.pass_by():
                progress.advance(task)
        db.session.remove()
        db.engine.dispose()
    return life.cases


def _table(cases: list[Case]) -> Table:
    endings = list(Ending)
    table = Table("what was behind it", "troubles", *endings, "without an agent")
    for kind in [kind for kind, _ in MIX]:
        _row(table, kind, [case for case in cases if case.trouble.kind is kind], endings)
    _row(table, "all", cases, endings)
    return table


def _row(table: Table, name: Kind | str, cases: list[Case], endings: list[Ending]) -> None:
    counted = Counter(case.ending for case in cases)
    share = f"{1 - counted[Ending.AGENT] / len(cases):.0%}" if cases else ""
    table.add_row(name, f"{len(cases):,}", *(f"{counted[ending]:,}" for ending in endings), share)
