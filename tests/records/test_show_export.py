"""The page of copies: asked for, watched, fetched; by their owner and by nobody else."""

from datetime import timedelta

import pytest
import time_machine

from portal.accounts.rules import MemberState
from portal.audit.models import AuditEvent, AuditPersonal
from portal.clock import now
from portal.db import db
from portal.records import sweeps
from portal.records.rules import CopyState
from portal.records.service import copies
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.cast import PASSWORD
from tests.records.reading import ask, downloaded, exports_of, fetched


def test_member_asks_and_is_told_that_it_is_being_made(site, asha):
    page = ask(site, asha)

    assert page.h1 == "A copy of your data"
    assert page.texts("h2") == ["Your copy is being made"]
    assert page.has("progress")
    assert not page.has('[action$="/you/export"]')


def test_the_page_looks_again_by_itself_while_the_copy_is_made_and_then_rests(site, asha):
    waiting = ask(site, asha).find("#copy")
    part = site.as_(asha).open(str(waiting.attrs["hx-get"]), as_fragment=True)
    assert waiting.attrs["hx-trigger"] == part.find("#copy").attrs["hx-trigger"] == "every 2s"

    sweeps.make_copies(now())
    done = site.as_(asha).open(str(waiting.attrs["hx-get"]), as_fragment=True)

    assert "hx-trigger" not in done.find("#copy").attrs
    assert done.texts("h2") == ["Your copy is ready"]


def test_the_page_says_how_many_parts_are_written(site, asha):
    ask(site, asha)
    with unit_of_work():
        job = copies.take(at=now())
        copies.note(job, done=7, parts=18, at=now())

    page = site.as_(asha).open("records.show_export")

    assert "7 of 18 parts are written." in page.text
    assert (page.find("progress").attrs["value"], page.find("progress").attrs["max"]) == ("7", "18")


def test_a_letter_says_that_the_copy_is_ready_and_leads_to_its_page(site, asha):
    ask(site, asha)
    assert site.letters == []

    sweeps.make_copies(now())

    (letter,) = site.letters
    assert (letter.to, letter.subject) == (asha.email, "Your copy of your data is ready")
    assert "https://club.example/you/export\n" in letter.text.replace("\r", "")
    assert site.as_(asha).open("/you/export").texts("h2") == ["Your copy is ready"]


def test_what_is_fetched_is_a_file_that_no_browser_opens_or_keeps(site, asha):
    ask(site, asha)
    sweeps.make_copies(now())
    (row,) = exports_of(asha)

    answer = site.as_(asha).open("records.download_export", export_id=row.id, proofread=False).response

    assert answer.headers["Content-Disposition"] == f'attachment; filename="The Club-{row.asked_at:%Y-%m-%d}.zip"'
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "application/zip"
    assert len(answer.get_data()) == row.size == int(answer.headers["Content-Length"])


def test_nobody_else_fetches_a_copy(site, asha, bruno, casey, omar):
    ask(site, asha)
    sweeps.make_copies(now())
    (row,) = exports_of(asha)

    for other in (bruno, casey, omar):
        site.as_(other).open("records.download_export", export_id=row.id, status=404)
    assert site.open("records.download_export", export_id=row.id).h1 == "Sign in"
    assert downloaded(site, asha).namelist()


def test_a_copy_on_its_way_cannot_be_fetched_yet(site, asha):
    ask(site, asha)
    (row,) = exports_of(asha)

    site.as_(asha).open("records.download_export", export_id=row.id, status=404)


def test_a_copy_is_gone_after_seven_days_with_its_file(site, asha):
    ask(site, asha)
    sweeps.make_copies(now())
    (row,) = exports_of(asha)
    store = site.app.extensions["store"]
    assert row.ready_at is not None
    ends = row.ready_at + timedelta(days=7)

    sweeps.delete_copies(ends - timedelta(seconds=1))
    assert store.exists(row.storage_key)
    with time_machine.travel(ends, tick=False):
        site.as_(asha).open("records.download_export", export_id=row.id, status=404)
        assert sweeps.delete_copies(ends) == 1
        page = site.as_(asha).open("records.show_export")

    (row,) = exports_of(asha)
    assert (row.state, store.exists(row.storage_key)) == (CopyState.GONE, False)
    assert "has been deleted" in page.text
    assert page.has('[action$="/you/export"]')


