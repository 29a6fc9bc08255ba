"""Pictures on their way in: each on its own by script, all with the form without it."""

import hashlib
import secrets
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from portal.accounts.models import UserSession
from portal.claims.models import Claim, Evidence
from portal.claims.rules import ClaimState
from portal.clock import now
from portal.db import db
from portal.storage.store import CouldNotKeep, Store
from tests import factories, hostile_pictures
from tests.cast import Person
from tests.claims.drafting import at_pictures, the_claim
from tests.page import Page
from tests.pictures import PLACE, corners, encoded, phone_screenshot
from tests.site import Site

FILM = hostile_pictures.box(b"qt  ") + b"\0" * 400


def small(kind: str = "PNG", *, colour: str = "navy") -> bytes:
    picture = corners()
    picture.paste(colour, (0, 0, 100, 100))
    return encoded(picture, kind)


def pictures_of(claim: Claim | None = None) -> list[Evidence]:
    db.session.expire_all()
    return db.session.query(Evidence).filter_by(claim_id=(claim or the_claim()).id).order_by(Evidence.position).all()


def store_of(site: Site) -> Store:
    store: Store = site.app.extensions["store"]
    return store


def upload(
    site: Site,
    person: Person,
    content: bytes,
    name: str = "shot.png",
    *,
    claim: Claim | None = None,
    key: str = "",
    status: int = 201,
    **fields: Any,
) -> Page:
    """Send one file as js/upload.js does."""
    browser = site.as_(person)
    reference = (claim or the_claim()).reference
    data = {
        "csrf_token": browser.open("claims.show_claims").token,
        "key": key or secrets.token_hex(16),
        "file": (BytesIO(content), name),
        **fields,
    }
    return browser.send(
        "POST",
        f"/claims/{reference}/evidence",
        data=data,
        content_type="multipart/form-data",
        headers={"X-Requested-With": "upload"},
        status=status,
    )


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


# --- Without a script ----------------------------------------------------------------------------


def test_plain_form_takes_all_pictures_and_goes_on(site: Site, asha: Person) -> None:
    page = at_pictures(site, asha)

    page = page.submit("Continue", files=[(small(), "one.png"), (small("JPEG", colour="red"), "two.jpg")])

    assert page.h1 == "Check and send"
    assert [picture.file_name for picture in pictures_of()] == ["one.png", "two.jpg"]
    assert "2 pictures" in page.text


def test_plain_form_keeps_the_good_and_names_the_bad(site: Site, asha: Person) -> None:
    page = at_pictures(site, asha)

    page = page.submit("Continue", files=[(small(), "one.png"), (FILM, "two.mov"), (b"", "three.png")], status=422)

    assert "Added, 1 of 5" in page.text
    assert "two.mov This is a film. Choose a picture." in page.text
    assert "three.png This file is empty." in page.text
    assert [picture.file_name for picture in pictures_of()] == ["one.png"]
    assert page.submit("Continue").h1 == "Check and send"


def test_same_file_twice_in_a_form_is_one_picture(site: Site, asha: Person) -> None:
    page = at_pictures(site, asha)

    page.submit("Continue", files=[(small(), "one.png"), (small(), "one.png")])

    assert len(pictures_of()) == 1


def test_seven_files_at_once(site: Site, asha: Person) -> None:
    page = at_pictures(site, asha)

    page = page.submit("Continue", files=[(small(colour=f"#{n}0{n}000"), f"{n}.png") for n in range(1, 8)], status=422)

    assert len(pictures_of()) == 5
    assert page.text.count("You can add up to 5 pictures. Remove one first.") == 2


def test_going_on_without_evidence_is_a_choice(site: Site, asha: Person) -> None:
    page = at_pictures(site, asha)

    again = page.submit("Continue", status=422)

    assert again.errors == {"files": "Add a picture, or choose “Continue without evidence”"}
    assert again.submit("Continue without evidence").h1 == "Check and send"


def test_save_and_close_takes_the_pictures_along(site: Site, asha: Person) -> None:
    page = at_pictures(site, asha)

    page = page.submit("Save and close", files=[(small(), "one.png")])

    assert page.path == "/claims"
    assert len(pictures_of()) == 1


