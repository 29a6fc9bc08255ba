"""What a person does in a real browser, found by role and words; whatever the browser complains of is collected."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pyotp
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, Request, Response

from portal.demo.people import APP_SECRET
from tests.cast import PASSWORD
from tests.e2e.portals import Portal

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 3,
    "is_mobile": True,
    "has_touch": True,
}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PATIENCE_MS = 10_000
DEVICE = "device"
# What of axe looks at colours: the dark scheme changes nothing else.
COLOUR_RULES = ("color-contrast", "link-in-text-block")
CODE_LETTER = "Your code to sign in"
# The browser notes every 4xx; which ones are right is for the tests to say.
ANSWERED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
# A page that is left early, or has no scripts, gets no animation to the next one; the browser calls that an error.
NO_ANIMATION = "Transition was"
AWAY = "net::ERR_ABORTED"
# The browser gives up fading from one page to the next when it is hurried; no script of ours takes part in it.
FADE_GIVEN_UP = "Transition was "


class Visitor:
    """One person with one browser window."""

    def __init__(self, portal: Portal, page: Page) -> None:
        self.portal = portal
        self.page = page
        self.faults: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._stumble(str(error)))
        page.on("response", self._look)
        page.on("requestfailed", self._miss)
        page.on("request", self._follow)

    def open(self, path: str) -> None:
        self.page.goto(self.portal.url + path)

    def sign_in(self, email: str, password: str = PASSWORD, *, is_known: bool = True) -> None:
        """Sign in, second step included; a browser that somebody was seen with before is used again if it may be."""
        if is_known and email in self.portal.known:
            self.page.context.add_cookies([{"name": DEVICE, "value": self.portal.known[email], "url": self.portal.url}])
        before = len(self.portal.letters(email, CODE_LETTER))
        self.open("/sign-in")
        self.field("Email").fill(email)
        self.field("Password").fill(password)
        self.press(re.compile("^Sign in$"))
        self.page.wait_for_url(lambda url: urlsplit(url).path != "/sign-in")
        if self.path == "/sign-in/step":
            self.take_step(email, after=before)
        held = [cookie["value"] for cookie in self.page.context.cookies() if cookie["name"] == DEVICE]
        if held:
            self.portal.known[email] = str(held[0])

    def take_step(self, email: str, *, after: int = 0) -> None:
        """Enter the code of the app, or the one that came by letter."""
        by_letter = self.heading == "Check your email"
        self.field("Code").fill(self.letter_code(email, after=after) if by_letter else self.app_code())
        self.press("Continue")
        self.page.wait_for_url(lambda url: urlsplit(url).path != "/sign-in/step")

    def letter_code(self, email: str, *, after: int = 0) -> str:
        """Wait for the letter with the eight digits."""
        found = re.search(
            r"^(\d{8})\s*$", self.portal.letter(email, after=after, saying=CODE_LETTER).text, re.MULTILINE
        )
        assert found
        return found[1]

    def app_code(self, secret: str = APP_SECRET) -> str:
        """Give what the authenticator app shows; each code counts once, and a test is faster than the clock."""
        with closing(sqlite3.connect(self.portal.folder / "portal.sqlite3", timeout=10)) as database, database:
            database.execute("UPDATE totp SET last_step = 0")
        return pyotp.TOTP(secret).now()

    def sign_out(self) -> None:
        self.press("Sign out")
        self.page.wait_for_url("**/sign-in*")

    def field(self, label: str | re.Pattern[str]) -> Locator:
        """Find a field by the start of its label."""
        wanted = re.compile(f"^{re.escape(label)}") if isinstance(label, str) else label
        return self.page.get_by_role("textbox", name=wanted).or_(self.page.get_by_label(wanted)).first

    def press(self, words: str | re.Pattern[str]) -> None:
        self.page.get_by_role("main").get_by_role("button", name=words).or_(
            self.page.get_by_role("button", name=words)
        ).last.click()

    def follow(self, words: str | re.Pattern[str]) -> None:
        self.page.get_by_role("link", name=words).first.click()

    def choose(self, words: str | re.Pattern[str]) -> None:
        """Take a radio button or tick a box."""
        self.page.get_by_label(words).check()

    def attach(self, label: str | re.Pattern[str], *files: Path) -> None:
        self.page.get_by_label(label).set_input_files(list(files))

    def sees(self, words: str | re.Pattern[str]) -> None:
        """Wait until these words can be read."""
        self.page.get_by_text(words).first.wait_for(state="visible")

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def heading(self) -> str:
        return " ".join(self.page.get_by_role("heading", level=1).inner_text().split())

    @property
    def text(self) -> str:
        return self.page.get_by_role("main").inner_text()

    def assert_accessible(self, *rules: str) -> None:
        """Let axe look at the page as it stands, by all its rules or some: it may find nothing."""
        if self.page.evaluate("typeof axe") == "undefined":
            self.page.evaluate(AXE_SCRIPT)
        options = json.dumps({"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {}))
        found = self.page.evaluate(f"axe.run({options}).then(results => results.violations)")
        assert found == [], "\n".join(
            f"{self.page.url}: {each['id']} ({each['impact']}): {each['help']}: "
            f"{[node['html'][:160] for node in each['nodes']]}"
            for each in found
        )

    def assert_sound(self) -> None:
        """Let axe look at the page, then at the colours of its dark scheme; and nothing may be too wide."""
        self.assert_accessible()
        self.assert_fits()
        self.page.emulate_media(color_scheme="dark")
        self.assert_accessible(*COLOUR_RULES)
        self.page.emulate_media(color_scheme="light")

    def assert_fits(self) -> None:
        """Nothing may make the page wider than the window."""
        wider = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{self.page.url} is {wider} px wider than the window"

    def assert_drawn(self, picture: Locator) -> None:
        """Wait until the picture has come and can be decoded: a broken one never does."""
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not ANSWERED.match(message.text):
            self.faults.append(f"console {message.type}: {message.text}")

    def _stumble(self, error: str) -> None:
        if not error.startswith(FADE_GIVEN_UP):
            self.faults.append(f"script error: {error}")

    def _catch(self, error: Error) -> None:
        if not str(error).startswith(NO_ANIMATION):
            self.faults.append(f"script error: {error}")

    def _look(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.request.method} {response.url} gave {response.status}")

    def _miss(self, request: Request) -> None:
        if request.failure != AWAY:
            self.faults.append(f"{request.method} {request.url} failed: {request.failure}")

    def _follow(self, request: Request) -> None:
        if not request.url.startswith((self.portal.url, "blob:", "data:")):
            self.faults.append(f"the page asked a third party: {request.url}")


@contextmanager
def a_visitor(
    browser: Browser,
    portal: Portal,
    *,
    device: dict[str, Any] = PHONE,
    javascript: bool = True,
    scheme: Literal["light", "dark"] = "light",
) -> Iterator[Visitor]:
    """Open a browser window; when it closes, the browser must have had nothing to complain of."""
    context = browser.new_context(
        **device, java_script_enabled=javascript, color_scheme=scheme, locale="en-GB", timezone_id="Europe/London"
    )
    context.set_default_timeout(PATIENCE_MS)
    visitor = Visitor(portal, context.new_page())
    try:
        yield visitor
    finally:
        context.close()
    assert not visitor.faults, "\n".join(visitor.faults)
