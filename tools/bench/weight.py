"""Rows 3 to 6 and 14: what travels, counted by a real browser talking to a real server."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Request, sync_playwright

from tests.e2e.pages import PHONE, Visitor, a_visitor
from tests.e2e.portals import Portal, running_portal
from tests.run import close_run, open_run
from tools import browser as browsers
from tools.bench.rows import Row
from tools.bench.uploads import screenshot

KB = 1024
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}


@dataclass(slots=True)
class Traffic:
    """Encoded bytes by kind of resource, headers included."""

    by_request: dict[str, tuple[str, float]] = field(default_factory=dict)

    @property
    def size(self) -> float:
        """Sum everything."""
        return sum(size for _, size in self.by_request.values())

    def of(self, kind: str) -> float:
        """Sum one kind: Document, Stylesheet, Script, XHR, Fetch, Image, Other."""
        return sum(size for found, size in self.by_request.values() if found == kind)


def measure() -> list[Row]:
    """Measure every row of this file."""
    path = browsers.find()
    assert path is not None, browsers.NONE_FOUND
    open_run()
    try:
        with running_portal() as portal, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
            rows = [*_member(browser, portal), *_desk(browser, portal), *_wire(browser, portal)]
            browser.close()
            return rows
    finally:
        close_run()


def _member(browser: Browser, portal: Portal) -> list[Row]:
    with a_visitor(browser, portal, device=PHONE) as visitor:
        visitor.sign_in("asha@club.example")
        cold = _load(visitor, "/", cold=True)
        warm = _load(visitor, "/", cold=False)
        more = _load_more(visitor)
    flight = cold.of("Document") + cold.of("Stylesheet")
    scripts = cold.of("Script")
    own = sum(size for url, (_, size) in cold.by_request.items() if "portal" in url and url.endswith(".js"))
    return [
        _row("3", "first flight: HTML, blocking CSS, headers", flight, 13_000),
        _row(
            "4",
            "first visit of home, all bytes",
            cold.size,
            36 * KB,
            f"{len(cold.by_request)} requests",
            most_requests=6,
            requests=len(cold.by_request),
        ),
        _row(
            "5",
            "warm home",
            warm.size,
            6 * KB,
            f"{len(warm.by_request)} requests",
            most_requests=1,
            requests=len(warm.by_request),
        ),
        _row("5", "fragment of 20 rows", more.size, 1.5 * KB, f"{len(more.by_request)} requests"),
        _row("6", "own script on a member page", own, 6 * KB, f"all script {scripts:,.0f} B"),
    ]


def _desk(browser: Browser, portal: Portal) -> list[Row]:
    with a_visitor(browser, portal, device=DESK) as visitor:
        visitor.sign_in("casey@club.example")
        cold = _load(visitor, "/care/", cold=True)
    own = sum(size for url, (_, size) in cold.by_request.items() if url.endswith(".js") and "htmx" not in url)
    count = len(cold.by_request)
    return [
        _row(
            "4",
            "first load of the desk's list",
            cold.size,
            60 * KB,
            f"{count} requests",
            most_requests=7,
            requests=count,
        ),
        _row("6", "own script at the desk", own, 14 * KB),
    ]


def _wire(browser: Browser, portal: Portal) -> list[Row]:
    """Choose a 1170 x 2532 screenshot on a phone with script and count what goes up."""
    with tempfile.TemporaryDirectory() as folder, a_visitor(browser, portal, device=PHONE) as visitor:
        file = Path(folder) / "screenshot.png"
        file.write_bytes(screenshot())
        visitor.sign_in("grace@club.example")
        sent: list[Request] = []
        visitor.page.on("requestfinished", lambda request: sent.append(request))  # noqa: PLW0108 - playwright marks its handlers
        _to_evidence(visitor)
        visitor.page.locator("input[type=file]").first.set_input_files(file)
        visitor.page.locator("[data-upload-list] img[src^='/claims/']").first.wait_for()
        visitor.page.wait_for_load_state("networkidle")
        uploads = [
            request.all_headers() for request in sent if request.url.endswith("/evidence") and request.method == "POST"
        ]
        size = max(int(headers["content-length"]) for headers in uploads)
    return [_row("14", f"a {file_size(screenshot())} screenshot on the wire", size, 220 * KB)]


def _to_evidence(visitor: Visitor) -> None:
    """Begin a claim and walk to the step with the pictures."""
    from tests.e2e.claiming import begin_claim  # noqa: PLC0415 - the journey the browser tests take, too

    begin_claim(visitor)


def _load(visitor: Visitor, path: str, *, cold: bool) -> Traffic:
    with _listening(visitor, cold=cold) as traffic:
        visitor.open(path)
        visitor.page.wait_for_load_state("networkidle")
        visitor.page.wait_for_timeout(400)
    return traffic


def _load_more(visitor: Visitor) -> Traffic:
    visitor.open("/points")
    visitor.page.wait_for_load_state("networkidle")
    with _listening(visitor, cold=False) as traffic:
        visitor.page.locator("#more a, a#more").first.click()
        visitor.page.wait_for_load_state("networkidle")
        visitor.page.wait_for_timeout(400)
    return traffic


@contextmanager
def _listening(visitor: Visitor, *, cold: bool) -> Iterator[Traffic]:
    traffic = Traffic()
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send("Network.enable")
    if cold:
        session.send("Network.clearBrowserCache")
    kinds: dict[str, tuple[str, str]] = {}
    cached: set[str] = set()
    session.on(
        "Network.requestWillBeSent",
        lambda seen: kinds.update({seen["requestId"]: (seen["type"], seen["request"]["url"])}),
    )
    session.on("Network.requestServedFromCache", lambda seen: cached.add(seen["requestId"]))

    def finish(seen: dict[str, Any]) -> None:
        kind, url = kinds.get(seen["requestId"], ("Other", seen["requestId"]))
        if seen["requestId"] not in cached and seen["encodedDataLength"] and url.startswith("http"):
            traffic.by_request[url] = (kind, seen["encodedDataLength"])

    session.on("Network.loadingFinished", finish)
    yield traffic
    session.detach()


def file_size(data: bytes) -> str:
    """Write a size as people say it."""
    return f"{len(data) / 1_000_000:.1f} MB"


def _row(  # noqa: PLR0917 - a row is a row
    number: str, what: str, size: float, most: float, also: str = "", most_requests: int = 0, requests: int = 0
) -> Row:
    fine = size <= most and (not most_requests or requests <= most_requests)
    budget = f"<= {most:,.0f} B" + (f", {most_requests} requests" if most_requests else "")
    return Row(number, what, budget, f"{size:,.0f} B" + (f", {also}" if also else ""), "", fine, {"bytes": size})