def test_removed_picture_is_gone_from_the_store_too(site: Site, asha: Person) -> None:
    at_pictures(site, asha)
    upload(site, asha, small(), "one.png")
    (picture,) = pictures_of()
    keys = (picture.storage_key, picture.thumb_key)

    page = site.as_(asha).open("claims.show_evidence", reference=the_claim().reference).submit("Remove one.png")

    assert "Added, 0 of 5" in page.text
    assert pictures_of() == []
    assert [store_of(site).exists(key) for key in keys] == [False, False]


def test_script_takes_a_picture_back_on_its_own(site: Site, asha: Person) -> None:
    at_pictures(site, asha)
    upload(site, asha, small(), "one.png")
    (picture,) = pictures_of()

    upload(site, asha, b"", remove=str(picture.id), status=204)

    assert pictures_of() == []


def test_removing_loses_nothing_that_was_chosen(site: Site, asha: Person) -> None:
    at_pictures(site, asha)
    upload(site, asha, small(), "one.png")
    page = site.as_(asha).open("claims.show_evidence", reference=the_claim().reference)

    page.submit("Remove one.png", files=[(small(colour="red"), "two.png")])

    assert [picture.file_name for picture in pictures_of()] == ["two.png"]


def test_nobody_removes_what_is_not_theirs(site: Site, asha: Person, bruno: Person) -> None:
    at_pictures(site, asha)
    upload(site, asha, small(), "one.png")
    (picture,) = pictures_of()
    theirs = factories.a_claim(bruno, waiting=False)
    theirs.step = 3
    db.session.commit()

    form = site.as_(bruno).open("claims.show_evidence", reference=theirs.reference)
    form.submit("Continue without evidence", forged={"remove": str(picture.id)})

    assert len(pictures_of(db.session.query(Claim).filter_by(member_id=asha.member).one())) == 1


def test_sent_picture_cannot_be_taken_back(site: Site, asha: Person) -> None:
    at_pictures(site, asha)
    upload(site, asha, small(), "one.png")
    page = site.as_(asha).open("claims.show_evidence", reference=the_claim().reference).submit("Continue")
    page = page.submit("Send the claim")
    (picture,) = pictures_of()

    page.submit("Send message", message="Never mind", forged={"remove": str(picture.id)})

    assert (the_claim().state, len(pictures_of())) == (ClaimState.SUBMITTED, 1)


# Werkzeug drops the parts it had begun to read unclosed.
@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")
def test_many_parts_are_refused_calmly(site: Site, asha: Person) -> None:
    page = at_pictures(site, asha)

    answer = page.submit("Continue", files=[(b"x", f"{n}.png") for n in range(1001)], status=413)

    assert answer.status == 413
    assert pictures_of() == []


def test_large_body_is_for_the_upload_routes_alone(site: Site, asha: Person) -> None:
    page = at_pictures(site, asha)
    big = b"\xff\xd8\xff" + b"\0" * (3 * 1024 * 1024)

    assert page.submit("Continue", files=[(big, "big.jpg")], status=422).status == 422
    browser = site.as_(asha)
    token = browser.open("claims.show_claims").token
    browser.send("POST", "/claims/new", data={"csrf_token": token, "reference": "7" * 3_000_000}, status=413)


def test_lapsed_session_keeps_the_pictures(site: Site, asha: Person) -> None:
    """What met a lapsed session is offered again after signing in, and added with one tap."""
    at_pictures(site, asha)
    browser = site.as_(asha)
    form = browser.open("claims.show_evidence", reference=the_claim().reference)

    for session in db.session.query(UserSession):
        session.idle_until = now() - timedelta(minutes=1)
    db.session.commit()

    door = form.submit("Continue", files=[(small(), "one.png"), (FILM, "two.mov")])
    assert door.h1 == "Sign in"
    back = door.submit(email=asha.email, password="demo-only-password")

    assert "Your pictures are still here" in back.text
    assert "one.png, two.mov" in back.text
    done = back.submit("Add 2 pictures", status=422)
    assert "Added, 1 of 5" in done.text
    assert "two.mov This is a film. Choose a picture." in done.text
    assert [picture.file_name for picture in pictures_of()] == ["one.png"]
    assert list(store_of(site).keys("kept/")) == []
