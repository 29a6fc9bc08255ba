"""The connection breaks while a picture is going up: nothing chosen or typed is lost, and going on works."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import pictures
from tests.e2e.lines import Line, line_to
from tests.e2e.pages import PHONE, Visitor
from tests.e2e.portals import Portal

MARA = "mara@club.example"
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


def _heard_of_the_cut(visitor: Visitor) -> None:
    """Take note that browser and htmx complained of the line, and of nothing else."""
    assert visitor.faults
    assert [fault for fault in visitor.faults if not CUT.search(fault)] == []
    visitor.faults.clear()


def _checked(visitor: Visitor) -> None:
    visitor.assert_accessible()
    visitor.assert_fits()
