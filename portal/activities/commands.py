"""The commands of `flask rules`."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
from rich.table import Column, Table

from portal import programme
from portal.activities import queries, service
from portal.activities.rules import Comparison, Rules, Sums, Trial
from portal.programme import Programme, ProgrammeError
from portal.tiers.rules import ladder_of


@click.group()
def rules() -> None:
    """Look after the rules that points are reckoned by."""


@rules.command("try")
@click.argument("file", type=click.Path(path_type=Path))
def try_rules(file: Path) -> None:
    """Price everything that has come in by the programme in FILE, beside the one in force; nothing is posted."""
    other = _load(file)
    for words in service.changed_versions(other.rules):
        click.echo(f"note: {words}", err=True)
    found = _run(_rules_of(programme.current()), _rules_of(other))
    out = Console(highlight=False)
    out.print(_sums(found))
    out.print(_members(found))
    if found.biggest:
        out.print(_biggest(found))
    out.print("Nothing was posted. What was sent back is taken off both; gifts and corrections stay as they are.")


def _load(file: Path) -> Programme:
    try:
        return programme.load(file)
    except ProgrammeError as error:
        for fault in error.faults:
            click.echo(fault, err=True)
        raise SystemExit(2) from None


def _rules_of(whole: Programme) -> Rules:
    return Rules(whole.rule_on, ladder_of(whole))


def _run(before: Rules, after: Rules) -> Comparison:
    trial = Trial(before, after)
    shown = Console(stderr=True)
    bar = Progress(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=shown, transient=True)
    bar.disable = not shown.is_terminal
    with bar:
        for past in bar.track(queries.past_events(), total=queries.count_past(), description="Pricing"):
            if past is not None:
                trial.add(past)
    return trial.result()


def _sums(found: Comparison) -> Table:
    figures = ("events", "of them other", "points now", "points then", "difference")
    table = Table("", *(_right(name) for name in figures), title="Points")
    for activity, sums in found.activities.items():
        table.add_row(activity, *_figures(sums))
    table.add_section()
    table.add_row("altogether", *_figures(found.whole))
    return table


def _right(name: str) -> Column:
    return Column(name, justify="right")


def _figures(sums: Sums) -> tuple[str, ...]:
    return (
        f"{sums.events:,}",
        f"{sums.changed:,}",
        f"{sums.before:,}",
        f"{sums.after:,}",
        f"{sums.after - sums.before:+,}",
    )


def _members(found: Comparison) -> Table:
    table = Table("", _right("members"), title="Members")
    for words, count in (("more points", found.gaining), ("fewer points", found.losing), ("the same", found.same)):
        table.add_row(words, f"{count:,}")
    table.add_section()
    for (before, after), count in found.moves.items():
        table.add_row(f"{before} → {after}", f"{count:,}")
    return table


def _biggest(found: Comparison) -> Table:
    figures = (_right(name) for name in ("points now", "points then", "difference"))
    table = Table("member", *figures, "tier", title="The biggest differences")
    for one in found.biggest:
        tier = one.tier_after if one.tier_before == one.tier_after else f"{one.tier_before} → {one.tier_after}"
        table.add_row(one.member, f"{one.before:,}", f"{one.after:,}", f"{one.after - one.before:+,}", tier)
    return table
