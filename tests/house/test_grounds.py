"""The ground the tests stand on: each database is real, and no test sees what another one wrote."""

import contextvars
import threading

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select, text

from portal.accounts.models import User
from portal.db import db
from portal.unit_of_work import unit_of_work
from tests import factories, servers
from tests.cast import Person

THREADS = 8


def in_a_context_of_its_own(app: Flask, rename: Person, name: str) -> None:
    def write() -> None:
        with app.app_context(), unit_of_work():
            db.session.get_one(User, rename.user_id).name = name

    contextvars.Context().run(write)


def fail_halfway(rename: Person) -> None:
    with unit_of_work():
        db.session.get_one(User, rename.user_id).name = "Nobody"
        db.session.flush()
        raise ZeroDivisionError


def test_database_is_the_one_the_test_is_named_after(database, session):
    version = "SELECT sqlite_version()" if database.kind == "sqlite" else "SHOW server_version"

    assert db.engine.dialect.name == database.kind
    assert session.scalar(text(version)).startswith("3." if database.kind == "sqlite" else "18")


@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_a_test_commits_is_gone_in_the_next(turn, session):
    assert session.scalar(select(func.count()).select_from(User)) == 0
    factories.a_member("Asha Rahman")
    assert session.scalar(select(func.count()).select_from(User)) == 1


def test_commit_of_a_request_outlives_a_rollback_of_the_test(app, session, asha):
    seen = session.get_one(User, asha.user_id)
    assert seen.name == "Asha Rahman"

    in_a_context_of_its_own(app, asha, "Asha Rahman-Lee")
    with unit_of_work():
        pass
    session.rollback()

    assert seen.name == "Asha Rahman-Lee"


def test_rollback_of_a_request_leaves_what_the_test_wrote(app, session, asha):
    with app.app_context(), pytest.raises(ZeroDivisionError):
        fail_halfway(asha)

    assert session.get_one(User, asha.user_id).name == "Asha Rahman"


def test_threads_write_to_a_free_app_at_once(free_app):
    def join(number: int) -> None:
        with free_app.app_context():
            factories.a_member(f"Member {number}", email=f"member{number}@club.example")

    threads = [threading.Thread(target=join, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert db.session.scalar(select(func.count()).select_from(User)) == THREADS


def test_plain_role_may_not_create_databases():
    database = servers.worker_database("postgresql")

    with (
        psycopg.connect(database.url, autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE DATABASE mine")
