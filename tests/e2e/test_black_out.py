"""Boxes drawn on a phone are burned into a picture before any of it goes up."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from tests.e2e.claiming import begin_claim
from tests.e2e.pages import PHONE, Visitor
from tests.e2e.portals import FILES, Portal
from tests.pictures import encoded

PAPER, SECRET = (240, 240, 240), (250, 60, 20)
Visit = Callable[..., Visitor]


def test_boxes_by_finger_and_by_keys_go_up_black(portal: Portal, visit: Visit, tmp_path: Path) -> None:
    photo = tmp_path / "order.png"
    picture = Image.new("RGB", (1170, 2000), PAPER)
    picture.paste(SECRET, (100, 200, 1000, 300))
    picture.paste(SECRET, (400, 1000, 760, 1050))
    photo.write_bytes(encoded(picture))
    asha = visit(portal, device=PHONE)
    asha.sign_in("asha@club.example")
    begin_claim(asha)
    before = _files(portal)
    asha.press("Black something out first")
    dialog = asha.page.get_by_role("dialog")
    dialog.locator("input[type=file]").set_input_files(photo)
    canvas = dialog.locator("canvas")
    canvas.wait_for(state="visible")
    place = canvas.bounding_box()
    assert place is not None

    def at(x: int, y: int) -> tuple[float, float]:
        return place["x"] + x * place["width"] / 1170, place["y"] + y * place["height"] / 2000

    asha.page.mouse.move(*at(60, 160))
    asha.page.mouse.down()
    asha.page.mouse.move(*at(600, 300))
    asha.page.mouse.move(*at(1060, 340))
    asha.page.mouse.up()
    # A box of the keyboard stands in the middle: a step down, wider by two, and one that is taken away again.
    dialog.get_by_role("button", name="Add a box").click()
    for key in ("ArrowDown", "Shift+ArrowRight", "Shift+ArrowRight"):
        asha.page.keyboard.press(key)
    dialog.get_by_role("button", name="Add a box").click()
    asha.page.keyboard.press("Delete")
    assert dialog.locator(".box").count() == 2
    asha.assert_accessible()
    asha.assert_fits()
    dialog.get_by_role("button", name="Add this picture").click()

    asha.page.locator("[data-kept]").wait_for()
    stored = _files(portal) - before
    assert len(stored) >= 2
    for file in stored:
        red, green, _blue = Image.open(file).convert("RGB").split()
        assert sum(1 for one, two in zip(red.tobytes(), green.tobytes(), strict=True) if one > two + 60) == 0
    asha.assert_drawn(asha.page.locator("[data-kept] img"))

    # What went up can still be blacked out there, as it can without scripts.
    asha.follow("Black out parts")
    asha.sees("Tick what nobody needs to see")
    asha.page.get_by_label("Row 1, column 1", exact=True).check()
    asha.assert_sound()
    asha.press("Black out")
    asha.page.wait_for_url("**/evidence")


def _files(portal: Portal) -> set[Path]:
    """List what is shown; beside it lies the file as it was sent, sealed, and what it holds is as black."""
    return {file for file in (portal.folder / FILES / "evidence").rglob("*") if file.is_file()}
