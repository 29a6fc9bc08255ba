"""Pictures on their way in: each on its own by script, all with the form without it."""

import hashlib
import secrets

import pytest

from portal.db import db
from portal.storage.store import CouldNotKeep
from tests import factories, hostile_pictures
from tests.cast import Person
from tests.claims.drafting import at_pictures, the_claim
from tests.claims.uploading import FILM, pictures_of, small, store_of, upload
from tests.pictures import PLACE, corners, encoded, phone_screenshot
from tests.site import Site


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIC"])
def test_phone_screenshot_becomes_a_clean_picture(site: Site, asha: Person, kind: str) -> None:
    at_pictures(site, asha)
    sent = encoded(phone_screenshot(), kind, private=kind != "PNG")

    row = upload(site, asha, sent, f"order.{kind.lower()}")

    (picture,) = pictures_of()
    kept = store_of(site).get(picture.storage_key)
    assert row.has("li[data-kept]")
    assert row.has(f'img[src="/claims/{the_claim().reference}/evidence/{picture.id}/thumb"]')
    assert (picture.width, picture.height, picture.detected_type) == (1170, 2532, kind.lower())
    assert picture.sha256 == hashlib.sha256(sent).hexdigest()
    assert kept.startswith(b"\xff\xd8\xff")
    assert PLACE not in kept
    assert (picture.file_name, picture.sent_with_id) == (f"order.{kind.lower()}", None)


def test_same_key_again_is_the_same_picture(site: Site, asha: Person) -> None:
    at_pictures(site, asha)
    key = secrets.token_hex(16)

    first = upload(site, asha, small(), key=key)
    second = upload(site, asha, small(), key=key)

    assert first.html == second.html
    assert len(pictures_of()) == 1
    assert len(list(store_of(site).keys("evidence/"))) % 2 == 0


def test_digest_of_the_original_is_a_lead_and_nothing_more(site: Site, asha: Person) -> None:
    at_pictures(site, asha)

    upload(site, asha, small(), original_sha256="a" * 64)
    upload(site, asha, small(colour="red"), original_sha256="<b>" + "a" * 61)

    assert [picture.claimed_sha256 for picture in pictures_of()] == ["a" * 64, ""]


@pytest.mark.parametrize("key", ["", "x", "A" * 32, "../" * 10, "0" * 1000])
def test_forged_key_is_replaced(site: Site, asha: Person, key: str) -> None:
    at_pictures(site, asha)

    upload(site, asha, small(), key=key)

    assert len(pictures_of()[0].idempotency_key) == 32


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "empty.png", "This file is empty. Choose it again, or take a new screenshot."),
        (FILM, "IMG_2207.mov", "This is a film. Choose a picture."),
        (b"%PDF-1.7 receipt", "receipt.jpg", "This is a PDF. Take a screenshot of it and choose that."),
        (b"<svg onload='alert(1)'/>", "order.png", "This is a drawing. Take a screenshot of it and choose that."),
        (b"<!doctype html><script>", "order.jpg", "This is a web page. Take a screenshot of it and choose that."),
        (b"just words", "order.jpg", "This is a text. Take a screenshot of it and choose that."),
        (
            hostile_pictures.zip_archive(),
            "order.jpg",
            "This is an archive. Take the picture out of it and choose that.",
        ),
        (hostile_pictures.moving("GIF"), "order.gif", "This is a GIF. Take a screenshot of it and choose that."),
        (
            hostile_pictures.truncated("PNG"),
            "order.png",
            "This picture is damaged or cut off. Take the screenshot again.",
        ),
        (
            hostile_pictures.pixel_bomb(30_000),
            "bomb.png",
            "This picture has too many pixels. Take a screenshot of it and choose that.",
        ),
        (bytes(range(128, 192)), "order.jpg", "We cannot tell what this is. Choose a JPEG, PNG, WebP or HEIC"),
        (b"\xff\xd8\xff" + b"\0" * (12 * 1024 * 1024), "big.jpg", "This is larger than 12 MB. Choose a smaller"),
    ],
    ids="empty film pdf svg page text zip gif cut bomb noise large".split(),
)
def test_what_is_no_picture_gets_its_own_words(site: Site, asha: Person, content: bytes, name: str, words: str) -> None:
    at_pictures(site, asha)

    row = upload(site, asha, content, name, status=422)

    assert words in row.text
    assert name in row.text
    assert pictures_of() == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\asha\\order.png", "order.png"),
        ("gnp.\u202eexe.png", "gnp.exe.png"),
        ("order\x00.png", "order.png"),
        ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
        ("x" * 10_000 + ".png", "…xxxxxx.png"),
        ("   ", "picture"),
    ],
)
def test_name_of_a_file_is_shown_and_never_believed(site: Site, asha: Person, name: str, shown: str) -> None:
    at_pictures(site, asha)

    upload(site, asha, small(), name)

    (picture,) = pictures_of()
    assert picture.file_name.endswith(shown)
    assert len(picture.file_name) <= 120
    assert picture.storage_key.startswith("evidence/")
    assert not site.as_(asha).open("claims.show_evidence", reference=the_claim().reference).has("img[onerror]")


