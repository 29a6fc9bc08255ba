"""The commands for systems that send us messages: `flask shop add`, `key`, `list`, `disable`."""

from datetime import datetime, timedelta

import click
from flask import current_app

from portal.accounts.sealing import seals_of
from portal.activities.rules import EventKind
from portal.clock import now
from portal.errors import NotFound, Refused
from portal.shop import queries, service
from portal.shop.rules import new_secret, written
from portal.unit_of_work import unit_of_work
from portal.web.forms import clean_line

OVERLAP_DAYS = 14
KINDS = [kind.value for kind in EventKind]


@click.group()
def shop() -> None:
    """Look after the systems that send us messages."""


@shop.command("add")
@click.argument("name")
@click.option("--source", required=True, help="What it is called in every event, such as shop.")
@click.option("--kind", "kinds", type=click.Choice(KINDS), multiple=True, help="What it may send; all when not said.")
def add(name: str, source: str, kinds: tuple[str, ...]) -> None:
    """Let a system send us messages and print its first key, once."""
    shown = clean_line(name)[:120]
    if not shown:
        words = "say what it is"
        raise click.BadParameter(words, param_hint="NAME")
    secret = new_secret()
    try:
        with unit_of_work():
            service.add_client(source, name=shown, kinds=kinds or KINDS, at=now())
            _make(source, secret, timedelta())
    except Refused as refusal:
        said = {"taken": f"{source} is there already", "source": "2 to 40 of a-z, 0-9 and -, and not portal"}
        raise click.BadParameter(said[refusal.code], param_hint="--source") from None
    click.echo(f"{shown} may send messages as {source}. Its key, shown only now:\n{written(secret)}")


@shop.command("key")
@click.argument("source")
@click.option("--overlap-days", type=click.IntRange(0, 90), default=OVERLAP_DAYS, show_default=True)
def key(source: str, overlap_days: int) -> None:
    """Print a new key, once; the present one opens for some days more."""
    secret = new_secret()
    try:
        with unit_of_work():
            retires = _make(source, secret, timedelta(days=overlap_days))
    except NotFound:
        raise click.BadParameter(_unknown(source), param_hint="SOURCE") from None
    if retires is not None:
        click.echo(f"The key before it opens until {retires:%Y-%m-%d %H:%M} UTC. The new one, shown only now:")
    click.echo(written(secret))


@shop.command("list")
def list_clients() -> None:
    """List the systems, what they may send, their living keys, when the older ends and when one was last used."""
    for one in queries.all_clients(at=now()):
        state = f"shut out {one.disabled_at:%Y-%m-%d}" if one.disabled_at else f"{one.keys} keys"
        if one.ends_at and not one.disabled_at:
            state += f", the older until {one.ends_at:%Y-%m-%d %H:%M}"
        used = f"{one.last_used_at:%Y-%m-%d %H:%M}" if one.last_used_at else "never"
        click.echo(f"{one.source}  {one.name}  {', '.join(one.kinds)}  {state}  last used {used}")


@shop.command("disable")
@click.argument("source")
def disable(source: str) -> None:
    """Shut a system out at once; what it sent stays."""
    try:
        with unit_of_work():
            is_new = service.disable_client(source, at=now())
    except NotFound:
        raise click.BadParameter(_unknown(source), param_hint="SOURCE") from None
    click.echo(f"{source} is shut out{'' if is_new else ' already'}.")


def _make(source: str, secret: bytes, overlap: timedelta) -> datetime | None:
    seals = seals_of(current_app.extensions["settings"])
    return service.make_key(source, secret, seals=seals, overlap=overlap, at=now())


def _unknown(source: str) -> str:
    return f"no system is called {source}: flask shop list"
