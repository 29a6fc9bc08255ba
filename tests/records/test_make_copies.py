"""What a copy holds, and that each one asked for is made once, whatever becomes of its maker."""

import csv
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from portal.claims.models import Claim
from portal.clock import now
from portal.db import db
from portal.mail.models import LetterRow
from portal.records import sweeps
from portal.records.models import Export
from portal.records.rules import CopyState
from portal.records.service import copies
from portal.records.service.copies import LEASE, MOST_TRIES, LostJob
from portal.storage.store import CouldNotKeep, Memory, new_key
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.records.filling import AMONG_STAFF, PRIVATE, SECRETS, fill
from tests.records.reading import ask, downloaded, everything, exports_of, fetched

MAKERS = 6


class FullStore(Memory):
    """A store without room."""

    def put(self, key, _content):
        raise CouldNotKeep(key)


def test_a_copy_holds_everything_the_member_gave_us_or_was_told(site, asha, bruno, casey):
    filled = fill(asha, bruno, casey)
    reference = db.session.get(Claim, filled.claim).reference

    package = fetched(site, asha)
    found = everything(package)

    assert {name for name, rows in found.items() if not rows} == set()
    (profile,) = found["profile"]
    assert (profile["name"], profile["email"], profile["number"], profile["birth_date"], profile["balance"]) == (
        "Asha Rahman",
        "asha@club.example",
        asha.number,
        "1985-04-12",
        180,
    )
    assert [row["email"] for row in found["addresses"]] == ["asha@work.example"]
    assert [row["old_email"] for row in found["address_changes"]] == ["old-asha@club.example"]
    assert [(row["points"], row["sequence"]) for row in found["points"]] == [(180, 1)]
    assert {(row["kind"], row["name"]) for row in found["second_steps"]} == {
        ("passkey", "Asha’s phone"),
        ("app", ""),
        ("recovery_code", ""),
    }
    assert {row["statement"] for row in found["claims"]} == {f"={PRIVATE}", f"draft of {PRIVATE}"}
    assert f"Dear Asha, {PRIVATE}" in [row["words"] for row in found["claims_thread"]]
    assert [row["subject"] for row in found["letters"]] == ["You reached Gold"]
    assert package.read(f"pictures/{reference}-1.jpg") == f"picture {filled.files[0]}".encode()
    assert asha.number in package.read("read-me.txt").decode()


def test_a_copy_holds_no_secret_nothing_among_staff_and_nothing_of_anybody_else(site, asha, bruno, casey):
    fill(bruno, asha, casey)
    fill_of_bruno = db.session.query(Claim).filter_by(member_id=bruno.member).all()
    db.session.rollback()
    asha_claim = factories.a_claim(asha, taken_by=casey)

    package = fetched(site, asha)
    text = "\n".join(package.read(name).decode() for name in package.namelist())

    assert asha_claim.reference in text
    for hidden in (
        *SECRETS,
        AMONG_STAFF,
        PRIVATE,
        "password_hash",
        "token",
        bruno.name,
        bruno.email,
        str(bruno.user_id),
        casey.name,
        "192.0.2.99",
        "Browser of the desk",
        *(claim.reference for claim in fill_of_bruno),
    ):
        assert hidden not in text, hidden


def test_secrets_of_ones_own_account_stay_out_of_the_copy_too(site, asha, bruno, casey):
    fill(asha, bruno, casey)

    package = fetched(site, asha)
    text = "\n".join(package.read(name).decode() for name in package.namelist() if name.endswith((".json", ".csv")))

    assert PRIVATE in text
    assert "Phone of Asha" in text
    for hidden in (*SECRETS, AMONG_STAFF, casey.name, bruno.email, "192.0.2.99", "Browser of the desk", "argon2"):
        assert hidden not in text, hidden


def test_a_formula_somebody_typed_is_not_run_by_a_spreadsheet(site, asha, bruno, casey):
    fill(asha, bruno, casey)

    package = fetched(site, asha)
    rows = list(csv.DictReader(io.StringIO(package.read("tables/claims.csv").decode("utf-8-sig"), newline="")))

    assert {row["statement"] for row in rows} == {f"'={PRIVATE}", f"draft of {PRIVATE}"}


