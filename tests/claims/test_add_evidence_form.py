"""Pictures with a plain form: every good file is kept, every bad one is named, nothing else is lost."""

from datetime import timedelta

import pytest

from portal.accounts.models import UserSession
from portal.claims.models import Claim
from portal.claims.rules import ClaimState
from portal.clock import now
from portal.db import db
from tests import factories
from tests.cast import PASSWORD, Person
from tests.claims.drafting import at_pictures, the_claim
from tests.claims.uploading import FILM, pictures_of, small, store_of, upload
from tests.site import Site


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
    lapse()

    door = form.submit("Continue", files=[(small(), "one.png"), (FILM, "two.mov")])
    assert door.h1 == "Sign in"
    back = door.submit(email=asha.email, password=PASSWORD)

    assert "Your pictures are still here" in back.text
    assert "one.png, two.mov" in back.text
    done = back.submit("Add 2 pictures", status=422)
    assert "Added, 1 of 5" in done.text
    assert "two.mov This is a film. Choose a picture." in done.text
    assert [picture.file_name for picture in pictures_of()] == ["one.png"]
    assert list(store_of(site).keys("kept/")) == []


def test_lapsed_session_keeps_words_and_pictures_together(site: Site, asha: Person) -> None:
    claim = factories.a_claim(asha)
    form = site.as_(asha).open("claims.show_claim", reference=claim.reference)
    lapse()

    door = form.submit(
        "Send message", message="Here they are", files=[(small(), "one.png"), (small("JPEG"), "two.jpg")]
    )
    back = door.submit(email=asha.email, password=PASSWORD)

    assert back.path.startswith(f"/claims/{claim.reference}")
    assert back.value("message").strip() == "Here they are"
    assert "one.png, two.jpg" in back.text
    back.submit("Send message")
    assert [(picture.file_name, picture.sent_with_id is not None) for picture in pictures_of(claim)] == [
        ("one.png", True),
        ("two.jpg", True),
    ]


def test_bad_file_of_a_lapsed_session_is_named(site: Site, asha: Person) -> None:
    claim = factories.a_claim(asha)
    form = site.as_(asha).open("claims.show_claim", reference=claim.reference)
    lapse()
    door = form.submit("Send message", message="Here", files=[(FILM, "two.mov")])
    back = door.submit(email=asha.email, password=PASSWORD)

    page = back.submit("Send message", status=422)

    assert "two.mov: This is a film. Choose a picture." in page.text
    assert page.value("message").strip() == "Here"


def lapse() -> None:
    """End every session by its idle time."""
    for session in db.session.query(UserSession):
        session.idle_until = now() - timedelta(minutes=1)
    db.session.commit()
