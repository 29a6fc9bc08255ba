"""Pictures of every page, phone and desktop, light and dark, into docs/shots."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from portal.demo.members import GUEST_ORDER
from tests.e2e.pages import DESKTOP, PHONE, Visitor, a_visitor
from tests.e2e.portals import running_portal
from tests.run import close_run, open_run
from tools import browser as browsers

FOLDER = Path("docs/shots")
# Where the links to pages of one thing stand.
LISTS = {"/claims/C-": "/claims", "/earn/friend/": "/earn/friend"}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# Smaller than a real phone's pixels: pictures in a repository are looked at, not measured.
DEVICES: dict[str, dict[str, Any]] = {
    "phone": PHONE | {"device_scale_factor": 1.5},
    "desktop": DESKTOP | {"device_scale_factor": 1},
}
PUBLIC = {
    "sign-in": "/sign-in",
    "join": "/join",
    "forgot-password": "/forgot-password",
    "cannot-get-in": "/help/cannot-get-in",
    "help": "/help/points",
    "rules": "/rules",
    "not-found": "/nowhere",
}
ASHA = {
    "home": "/",
    "points": "/points",
    "balance": "/points/balance",
    "statement": "/points/statement",
    "benefits": "/benefits",
    "earn": "/earn",
    "friends": "/earn/friend",
    "invitation": "/earn/friend/",
    "earn-device": "/earn/device",
    "earn-quiz": "/earn/quiz/first_steps",
    "claims": "/claims",
    "claim": "/claims/C-",
    "claim-new": "/claims/new",
    "help-mine": "/help/points",
    "you": "/you",
    "safety": "/you/safety",
    "activity": "/you/activity",
}
BRUNO = {"home-new": "/", "points-empty": "/points", "claims-empty": "/claims"}
MARA = {"requirements": "/you/requirements"}
OMAR = {"desk-people": "/care/people", "desk-alarms": "/care/alarms"}
CASEY = {
    "desk-automatic": "/care/automatic",
    "desk-queue": "/care/",
    "desk-claim": "/care/claims/",
    "desk-members": "/care/members",
}
PEOPLE = {"": PUBLIC, "asha": ASHA, "bruno": BRUNO, "mara": MARA, "casey": CASEY, "omar": OMAR}


def main() -> int:
    """Take all pictures; names given as arguments pick some."""
    wanted = set(sys.argv[1:])
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = browsers.find()
    assert path is not None, browsers.NONE_FOUND
    open_run()
    try:
        with running_portal() as portal, _chromium(str(path)) as browser:
            for device, size in DEVICES.items():
                for scheme in SCHEMES:
                    for name, pages in PEOPLE.items():
                        chosen = {page: path for page, path in pages.items() if not wanted or page in wanted}
                        with a_visitor(browser, portal, device=size, scheme=scheme) as visitor:
                            _take(visitor, name, chosen, f"{device}-{scheme}")
    finally:
        close_run()
    return 0


def _take(visitor: Visitor, name: str, pages: dict[str, str], suffix: str) -> None:
    if name and pages:
        visitor.sign_in(f"{name}@club.example")
    for page, path in pages.items():
        visitor.open(_real(visitor, path))
        visitor.page.wait_for_load_state("networkidle")
        # The ladder climbs for 700 ms.
        visitor.page.wait_for_timeout(800)
        _picture(visitor).save(FOLDER / f"{page}-{suffix}.png", optimize=True)
        print(f"  {page}-{suffix}")


def _picture(visitor: Visitor) -> Image.Image:
    """Take the whole page in a window as high as it is, so that the doors stand at its end; few colours suffice."""
    size = visitor.page.viewport_size
    assert size is not None
    height = visitor.page.evaluate("document.documentElement.scrollHeight")
    visitor.page.set_viewport_size({"width": size["width"], "height": max(int(height), size["height"])})
    data = visitor.page.screenshot()
    visitor.page.set_viewport_size(size)
    return Image.open(BytesIO(data)).convert("RGB").quantize(96)


def _real(visitor: Visitor, path: str) -> str:
    """Turn the beginning of an address into a link that begins so; at the desk it is Asha's claim, taken."""
    if not re.search(r"(C-|claims/|friend/)$", path):
        return path
    visitor.open(LISTS.get(path, "/care/"))
    if path.startswith("/care/"):
        visitor.open(f"/care/?view=all&find={GUEST_ORDER.replace(' ', '+')}")
    link = visitor.page.locator(f"main a[href^='{path}']").first.get_attribute("href")
    assert link, path
    if path.startswith("/care/"):
        visitor.open(link)
        take = visitor.page.get_by_role("button", name="Take this claim")
        if take.count():
            take.click()
            visitor.page.wait_for_selector("#decision")
    return link


@contextmanager
def _chromium(path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
