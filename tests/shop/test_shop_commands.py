"""Systems and their keys, from the command line: a key is shown once, and what it opens is theirs alone."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.clock import now
from portal.db import db
from portal.shop.models import ApiKey
from portal.unit_of_work import unit_of_work
from tests.shop.signing import Shop, a_purchase

SECRET = re.compile(r"whsec_[A-Za-z0-9+/]+=*")


@pytest.fixture
def run(app, session):
    def run(*words: str, fails: bool = False) -> str:
        done = app.test_cli_runner().invoke(args=["shop", *words])
        assert bool(done.exit_code) == fails, done.output
        return str(done.output)

    return run


def key_in(output: str) -> str:
    (secret,) = SECRET.findall(output)
    return str(secret)


def statuses(app, *secrets: str) -> list[int]:
    return [Shop(app, "shop", secret).send(a_purchase()).status_code for secret in secrets]


def test_system_is_let_in_changes_its_key_and_is_shut_out(app, run):
    first = key_in(run("add", "The shop", "--source", "shop"))
    told = run("key", "shop", "--overlap-days", "3")
    second = key_in(told)

    assert f"opens until {now() + timedelta(days=3):%Y-%m-%d}" in told
    assert statuses(app, first, second) == [200, 200]
    listed = run("list")
    assert "shop  The shop  cancellation, earn, redemption, return  2 keys, the older until 20" in listed
    assert f"until {now() + timedelta(days=3):%Y-%m-%d}" in listed
    assert run("disable", "shop") == "shop is shut out.\n"
    assert run("disable", "shop") == "shop is shut out already.\n"
    assert statuses(app, first, second) == [401, 401]
    assert "shut out 20" in run("list")
    verbs = db.session.scalars(select(AuditEvent.verb).where(AuditEvent.thing == "api_client")).all()
    assert sorted(verbs) == ["client_added", "client_disabled", "key_made", "key_made"]


def test_key_that_leaked_opens_no_more_from_the_moment_a_new_one_is_made(app, run):
    old = [key_in(run("add", "The shop", "--source", "shop")), key_in(run("key", "shop"))]

    new = key_in(run("key", "shop", "--overlap-days", "0"))

    assert statuses(app, *old, new) == [401, 401, 200]
    assert "1 keys  last used" in run("list")


def test_key_stands_nowhere_in_the_clear(app, run):
    secret = key_in(run("add", "The shop", "--source", "shop"))

    kept = db.session.scalars(select(ApiKey)).one()
    assert secret.encode() not in kept.sealed
    assert not SECRET.search(run("list"))


def test_key_sealed_for_one_row_opens_in_no_other(app, run):
    keys = [key_in(run("add", "A shop", "--source", name)) for name in ("shop", "till")]
    with unit_of_work():
        one, other = db.session.scalars(select(ApiKey))
        one.sealed, other.sealed = other.sealed, one.sealed

    assert statuses(app, *keys) == [401, 401]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "Again", "--source", "shop"), "shop is there already"),
        (("add", "Us", "--source", "portal"), "and not portal"),
        (("add", "Odd", "--source", "The Shop"), "2 to 40 of a-z"),
        (("add", " ", "--source", "till"), "say what it is"),
        (("add", "Odd", "--source", "till", "--kind", "gift"), "is not one of"),
        (("key", "nobody"), "no system is called nobody"),
        (("disable", "nobody"), "no system is called nobody"),
    ],
)
def test_what_cannot_be_is_refused_in_plain_words(run, words, said):
    run("add", "The shop", "--source", "shop")

    assert said in run(*words, fails=True)
