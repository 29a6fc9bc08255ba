"""A picture that comes in parts over a bad line: it goes on where it broke off, and is one picture in the end."""

import hashlib
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from portal.accounts.models import UserSession
from portal.claims import sweeps
from portal.claims.models import Upload, UploadPart
from portal.claims.service import drafts, parts
from portal.claims.service.parts import Elsewhere, Part
from portal.clock import now
from portal.db import db
from portal.storage.store import CouldNotKeep, Memory
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.cast import Person
from tests.claims.drafting import at_pictures, the_claim
from tests.claims.uploading import pictures_of, store_of
from tests.page import Page
from tests.pictures import encoded, phone_screenshot
from tests.site import Site
from tests.together import together

KEY = "0123456789abcdef" * 2
PART = 64 * 1024


@pytest.fixture(scope="module")
def photo() -> bytes:
    """A picture of a good many parts."""
    return encoded(phone_screenshot(), "PNG")


def send(
    site: Site,
    person: Person,
    content: bytes,
    offset: int,
    size: int | None = PART,
    *,
    status: int,
    key: str = KEY,
    reference: str = "",
    **fields: str,
) -> Page:
    """Send one part as js/upload.js does; no size asks how far the file came."""
    browser = site.as_(person)
    sending = {} if size is None else {"file": (BytesIO(content[offset : offset + size]), "order.png")}
    data = {
        "csrf_token": browser.open("claims.show_claims").token,
        "key": key,
        "offset": str(offset),
        "total": str(len(content)),
        "sha256": hashlib.sha256(content).hexdigest(),
        "name": "order.png",
        **sending,
        **fields,
    }
    return browser.send(
        "POST",
        f"/claims/{reference or the_claim().reference}/evidence",
        data=data,
        content_type="multipart/form-data",
        headers={"X-Requested-With": "upload"},
        status=status,
    )


def stands(page: Page) -> int:
    return int(page.response.headers["Upload-Offset"])


def left(site: Site) -> tuple[int, int, list[str]]:
    """Count what is left of files on their way: rows, rows of parts, files."""
    db.session.expire_all()
    counts = db.session.query(Upload).count(), db.session.query(UploadPart).count()
    return (*counts, list(store_of(site).keys("parts/")))


def test_picture_goes_on_where_it_broke_off(site: Site, asha: Person, photo: bytes) -> None:
    at_pictures(site, asha)
    assert stands(send(site, asha, photo, 0, status=202)) == PART
    # The answer was lost: the browser asks, and goes on from there.
    at = stands(send(site, asha, photo, 0, None, status=202))
    while at + PART < len(photo):
        at = stands(send(site, asha, photo, at, status=202))

    row = send(site, asha, photo, at, status=201)

    (picture,) = pictures_of()
    assert row.has("li[data-kept]")
    assert (picture.sha256, picture.file_name) == (hashlib.sha256(photo).hexdigest(), "order.png")
    assert left(site) == (0, 0, [])
    # The last answer was lost as well: the same picture, and no other.
    assert send(site, asha, photo, 0, None, status=201).html == row.html
    assert len(pictures_of()) == 1


def test_part_that_does_not_come_next_is_told_where_the_file_stands(site: Site, asha: Person, photo: bytes) -> None:
    at_pictures(site, asha)

    assert stands(send(site, asha, photo, PART, status=409)) == 0
    send(site, asha, photo, 0, status=202)
    assert stands(send(site, asha, photo, 0, status=409)) == PART
    assert stands(send(site, asha, photo, PART * 3, status=409)) == PART
    assert left(site)[:2] == (1, 1)
    assert len(left(site)[2]) == 1


@pytest.mark.parametrize(
    ("offset", "size", "lie", "words"),
    [
        (0, 1, {}, "did not arrive as it was sent"),
        (0, PART, {"total": str(PART - 1)}, "did not arrive as it was sent"),
        (0, PART, {"total": str(12 * 1024 * 1024 + 1)}, "larger than 12 MB"),
        (0, PART, {"total": "9" * 4000}, "larger than 12 MB"),
        (0, PART, {"total": "-5"}, "larger than 12 MB"),
        (PART, PART, {"total": str(PART * 3)}, "did not arrive as it was sent"),
        (PART, PART, {"sha256": "a" * 64}, "did not arrive as it was sent"),
    ],
    ids="tiny short large endless negative other-total other-file".split(),
)
def test_lies_about_a_part_keep_nothing(
    site: Site, asha: Person, photo: bytes, offset: int, size: int, lie: dict[str, str], words: str
) -> None:
    at_pictures(site, asha)
    if offset:
        send(site, asha, photo, 0, status=202)
    before = left(site)

    row = send(site, asha, photo, offset, size, status=422, **lie)

    assert words in row.text
    assert "order.png" in row.text
    assert left(site) == before


def test_whole_that_is_not_what_was_promised_begins_anew(site: Site, asha: Person, photo: bytes) -> None:
    at_pictures(site, asha)
    short = photo[: PART + 10]
    send(site, asha, short, 0, status=202, sha256="b" * 64)

    assert stands(send(site, asha, short, PART, status=409, sha256="b" * 64)) == 0
    assert stands(send(site, asha, short, 0, len(short), status=409, sha256="b" * 64)) == 0
    assert left(site) == (0, 0, [])
    assert pictures_of() == []