def test_a_copy_whose_maker_was_killed_is_made_by_the_next(site, asha):
    ask(site, asha)
    at = now()
    with unit_of_work():
        killed = copies.take(at=at)
        copies.note(killed, done=5, parts=18, at=at)

    assert sweeps.make_copies(at + LEASE - timedelta(seconds=1)) == 0
    assert sweeps.make_copies(at + LEASE) == 1

    assert [row.state for row in exports_of(asha)] == [CopyState.READY]
    assert downloaded(site, asha).testzip() is None
    assert len(site.letters) == 1


def test_a_maker_that_lost_its_lease_cannot_finish(site, asha):
    ask(site, asha)
    at = now()
    with unit_of_work():
        slow = copies.take(at=at)
    sweeps.make_copies(at + LEASE)
    (row,) = exports_of(asha)

    sweeps._make(slow)

    assert len(site.letters) == 1
    assert exports_of(asha)[0].ready_at == row.ready_at
    assert downloaded(site, asha).testzip() is None


def test_of_two_who_hold_a_copy_only_the_later_may_write_it_down(site, asha):
    ask(site, asha)
    at = now()
    with unit_of_work():
        slow = copies.take(at=at)
        later = copies.take(at=at + LEASE)

    with pytest.raises(LostJob), unit_of_work():
        copies.note(slow, done=1, parts=18, at=at + LEASE)
    with pytest.raises(LostJob), unit_of_work():
        copies.finish(slow, size=1, keep=timedelta(days=7), at=at + LEASE)

    with unit_of_work():
        copies.finish(later, size=2, keep=timedelta(days=7), at=at + LEASE)
    assert [(row.state, row.size) for row in exports_of(asha)] == [(CopyState.READY, 2)]


def test_a_full_disk_is_tried_again_and_given_up_in_the_end(site, asha):
    ask(site, asha)
    at = now()
    kept = site.app.extensions["store"]
    site.app.extensions["store"] = FullStore()
    try:
        for turn in range(MOST_TRIES + 1):
            with time_machine.travel(at + turn * 2 * LEASE, tick=False):
                assert sweeps.make_copies(now()) == 0
            assert exports_of(asha)[0].state is (CopyState.ASKED if turn < MOST_TRIES else CopyState.FAILED)
    finally:
        site.app.extensions["store"] = kept

    assert site.letters == []


def test_a_file_that_no_copy_names_is_deleted_and_the_others_stay(site, asha):
    fetched(site, asha)
    store = site.app.extensions["store"]
    (row,) = exports_of(asha)
    stray = new_key(copies.FOLDER)
    store.put(stray, b"left behind")

    sweeps.delete_copies(now())

    assert [store.exists(key) for key in (stray, row.storage_key)] == [False, True]


def test_of_many_who_press_the_button_at_once_one_copy_comes(free_app):
    person = factories.a_member()

    start = threading.Barrier(MAKERS)

    def press(_: int) -> object:
        with free_app.app_context():
            start.wait()
            with unit_of_work():
                return copies.ask(person.user_id, at=now())

    with ThreadPoolExecutor(MAKERS) as pool:
        asked = list(pool.map(press, range(MAKERS)))

    assert len([one for one in asked if one]) == db.session.query(Export).count() == 1


def test_makers_side_by_side_make_each_copy_once(free_app):
    people = [factories.a_member() for _ in range(MAKERS)]
    with unit_of_work():
        for person in people:
            copies.ask(person.user_id, at=now())
    start = threading.Barrier(MAKERS)

    def work(_: int) -> int:
        with free_app.app_context():
            start.wait()
            try:
                return sweeps.make_copies(now())
            finally:
                db.session.remove()

    with ThreadPoolExecutor(MAKERS) as pool:
        done = list(pool.map(work, range(MAKERS)))

    assert sum(done) == MAKERS
    assert {row.state for row in db.session.query(Export)} == {CopyState.READY}
    assert {row.tries for row in db.session.query(Export)} == {1}
    assert db.session.query(LetterRow).filter_by(kind="export_ready").count() == MAKERS
