"""What the bench stands on: a portal with the demo club, people signed in, and a bare Flask beside it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from portal import demo, serving
from portal.accounts.models import User
from portal.accounts.rules import Factor, Role
from portal.accounts.service import devices, sessions
from portal.app import create_app
from portal.clock import now
from portal.config import Mode, Settings
from portal.db import db
from portal.unit_of_work import unit_of_work

BASE_URL = "https://club.example"
BARE_BYTES = 8192


@dataclass(slots=True)
class Ground:
    """A seeded portal for one bench."""

    app: Flask
    settings: Settings

    def client(self, email: str) -> FlaskClient:
        """Give a browser in which somebody has just signed in."""
        client = self.app.test_client()
        with self.app.app_context():
            person = db.session.execute(select(User.id, User.role).where(User.email_canonical == email)).one()
            with unit_of_work():
                begun = sessions.begin(
                    person.id,
                    Role(person.role),
                    keep=False,
                    address="",
                    device="bench",
                    at=now(),
                    factor=Factor.PASSKEY,
                )
                known = devices.remember(person.id, "", device="bench", at=now())
        client.set_cookie("__Host-device", known.token, domain="club.example", secure=True, httponly=True)
        with client.session_transaction(base_url=BASE_URL) as cookie:
            cookie["_user_id"] = begun.token
        return client


@contextmanager
def ground(*, members: int = 400, claims: int = 150, database_url: str = "") -> Iterator[Ground]:
    """Build and seed a portal in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        settings = Settings(
            mode=Mode.DEMO,
            base_url=BASE_URL,
            secret_key="the bench signs with this and nobody else does",  # noqa: S106
            data_dir=Path(folder),
            database_url=database_url,
        )
        app = create_app(settings)
        with app.app_context():
            serving.bring_up_to_date()
            demo.seed(settings, at=now(), members=members, claims=claims)
        yield Ground(app, settings)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def bare_flask() -> FlaskClient:
    """Give a client of the smallest Flask app there is: one view, 8 KB of text."""
    app = Flask("bare")
    body = "x" * BARE_BYTES

    @app.get("/")
    def show() -> str:
        return body

    return app.test_client()


@contextmanager
def counting_statements(app: Flask) -> Iterator[list[str]]:
    """Collect the SQL statements that run meanwhile."""
    seen: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def quiet() -> None:
    """Let nothing but the table be printed."""
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