def test_sixth_picture_is_refused_and_the_five_stay(site: Site, asha: Person) -> None:
    at_pictures(site, asha)
    for number in range(5):
        upload(site, asha, small(colour=f"#{number}00000"))

    row = upload(site, asha, small(), status=422)

    assert "You can add up to 5 pictures. Remove one first." in row.text
    assert len(pictures_of()) == 5


def test_sixty_pictures_a_day_are_enough(site: Site, asha: Person, bruno: Person) -> None:
    at_pictures(site, asha)
    for _ in range(60):
        upload(site, asha, b"no picture", status=422)

    row = upload(site, asha, small(), status=422)

    assert "You can add 60 pictures a day." in row.text
    other = factories.a_claim(bruno, waiting=False)
    other.step = 3
    db.session.commit()
    assert upload(site, bruno, small(), claim=other).status == 201


def test_no_file_at_all(site: Site, asha: Person) -> None:
    at_pictures(site, asha)
    browser = site.as_(asha)
    token = browser.open("claims.show_claims").token

    row = browser.send(
        "POST",
        f"/claims/{the_claim().reference}/evidence",
        data={"csrf_token": token},
        headers={"X-Requested-With": "upload"},
        status=422,
    )

    assert "No file arrived. Choose it again." in row.text


def test_upload_needs_the_token(site: Site, asha: Person) -> None:
    at_pictures(site, asha)

    upload(site, asha, small(), csrf_token="forged", status=403)

    assert pictures_of() == []


def test_full_store_is_our_fault_and_may_be_tried_again(
    site: Site, asha: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_pictures(site, asha)

    class Full:
        def put(self, key: str, _content: bytes) -> None:
            raise CouldNotKeep(key)

    monkeypatch.setitem(site.app.extensions, "store", Full())

    row = upload(site, asha, small(), status=503)

    assert "We could not keep this picture, and that is our fault. Try again." in row.text
    assert pictures_of() == []


def test_closed_claim_takes_no_pictures(site: Site, asha: Person) -> None:
    claim = factories.a_claim(asha)
    site.as_(asha).open("claims.confirm_withdrawal", reference=claim.reference).submit("Withdraw it")

    row = upload(site, asha, small(), claim=claim, status=422)

    assert "This claim is closed, so nothing can be added to it." in row.text
    assert pictures_of(claim) == []


def test_stranger_cannot_add_to_my_claim(site: Site, asha: Person, bruno: Person, casey: Person) -> None:
    at_pictures(site, asha)

    for stranger in (bruno,):
        upload(site, stranger, small(), status=404)
    browser = site.as_(casey)
    token = browser.open("care.show_queue").token
    browser.send("POST", f"/claims/{the_claim().reference}/evidence", data={"csrf_token": token}, status=404)

    assert pictures_of() == []


@pytest.mark.parametrize(
    ("first", "again"),
    [("", ""), ("b" * 64, "b" * 64), ("same", ""), ("", "same")],
    ids=["as it is", "made smaller twice", "smaller first", "smaller then"],
)
def test_same_picture_is_added_once(site: Site, asha: Person, first: str, again: str) -> None:
    at_pictures(site, asha)
    one, other = small(), small() if not (first or again) else small(colour="red")
    digests = {"same": hashlib.sha256(other if first == "same" else one).hexdigest()}
    upload(site, asha, one, "one.png", original_sha256=digests.get(first, first))

    row = upload(site, asha, other, "two.png", original_sha256=digests.get(again, again), status=422)

    assert "We have this picture already." in row.text
    assert [picture.file_name for picture in pictures_of()] == ["one.png"]
    assert len(list(store_of(site).keys("evidence/"))) % 2 == 0, "its files are not kept"


def test_picture_that_was_taken_back_can_be_added_again(site: Site, asha: Person) -> None:
    at_pictures(site, asha)
    upload(site, asha, small(), "one.png")
    upload(site, asha, b"", remove=str(pictures_of()[0].id), status=204)

    upload(site, asha, small(), "two.png")

    assert [picture.file_name for picture in pictures_of()] == ["two.png"]


def test_same_picture_may_go_with_another_claim(site: Site, asha: Person) -> None:
    first, second = factories.a_claim(asha), factories.a_claim(asha)

    upload(site, asha, small(), claim=first)
    upload(site, asha, small(), claim=second)

    assert [len(pictures_of(claim)) for claim in (first, second)] == [1, 1]


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "HEIC"])
def test_place_is_said_to_be_removed_only_where_there_was_one(site: Site, asha: Person, kind: str) -> None:
    at_pictures(site, asha)

    with_place = upload(site, asha, encoded(corners(), kind, private=True))
    without = upload(site, asha, small(kind))

    assert ["Location data removed." in row.text for row in (with_place, without)] == [True, False]
    page = site.as_(asha).open("claims.show_evidence", reference=the_claim().reference)
    assert page.text.count("Location data removed.") == 1
