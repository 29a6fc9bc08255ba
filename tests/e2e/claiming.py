"""Steps of a claim as a person takes them, for the journeys and for whoever measures them."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import cycle
from pathlib import Path

from portal.clock import now
from tests.e2e.pages import Visitor
from tests.pictures import to_format

SUFFIXES = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp", "HEIC": ".heic"}
ORDER = "7993 4410"


def begin_claim(visitor: Visitor, *, order: str = ORDER, points: str = "300") -> None:
    """Say what is missing, see what the portal knows of it, and come to the step with the pictures."""
    visitor.open("/claims/new")
    visitor.choose("Points for something I did")
    visitor.choose("Something else")
    visitor.field("A number or name").fill(order)
    # Without a script, sending the form asks for the rest.
    visitor.press("Continue")
    visitor.page.get_by_role("group", name="What was it?").get_by_label("Order").check()
    visitor.field("When did it happen?").fill((now() - timedelta(days=12)).date().isoformat())
    visitor.field("How many points").fill(points)
    visitor.press("Continue")
    visitor.page.wait_for_url("**/check")
    visitor.press("Claim")
    visitor.page.wait_for_url("**/evidence")


def screenshots(visitor: Visitor, folder: Path, kinds: Sequence[str]) -> list[Path]:
    """Take real screenshots of the portal's own pages, 1170 x 2532, each saved in one of the formats."""
    files: list[Path] = []
    for kind, page in zip(kinds, cycle(("/points", "/"))):
        visitor.open(page)
        visitor.page.wait_for_timeout(800)
        file = folder / f"screen-{len(files) + 1}{SUFFIXES[kind]}"
        file.write_bytes(to_format(visitor.page.screenshot(), kind))
        files.append(file)
    return files
