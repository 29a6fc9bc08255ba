"""The connection breaks while a picture is going up: nothing chosen or typed is lost, and going on works."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from tests import pictures
from tests.e2e.claiming import begin_claim
from tests.e2e.lines import Line, line_to
from tests.e2e.pages import PATIENCE_MS, PHONE, Visitor
from tests.e2e.portals import DATABASE, Portal

MARA = "mara@club.example"
ASHA = "asha@club.example"
PETRA = "petra@mail.example"
WORDS = "The code never comes.\nI have tried since Friday, “twice”."
MIDWAY = 60_000
CUT = re.compile("net::ERR_|Failed to fetch")
Visit = Callable[..., Visitor]


@pytest.fixture
def line(portal: Portal) -> Iterator[Line]:
    with line_to(portal) as laid:
        yield laid


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A picture of which much is left when the line is cut."""
    file = tmp_path / "passport.jpg"
    file.write_bytes(pictures.encoded(pictures.phone_screenshot(), "JPEG", quality=95))
    return file


def test_document_stays_chosen_when_the_line_is_cut(line: Line, visit: Visit, picture: Path) -> None:
    mara = visit(line.portal, device=PHONE)
    mara.sign_in(MARA)
    mara.open("/you/requirements")
    mara.attach("Picture of a document", picture)
    line.cut_after(MIDWAY)
    mara.press("Send the picture")

    mara.sees("No connection")
    _checked(mara)
    chosen = "document.querySelector('#document').files[0]?.name"
    assert (mara.path, mara.page.evaluate(chosen)) == ("/you/requirements", picture.name)
    line.mend()
    mara.press("Send the picture")
    mara.sees("Your age is being checked")
    _checked(mara)
    _heard_of_the_cut(mara)


def test_words_and_picture_for_help_stay_when_the_line_is_cut(line: Line, visit: Visit, picture: Path) -> None:
    petra = visit(line.portal, device=PHONE)
    petra.open("/help/cannot-get-in")
    petra.field("Email").fill(PETRA)
    petra.page.locator("textarea").fill(WORDS)
    line.cut_after(MIDWAY)
    petra.attach(re.compile("picture", re.IGNORECASE), picture)

    petra.sees("This did not arrive")
    _checked(petra)
    assert (petra.field("Email").input_value(), petra.page.locator("textarea").input_value()) == (PETRA, WORDS)
    line.mend()
    # Going on tries it again first, and waits for it.
    petra.page.get_by_role("button", name="Send", exact=True).last.click()
    petra.sees("We have your words")
    _checked(petra)
    _heard_of_the_cut(petra)

    line.portal.letter(PETRA, saying="We have your words")
    casey = visit(line.portal, device=PHONE)
    casey.sign_in("casey@club.example")
    casey.open(f"/care/?find={PETRA}")
    casey.page.locator("tbody a").first.click()
    casey.assert_drawn(casey.page.locator("#evidence img").first)


def test_claim_is_filed_though_the_line_is_cut_and_the_portal_killed(
    portal: Portal, line: Line, visit: Visit, tmp_path: Path
) -> None:
    photo = tmp_path / "order.heic"
    # Nothing a browser makes smaller, so that it goes up as it is, in many parts.
    photo.write_bytes(pictures.encoded(noise(), "HEIC", quality=100))
    asha = visit(line.portal, device=PHONE)
    asha.sign_in(ASHA)
    begin_claim(asha)
    line.cut_after(400_000)
    asha.attach("Add pictures", photo)
    asha.sees("This did not arrive yet")
    _checked(asha)
    had, all_of_it = _arrived(portal), photo.stat().st_size
    assert 200_000 <= had < all_of_it - 600_000

    # The page is loaded anew, the portal dies and comes back: the file goes on where it stopped.
    line.mend()
    with asha.page.expect_request(lambda request: request.method == "POST"):
        asha.page.reload()
    portal.crash()
    portal.start()
    line.went_up = 0
    asha.page.evaluate("dispatchEvent(new Event('online'))")
    asha.page.locator("[data-kept]").wait_for(timeout=PATIENCE_MS * 4)
    assert line.went_up < all_of_it - had + 50_000
    assert (_arrived(line.portal), _box(asha)) == (0, 0)
    asha.press("Continue")
    asha.page.wait_for_url("**/review")
    # Nothing is pressed: what is typed is kept, with the line cut as well once it is back.
    line.cut_after(0)
    asha.page.locator("textarea").press_sequentially("Bought on the train.")
    asha.sees("saved when the line is back")
    _checked(asha)
    line.mend()
    asha.page.evaluate("dispatchEvent(new Event('online'))")
    asha.sees("What you typed is saved.")
    asha.page.reload()
    assert asha.page.locator("textarea").input_value() == "Bought on the train."
    asha.press("Send the claim")
    asha.page.wait_for_url(re.compile(r"/claims/C-\w{8}$"))
    asha.sees(photo.name)
    _checked(asha)
    _heard_of_the_cut(asha)


def noise() -> Image.Image:
    return Image.effect_noise((900, 1200), 80).convert("RGB")


def _arrived(portal: Portal) -> int:
    """Count the bytes of files that are on their way."""
    with closing(sqlite3.connect(portal.folder / DATABASE, timeout=10)) as database:
        return int(database.execute("SELECT coalesce(sum(received), 0) FROM upload").fetchone()[0])


def _box(visitor: Visitor) -> int:
    """Count the files the browser keeps."""
    return int(
        visitor.page.evaluate(
            """new Promise((done) => { indexedDB.open("uploads").onsuccess = ({ target }) => {
            const asked = target.result.transaction("files").objectStore("files").count();
            asked.onsuccess = () => done(asked.result); }; })"""
        )
    )


def _heard_of_the_cut(visitor: Visitor) -> None:
    """Take note that browser and htmx complained of the line, and of nothing else."""
    assert visitor.faults
    assert [fault for fault in visitor.faults if not CUT.search(fault)] == []
    visitor.faults.clear()


def _checked(visitor: Visitor) -> None:
    visitor.assert_accessible()
    visitor.assert_fits()
