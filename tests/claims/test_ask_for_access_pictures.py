"""Pictures of somebody who cannot get in: with the form or on their own, and seen by the browser they came from."""

from datetime import timedelta
from io import BytesIO

from portal.claims import sweeps
from portal.claims.models import Evidence
from portal.claims.rules import ClaimState
from portal.clock import now
from portal.db import db
from tests.cast import Person
from tests.claims.drafting import claims, the_claim
from tests.claims.outside import WORDS, another_browser, lines, write
from tests.claims.uploading import FILM, pictures_of, small, store_of
from tests.page import Page
from tests.site import Site


def test_pictures_come_along_without_scripts(site: Site) -> None:
    page = site.open("claims.ask_for_access")

    page.submit(email="petra@mail.example", words=WORDS, files=[(small(), "one.png"), (small("JPEG"), "two.jpg")])

    assert [(picture.file_name, picture.uploaded_by_id) for picture in pictures_of()] == [
        ("one.png", None),
        ("two.jpg", None),
    ]
    assert {picture.sent_with_id for picture in pictures_of()} == {lines()[0].id}


def test_good_picture_stays_when_something_else_is_wrong(site: Site) -> None:
    page = site.open("claims.ask_for_access")

    wrong = page.submit(email="petra", words=WORDS, files=[(small(), "one.png"), (FILM, "two.mov")], status=422)

    assert "two.mov This is a film. Choose a picture." in wrong.text
    shown = [str(image.attrs["src"]) for image in wrong.all("img.thumb")]
    assert site.send("GET", shown[0], proofread=False).response.mimetype == "image/jpeg"
    wrong.submit(email="petra@mail.example", words=WORDS)
    assert [picture.file_name for picture in pictures_of()] == ["one.png"]
    assert the_claim().state is ClaimState.SUBMITTED


def upload(browser: Site, content: bytes, name: str = "shot.png", status: int = 201, **fields: object) -> Page:
    data = {"csrf_token": browser.open("claims.ask_for_access").token, "file": (BytesIO(content), name), **fields}
    path = browser.url("claims.send_access")
    return browser.send("POST", path, data=data, headers={"X-Requested-With": "upload"}, status=status)


def test_script_sends_each_picture_alone_and_takes_it_back(site: Site) -> None:
    row = upload(site, small())
    upload(site, small(colour="red"), "two.png")
    (first, _) = pictures_of()
    assert row.has("li[data-kept]")

    upload(site, b"", status=204, remove=str(first.id))
    write(site)

    assert [picture.file_name for picture in pictures_of()] == ["two.png"]


def test_picture_of_one_browser_is_nobody_elses(site: Site, asha: Person, casey: Person) -> None:
    upload(site, small())
    (picture,) = pictures_of()
    path = site.url("claims.show_access_picture", evidence_id=picture.id)
    site.send("GET", path, proofread=False)

    for browser in (another_browser(site), site.as_(asha), site.as_(casey)):
        browser.send("GET", path, status=404)
        upload(browser, small(colour="red"), "their-own.png")
        browser.send("GET", path, status=404)
        upload(browser, b"", status=204, remove=str(picture.id))

    assert db.session.get(Evidence, picture.id, populate_existing=True) is not None
    write(site)
    site.send("GET", path, status=404)


def test_picture_goes_to_the_claim_that_is_open_once(site: Site) -> None:
    before = len(list(store_of(site).keys("evidence/")))
    upload(site, small())
    write(site)
    browser = another_browser(site)
    upload(browser, small(), "again.png")
    upload(browser, small(colour="red"), "new.png")

    write(browser, words="Two more pictures.")

    assert [(picture.file_name, picture.position) for picture in pictures_of()] == [("shot.png", 1), ("new.png", 2)]
    assert len(list(store_of(site).keys("evidence/"))) == before + 4


def test_pictures_of_one_place_are_limited(site: Site) -> None:
    for n in range(30):
        upload(site, b"no picture", f"{n}.png", status=422)

    row = upload(site, small(), status=422)

    assert "Too many pictures came from here. Go on without this one, or add it in an hour." in row.text
    assert db.session.query(Evidence).count() == 0
    assert write(site).h1 == "We have your words", "the words never depend on a picture"


def test_pictures_without_words_are_gone_after_a_day(site: Site) -> None:
    before = set(store_of(site).keys("evidence/"))
    upload(site, small())

    done = [sweeps.drop_outside(now()), sweeps.lapse_drafts(now() + timedelta(days=40))]
    assert (done, len(claims())) == ([0, 0], 1)

    assert sweeps.drop_outside(now() + timedelta(days=1, minutes=1)) == 1
    assert (claims(), set(store_of(site).keys("evidence/")), site.letters) == ([], before, [])


def test_words_that_were_sent_are_not_swept(site: Site) -> None:
    upload(site, small())
    write(site)

    assert sweeps.drop_outside(now() + timedelta(days=9)) == 0
    assert len(pictures_of()) == 1
