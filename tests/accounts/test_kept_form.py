"""A session that lapsed while somebody was writing: what they typed is there again after signing in."""

from datetime import timedelta
from io import BytesIO
from typing import BinaryIO

import pytest
import time_machine

from portal.accounts import sweeps
from portal.accounts.models import KeptForm
from portal.accounts.service.kept import LONGEST_KEPT, MOST_KEPT
from portal.clock import now
from portal.db import db
from portal.storage.store import CouldNotKeep, Memory, new_key
from tests import factories
from tests.cast import PASSWORD, Person
from tests.page import Page
from tests.site import Site

WORDS = "I ordered as a guest, “signed out” & with <b>my</b> work address."


def lapse_while_writing(site: Site, person: Person) -> Page:
    """Write a message on a claim and send it when the session has ended; give the sign-in page."""
    claim = factories.a_claim(by=person)
    with time_machine.travel(now() - timedelta(hours=3)):
        browser = site.as_(person)
        page = browser.open("claims.show_claim", reference=claim.reference)
    return page.submit("Send message", message=WORDS)


def test_words_are_there_again_after_signing_in(site: Site, asha: Person) -> None:
    page = lapse_while_writing(site, asha)
    assert "Nothing is lost" in page.text

    back = page.submit(email=asha.email, password=PASSWORD)

    assert back.path.startswith("/claims/C-")
    assert back.value("message") == WORDS
    sent = back.submit("Send message")
    assert WORDS in sent.text


def test_somebody_else_does_not_get_the_words(site: Site, asha: Person, bruno: Person) -> None:
    page = lapse_while_writing(site, asha)
    kept = db.session.query(KeptForm).one()

    page.site.remember(bruno)
    page.submit(email=bruno.email, password=PASSWORD, status=404)
    mine = site.as_(bruno).open(f"/claims/new?kept={kept.id}")
    assert WORDS not in mine.html


def test_words_are_kept_half_an_hour(site: Site, asha: Person) -> None:
    page = lapse_while_writing(site, asha)

    with time_machine.travel(now() + timedelta(minutes=31)):
        back = page.submit(email=asha.email, password=PASSWORD)
    assert back.value("message") == ""


def test_passwords_and_tokens_are_never_kept(site: Site, asha: Person) -> None:
    lapse_while_writing(site, asha)

    names = [name for name, _ in db.session.query(KeptForm).one().fields]
    assert names
    assert not [name for name in names if "csrf" in name or "password" in name]


def test_stranger_with_a_made_up_cookie_leaves_nothing_behind(site: Site) -> None:
    site.send("POST", "/claims/new", data={"kind": "missing"})

    assert db.session.query(KeptForm).count() == 0


def send_with_a_picture(site: Site, person: Person, words: str) -> None:
    """Send words and a picture when the session has ended."""
    claim = factories.a_claim(by=person)
    with time_machine.travel(now() - timedelta(hours=3)):
        browser = site.as_(person)
    data = {"message": words, "files": (BytesIO(b"a picture"), "receipt.png")}
    browser.send("POST", f"/claims/{claim.reference}/messages", data=data)


def test_full_store_loses_no_words(site: Site, asha: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(Memory):
        def put(self, key: str, _content: bytes | BinaryIO) -> None:
            raise CouldNotKeep(key)

    monkeypatch.setitem(site.app.extensions, "store", Full())
    send_with_a_picture(site, asha, WORDS)

    row = db.session.query(KeptForm).one()
    assert (dict(row.fields)["message"], row.files) == (WORDS, [])


def test_what_is_too_long_to_keep_leaves_no_file(site: Site, asha: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Memory()
    monkeypatch.setitem(site.app.extensions, "store", store)
    send_with_a_picture(site, asha, "x" * (LONGEST_KEPT + 1))

    assert db.session.query(KeptForm).count() == 0
    assert list(store.keys()) == []


def test_old_cookie_fills_nothing(site: Site, asha: Person) -> None:
    with time_machine.travel(now() - timedelta(hours=3)):
        browser = site.as_(asha)
    for number in range(MOST_KEPT + 2):
        browser.send("POST", "/claims/new", data={"kind": "missing", "reference": str(number)})

    assert db.session.query(KeptForm).count() == MOST_KEPT


def test_fragment_request_is_sent_to_sign_in_whole(site: Site, asha: Person) -> None:
    page = site.send("GET", "/claims", as_fragment=True, follow=False, status=401)

    assert page.response.headers["HX-Redirect"].startswith("/sign-in?next=")


def test_files_of_a_killed_request_are_swept_when_their_day_is_over(
    site: Site, asha: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Memory()
    monkeypatch.setitem(site.app.extensions, "store", store)
    send_with_a_picture(site, asha, WORDS)
    (kept,) = [file["key"] for file in db.session.query(KeptForm).one().files]
    orphans = [new_key(f"kept/{day}") for day in (f"{now():%Y-%m-%d}", "2026-01-05")]
    for key in orphans:
        store.put(key, b"left behind")

    sweeps.clean_up(now())
    assert [store.exists(key) for key in (kept, *orphans)] == [True, True, False]

    sweeps.clean_up(now() + timedelta(days=3))
    assert list(store.keys("kept/")) == []
