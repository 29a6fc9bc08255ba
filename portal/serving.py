"""Web server and worker in one process, as `make run` and a small installation run them."""

import signal
import socket
import sys
import time

import click
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade
from waitress.server import create_server

from portal import worker
from portal.activities.service.rulebook import sync_rules
from portal.app import MIGRATIONS
from portal.clock import now
from portal.config import Settings, stop_with
from portal.db import db
from portal.programme import ProgrammeError
from portal.unit_of_work import unit_of_work

CONNECTIONS = 1000
CHANNEL_SECONDS = 30
LARGEST_BODY = 65 * 1024 * 1024
BACKLOG = 512


def run(app: Flask, settings: Settings) -> None:
    """Serve until Ctrl-C or SIGTERM; a taken port ends it with one clear line."""
    started = time.monotonic()
    listener = _listen(settings)
    bring_up_to_date()
    if settings.is_demo:
        _seed_when_empty(settings)
    _write_down_rules()
    running = worker.start(app)
    server = create_server(
        app,
        sockets=[listener],
        threads=settings.web_threads,
        connection_limit=CONNECTIONS,
        channel_timeout=CHANNEL_SECONDS,
        asyncore_use_poll=True,
        max_request_body_size=LARGEST_BODY,
        ident=None,
        clear_untrusted_proxy_headers=settings.proxy_hops == 0,
    )
    for wish in (signal.SIGINT, signal.SIGTERM):
        # Said for Ctrl-C too: a shell that starts us in the background would have us ignore it.
        signal.signal(wish, _end)
    try:
        _announce(settings, time.monotonic() - started)
        server.run()
    finally:
        server.close()
        running.stop()
        click.echo("Stopped.")


def bring_up_to_date() -> None:
    """Run the migrations that are missing; a database that is current costs one look."""
    with db.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current != ScriptDirectory(str(MIGRATIONS)).get_current_head():
        click.echo("Bringing the database up to date …")
        upgrade(directory=str(MIGRATIONS))


def _write_down_rules() -> None:
    try:
        with unit_of_work():
            sync_rules(at=now())
    except ProgrammeError as error:
        stop_with(error.faults)


def _seed_when_empty(settings: Settings) -> None:
    from portal import demo  # noqa: PLC0415 - production never loads the demo
    from portal.demo import shop  # noqa: PLC0415 - the same

    if demo.is_seeded():
        demo.give_apps(settings, at=now())
        shop.let_in(settings, at=now())
    else:
        demo.seed(settings, at=now())


def _listen(settings: Settings) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        stop_with([f"cannot listen on {settings.host}:{settings.port}: {error.strerror}. Set PORT to a free one"])
    listener.listen(BACKLOG)
    return listener


def _end(_signal: int, _frame: object) -> None:
    sys.exit(0)


def _announce(settings: Settings, seconds: float) -> None:
    click.echo(f"\n  The portal is open at {settings.site_url}  (started in {seconds:.1f} s, Ctrl-C stops it)\n")
    if settings.is_demo:
        from portal import demo  # noqa: PLC0415 - production never loads the demo

        click.echo(demo.welcome(settings))
    sys.stdout.flush()