def test_what_is_no_picture_is_refused_once_it_is_whole(site: Site, asha: Person) -> None:
    at_pictures(site, asha)
    words = b"just words " * 9000

    send(site, asha, words, 0, status=202)
    row = send(site, asha, words, PART, status=422)

    assert "This is a text." in row.text
    assert left(site) == (0, 0, [])


def test_parts_of_somebody_elses_claim_are_nowhere(site: Site, asha: Person, bruno: Person, photo: bytes) -> None:
    at_pictures(site, asha)
    send(site, asha, photo, 0, status=202)

    for size in (None, PART):
        send(site, bruno, photo, PART if size else 0, size, status=404)
    # The same key on a claim of one's own is another file.
    own = factories.a_claim(bruno, waiting=False)
    own.step = 3
    db.session.commit()
    assert stands(send(site, bruno, photo, 0, None, status=202, reference=own.reference)) == 0


def test_picture_that_was_sent_comes_into_no_form_again(site: Site, asha: Person, photo: bytes) -> None:
    at_pictures(site, asha)
    send(site, asha, photo, 0, len(photo), status=201)
    form = site.as_(asha).open("claims.show_evidence", reference=the_claim().reference)
    form.submit("Continue").submit("Send the claim")

    # A browser whose answer was lost asks on the claim's page.
    assert send(site, asha, photo, 0, None, status=410).text == ""
    assert len(pictures_of()) == 1


def test_full_disk_counts_nothing_and_goes_on_later(
    site: Site, asha: Person, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_pictures(site, asha)
    send(site, asha, photo, 0, status=202)

    class Full(Memory):
        def put(self, key: str, _content: Any) -> None:
            raise CouldNotKeep(key)

    with monkeypatch.context() as patch:
        patch.setitem(site.app.extensions, "store", Full())
        row = send(site, asha, photo, PART, status=503)
    assert "that is our fault" in row.text
    assert stands(send(site, asha, photo, PART, status=202)) == 2 * PART


def test_ten_files_of_a_claim_are_on_their_way_at_most(site: Site, asha: Person, photo: bytes) -> None:
    at_pictures(site, asha)
    for number in range(10):
        send(site, asha, photo, 0, status=202, key=f"{number:032x}")

    assert "Remove one first" in send(site, asha, photo, 0, status=422).text
    assert stands(send(site, asha, photo, PART, status=202, key=f"{3:032x}")) == 2 * PART


def test_lapsed_session_keeps_no_part_and_the_file_goes_on_after_signing_in(
    site: Site, asha: Person, photo: bytes
) -> None:
    at_pictures(site, asha)
    send(site, asha, photo, 0, status=202)
    browser = site.as_(asha)
    token = browser.open("claims.show_claims").token
    db.session.query(UserSession).update({"idle_until": now() - timedelta(minutes=1)})
    db.session.commit()

    answer = browser.send(
        "POST",
        f"/claims/{the_claim().reference}/evidence",
        data={"csrf_token": token, "key": KEY, "offset": str(PART), "file": (BytesIO(photo[PART:]), "order.png")},
        content_type="multipart/form-data",
        headers={"X-Requested-With": "upload"},
        follow=False,
        status=401,
    )

    assert "/sign-in" in answer.response.headers["HX-Redirect"]
    assert "kept=" not in answer.response.headers["HX-Redirect"]
    assert stands(send(site, asha, photo, PART, status=202)) == 2 * PART


def test_draft_thrown_away_takes_its_parts_along(site: Site, asha: Person, photo: bytes) -> None:
    at_pictures(site, asha)
    send(site, asha, photo, 0, status=202)

    with unit_of_work():
        files = drafts.discard(the_claim().id)

    assert files == list(store_of(site).keys("parts/"))
    assert left(site)[:2] == (0, 0)


def test_sweep_drops_what_never_became_whole(site: Site, asha: Person, photo: bytes) -> None:
    at_pictures(site, asha)
    send(site, asha, photo, 0, status=202)
    store_of(site).put("parts/2026-01-01/aa/bb/orphan", b"left by a killed process")

    assert sweeps.drop_unfinished(now() + timedelta(hours=23)) == 1
    assert left(site)[0] == 1
    assert sweeps.drop_unfinished(now() + timedelta(hours=25)) == 1
    assert left(site) == (0, 0, [])


def test_same_part_at_once_counts_once(free_app: Flask) -> None:
    claim_id = factories.a_claim(factories.a_member("Mira Novak"), waiting=False).id
    part = Part(key=KEY, total=PART * 2, begins_at=0, content=bytes(PART))
    with unit_of_work():
        parts.expect(claim_id, part, at=now())
    added: list[int] = []
    told: list[int] = []

    def add(number: int) -> None:
        try:
            with unit_of_work():
                parts.add(claim_id, part, f"parts/2026-11-23/aa/bb/{number}")
            added.append(number)
        except Elsewhere as elsewhere:
            told.append(elsewhere.received)

    assert together(free_app, [partial(add, number) for number in range(6)]) == []
    assert (len(added), told) == (1, [PART] * 5)
    assert [part.storage_key[-1] for part in db.session.query(UploadPart)] == [str(added[0])]
