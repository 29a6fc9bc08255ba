"""`flask doctor` derives every cached figure again, reports what differs, and mends nothing."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from portal import doctor
from portal.clock import now
from portal.db import db
from portal.mail.models import LetterRow
from tests import factories
from tests.cast import Person
from tests.site import Site


def faults() -> dict[str, str]:
    return {finding.name: finding.words for finding in doctor.examine(at=now()) if not finding.is_fine}


def test_sound_books_have_no_faults(site: Site, asha: Person) -> None:
    factories.an_entry(asha, points=1500)
    factories.an_entry(asha, points=-200)

    assert faults() == {}


def test_drifted_balance_is_reported_and_left(site: Site, asha: Person) -> None:
    factories.an_entry(asha, points=100)
    db.session.execute(text("UPDATE account SET balance = balance + 7"))

    assert list(faults()) == ["cached balances"]
    assert f"member {asha.member_id}: balance 107 but entries say 100" in faults()["cached balances"]
    assert db.session.scalar(text("SELECT balance FROM account WHERE balance > 0")) == 107


def test_drifted_status_points_are_reported(site: Site, asha: Person) -> None:
    factories.an_entry(asha, points=100)
    db.session.execute(text("UPDATE account SET status_points = 1600 WHERE balance > 0"))

    assert set(faults()) == {"cached balances", "tiers"}


def test_wrong_tier_is_reported(site: Site, asha: Person) -> None:
    factories.an_entry(asha, points=1500)
    db.session.execute(text("UPDATE tier_span SET tier = 'platinum' WHERE until IS NULL"))

    assert "platinum with 1500 status points" in faults()["tiers"]


def test_gap_in_a_sequence_is_reported(site: Site, asha: Person) -> None:
    factories.an_entry(asha, points=100)
    db.session.execute(text("UPDATE account SET sequence = 2 WHERE balance > 0"))

    assert list(faults()) == ["sequences"]


def test_dead_and_late_letters_are_reported(site: Site) -> None:
    at = now() - timedelta(hours=1)
    common = {"kind": "decoy", "recipient": "a@b.example", "locale": "en_GB", "facts": {}, "created_at": at}
    db.session.add(LetterRow(**common, next_try_at=at, state="dead"))
    db.session.add(LetterRow(**common, next_try_at=at))
    db.session.flush()

    assert faults()["letters"].startswith("1 waiting, 1 given up")


def test_missing_trigger_is_reported(free_app: Flask) -> None:
    place = "" if db.engine.dialect.name == "sqlite" else " ON entry"
    with db.engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER entry_no_delete{place}"))

    assert "entry_no_delete" in faults()["append-only triggers"]


@pytest.mark.usefixtures("session")
def test_command_ends_with_status_one_on_a_fault(app: Flask, asha: Person) -> None:
    sound = app.test_cli_runner().invoke(args=["doctor"])
    factories.an_entry(asha, points=100)
    db.session.execute(text("UPDATE account SET balance = balance + 7"))
    db.session.commit()
    drifted = app.test_cli_runner().invoke(args=["doctor"])

    assert (sound.exit_code, drifted.exit_code) == (0, 1)
    assert "FAULT  cached balances" in drifted.output
