"""What every test may ask for: an app on either database, its session, the proof-reading client, and the cast."""

import shutil
from collections.abc import Iterator
from functools import cache

import pytest
from flask import Flask
from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session

from portal.app import create_app
from portal.db import db
from portal.storage.store import Disk
from tests import factories, servers
from tests.cast import Person
from tests.servers import Database
from tests.site import Site
from tests.watch import one_at_a_time, rolled_back, watch_sessions

pytest_plugins = ["tests.strictness"]

# All sessions of a test share one connection: their commits end savepoints of its transaction.
db.session.session_factory.configure(join_transaction_mode="create_savepoint")


@pytest.fixture(params=servers.KINDS)
def database(request: pytest.FixtureRequest) -> Database:
    """The test runs once on each database; each test process has its own copy."""
    return servers.worker_database(request.param)


@pytest.fixture
def app(database: Database) -> Iterator[Flask]:
    """A portal whose writes are undone after the test, those it commits included, and whose store is empty."""
    portal = _built_app(database)
    files = portal.extensions["settings"].data_dir / "files"
    shutil.rmtree(files, ignore_errors=True)
    portal.extensions["store"] = Disk(files)
    with rolled_back(portal):
        yield portal


@pytest.fixture
def session(app: Flask) -> Iterator[scoped_session[Session]]:
    """The test's own session, in an app context of its own."""
    with app.app_context(), one_at_a_time(db.session()):
        yield db.session


@pytest.fixture
def site(app: Flask, session: scoped_session[Session]) -> Site:
    """A browser nobody is signed in with."""
    return Site(app, app.extensions["left_behind"])


@pytest.fixture
def free_app(database: Database) -> Iterator[Flask]:
    """A portal on a database of its own whose commits are real, for tests with threads and processes."""
    with servers.fresh_database(database.kind) as own, servers.app_on(own) as portal, portal.app_context():
        yield portal


@pytest.fixture
def asha(session: scoped_session[Session]) -> Person:
    return factories.a_member("Asha Rahman")


@pytest.fixture
def bruno(session: scoped_session[Session]) -> Person:
    return factories.a_member("Bruno Keller")


@pytest.fixture
def casey(session: scoped_session[Session]) -> Person:
    return factories.an_agent("Casey Walsh")


@pytest.fixture
def noor(session: scoped_session[Session]) -> Person:
    return factories.an_agent("Noor Haddad")


@pytest.fixture
def lena(session: scoped_session[Session]) -> Person:
    return factories.a_lead("Lena Fischer")


@pytest.fixture
def omar(session: scoped_session[Session]) -> Person:
    return factories.an_admin("Omar Said")


@pytest.fixture
def dana(session: scoped_session[Session]) -> Person:
    """An agent until last week: the account is there and disabled."""
    return factories.an_agent("Dana Cole", disabled=True)


@cache
def _built_app(database: Database) -> Flask:
    portal = create_app(servers.settings_for(database))
    portal.extensions["left_behind"] = watch_sessions(portal)
    return portal