def test_a_newer_copy_takes_the_place_of_the_older_one(site, asha):
    fetched(site, asha)
    site.as_(asha).open("records.show_export").submit("Make a new copy")
    sweeps.make_copies(now())
    sweeps.delete_copies(now())

    older, newer = exports_of(asha)
    store = site.app.extensions["store"]
    assert [row.state for row in (older, newer)] == [CopyState.GONE, CopyState.READY]
    assert [store.exists(row.storage_key) for row in (older, newer)] == [False, True]


def test_asking_twice_makes_one_copy(site, asha):
    page = site.as_(asha).open("records.show_export")
    page.submit("Make my copy")
    page.submit("Make my copy")

    assert len(exports_of(asha)) == 1


def test_the_fourth_copy_of_a_day_is_refused_and_the_page_says_when(site, asha):
    for _ in range(3):
        site.as_(asha).open("records.show_export").submit(form='form[hx-post$="/you/export"]')
        sweeps.make_copies(now())

    page = site.as_(asha).open("records.show_export").submit(form='form[hx-post$="/you/export"]', status=429)

    assert "You have asked often today" in page.text
    assert len(exports_of(asha)) == 3


def test_asking_and_fetching_stand_in_the_log(site, asha):
    fetched(site, asha)

    (row,) = exports_of(asha)
    lines = db.session.query(AuditEvent).filter_by(thing="export").order_by(AuditEvent.at).all()
    assert [(line.verb, line.actor_id, line.about_id, line.thing_id) for line in lines] == [
        ("export_asked", asha.user_id, asha.user_id, str(row.id)),
        ("export_taken", asha.user_id, asha.user_id, str(row.id)),
    ]
    assert db.session.get(AuditPersonal, lines[0].id).address


@pytest.mark.parametrize("state", [MemberState.PENDING_EMAIL, MemberState.PENDING_AGE, MemberState.SUSPENDED])
def test_a_member_who_cannot_use_the_club_still_gets_their_data(site, state):
    mira = factories.a_member(state=state)

    assert "read-me.txt" in fetched(site, mira).namelist()


def test_staff_without_a_membership_have_no_such_page(site, casey):
    site.as_(casey).open("records.show_export", status=404)


def test_a_copy_that_could_not_be_made_is_owned_up_to(site, asha):
    ask(site, asha)
    with unit_of_work():
        copies.give_up(copies.take(at=now()))

    page = site.as_(asha).open("records.show_export")

    assert "Your copy could not be made" in page.text
    page.submit("Make a new copy")
    assert [row.state for row in exports_of(asha)] == [CopyState.FAILED, CopyState.ASKED]


def test_asking_and_fetching_ask_again_who_is_there(site, asha):
    ask(site, asha)
    sweeps.make_copies(now())
    (row,) = exports_of(asha)
    browser = site.as_(asha)
    page = browser.open("records.show_export")

    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        assert browser.open("records.download_export", export_id=row.id).h1 == "Is it still you?"
        assert page.submit("Make a new copy").h1 == "Is it still you?"

    assert len(exports_of(asha)) == 1


def test_who_is_asked_first_comes_back_to_the_page_with_the_file_on_it(site, asha):
    ask(site, asha)
    sweeps.make_copies(now())
    browser = site.as_(asha)
    file = browser.open("records.show_export").find('a[href$="/file"]').attrs["href"]

    with time_machine.travel(now() + timedelta(minutes=10), tick=False):
        asked = browser.open(file)
        back = asked.submit(password=PASSWORD)

        assert (asked.h1, back.path) == ("Is it still you?", "/you/export")
        assert browser.send("GET", file, proofread=False).response.mimetype == "application/zip"
