"""create_app: settings, programme, database, rooms, guard, error pages."""

import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jinja2
from flask import Flask
from flask_babel import Babel
from flask_migrate import Migrate
from sqlalchemy import NullPool, create_engine, inspect, select
from sqlalchemy.exc import OperationalError

from portal import programme
from portal.accounts.models import User
from portal.accounts.passwords import Passwords
from portal.accounts.secrets import link_secret
from portal.config import Settings, SettingsError, production_faults, read_settings, stop_with
from portal.db import db, engine_options, prepare_engine
from portal.joining.ages import provider
from portal.mail import outbox
from portal.storage.scanner import Scanner
from portal.storage.store import Disk
from portal.web import access, assets, error_pages, security, speech, ui

MIGRATIONS = Path(__file__).parent.parent / "migrations"


class Portal(Flask):
    """Flask that need not ask each function of each request whether it is asynchronous: none of ours is."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Take a function as it is."""
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """Build the portal; a fault in settings or programme ends the process with plain lines."""
    settings = settings or _settings()
    faults = production_faults(settings) + _use_programme(settings.programme_path) + _writable(settings.data_dir)
    if not settings.is_demo:
        faults += _demo_people(settings)
    if faults:
        stop_with(faults)
    app = Portal("portal", static_folder=None)
    app.jinja_environment = ui.Environment
    app.extensions["settings"] = settings
    app.extensions["store"] = Disk(settings.data_dir / "files")
    app.extensions["scanner"] = Scanner(settings.scanner) if settings.scanner else None
    app.extensions["passwords"] = Passwords(settings)
    outbox.use_secrets(app, lambda token_id: link_secret(token_id, settings.secret))
    app.jinja_env.undefined = jinja2.StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    security.secure(app, settings)
    _open_database(app, settings)
    Babel(app, locale_selector=speech.chosen, timezone_selector=ui.zone)
    ui.furnish(app)
    security.add_headers(app, settings)
    _open_rooms(app, settings)
    error_pages.draw_errors(app)
    assets.serve(app, settings.data_dir / "assets")
    return app


def _settings() -> Settings:
    try:
        return read_settings()
    except SettingsError as error:
        stop_with(error.faults)
        raise


def _use_programme(path: Path) -> list[str]:
    try:
        programme.use(programme.load(path))
        if programme.current().joining.checks_age:
            provider()
        if programme.current().claims.evidence_pdf and find_spec("pypdfium2") is None:
            return [f"{path.name}: claims, evidence_pdf: needs the extra of that name: install member-portal[pdf]"]
    except programme.ProgrammeError as error:
        return [f"{path.name}: {fault}" for fault in error.faults]
    return []


def _writable(folder: Path) -> list[str]:
    """Make the data folder; give one line when we may not write there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return []
    except OSError as error:
        return [f"cannot write to the data folder {folder}: {error.strerror}. Set PORTAL_DATA_DIR to another one"]


def _demo_people(settings: Settings) -> list[str]:
    """Refuse a database in which everybody knows somebody's password; asked before there is an app."""
    engine = create_engine(settings.database, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            people = inspect(connection).has_table(User.__tablename__)
            if people and connection.scalar(select(User.id).where(User.is_demo).limit(1)) is not None:
                return ["the database holds demo people, whose password everybody knows: use another database"]
    except OperationalError as error:
        return [f"cannot open the database: {error.orig}"]
    return []


def _open_database(app: Flask, settings: Settings) -> None:
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database),
    )
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    with app.app_context():
        prepare_engine(db.engine)


def _open_rooms(app: Flask, settings: Settings) -> None:
    from portal import cli, rooms  # noqa: PLC0415 - the rooms need the database object first

    access.guard(app, rooms.doorkeeper())
    security.check_forgery(app, access.takes_signature)
    rooms.open_all(app, settings)
    cli.register(app)
