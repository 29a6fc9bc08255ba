"""The proof-reading client: opens pages by endpoint, and checks each answer before a test sees it."""

import contextvars
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from portal import programme
from portal.accounts.rules import Factor, Role
from portal.accounts.service import devices, sessions
from portal.clock import now
from portal.mail import outbox
from portal.mail.postbox import Memory
from portal.unit_of_work import unit_of_work
from portal.web.security import CONTENT_SECURITY_POLICY, DOWNLOAD_POLICY
from tests.cast import Person
from tests.mail_server import Received
from tests.page import ERROR_PREFIX, Page
from tests.proofreading import attribute, elements_of, faults_of, parsed
from tests.servers import BASE_URL
from tests.watch import Watch, watching

MOST_REDIRECTS = 5
FORM_REFUSED = {409, 422, 429}
SWAP = {"HX-Request": "true", "HX-Request-Type": "partial"}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# A GET may write these and nothing else: that somebody is there, that a link was followed, that a code was wrong, and
# that staff looked.
WRITTEN_BY_GET = frozenset({"user_session", "reset_proof", "allowance", "audit_event", "audit_personal"})
COOKIE_RULES = {"secure": True, "httponly": True, "samesite": "Lax", "path": "/"}


@dataclass
class Site:
    """One browser; `as_` gives the browser of somebody who is signed in."""

    app: Flask
    left_behind: list[str]
    postbox: Memory = field(default_factory=Memory)
    person: Person | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        if self.person is not None:
            self._sign_in(self.person)

    def as_(self, person: Person) -> "Site":
        """Give a new browser in which `person` has just signed in."""
        return Site(self.app, self.left_behind, self.postbox, person)

    @property
    def letters(self) -> list[Received]:
        """Give every letter of this test, the oldest first; those still waiting are handed over now."""
        contextvars.Context().run(self._hand_over)
        return [Received(str(message["From"]), str(message["To"]), message) for message in self.postbox.messages]

    def url(self, endpoint: str, **values: Any) -> str:
        """Give the path of an endpoint."""
        return self.app.url_map.bind("club.example", url_scheme="https").build(endpoint, values)

    def remember(self, person: Person) -> None:
        """Make this browser one that somebody is known on, as a good second step would."""
        held = self.client.get_cookie("__Host-device", domain="club.example")
        with unit_of_work():
            found = devices.remember(person.user_id, held.value if held else "", device="Safari on iPhone", at=now())
        self.client.set_cookie("__Host-device", found.token, domain="club.example", secure=True, httponly=True)

    def open(
        self, target: str, *, status: int = 200, as_fragment: bool = False, proofread: bool = True, **values: Any
    ) -> Page:
        """Open an endpoint, or a path or address of ours as a link names it."""
        path = target if "/" in target else self.url(target, **values)
        return self.send("GET", path, status=status, as_fragment=as_fragment, proofread=proofread)

    def send(
        self,
        method: str,
        target: str,
        *,
        status: int = 200,
        as_fragment: bool = False,
        follow: bool = True,
        proofread: bool = True,
        came_from: str = "/",
        headers: dict[str, str] | None = None,
        **request: Any,
    ) -> Page:
        """Send any request as a browser on our own pages would, follow where it leads, and proof-read what comes.

        Only what is not our own page, such as a letter shown as it was sent, need not be proof-read.
        """
        path = _path(target)
        sent = {"Referer": urljoin(BASE_URL, came_from), **self.headers, **(SWAP if as_fragment else {})}
        if method not in {"GET", "HEAD"}:
            sent |= {"Origin": BASE_URL, "Sec-Fetch-Site": "same-origin"}
        page = self._ask(method, path, proofread, headers=sent | (headers or {}), **request)
        for _ in range(MOST_REDIRECTS):
            onward = _onward(page.response)
            if not onward or not follow:
                break
            page = self._ask("GET", _path(urljoin(page.path, onward)), proofread, headers={"Referer": sent["Referer"]})
        assert page.status == status, (
            f"{method} {path} gave {page.status}, not {status}: {page.errors or page.text[:300]}"
        )
        return page

    def _ask(self, method: str, path: str, proofread: bool, **request: Any) -> Page:  # noqa: FBT001
        with watching() as watch:
            # A context of its own: the request must not see the app context of the test. A stream is read in it too.
            response: TestResponse = contextvars.Context().run(
                self.client.open, path, method=method, base_url=BASE_URL, buffered=True, **request
            )
        # Werkzeug's client leaves a large body open in a temporary file.
        response.request.environ["wsgi.input"].close()
        html = "" if response.mimetype != "text/html" or _onward(response) else response.get_data(as_text=True)
        is_page = bool(html)
        is_fragment = is_page and not html.lstrip().lower().startswith("<!doctype")
        tree = parsed(html, is_fragment=is_fragment or not is_page)
        page = Page(self, path, response, watch.statements, tree)
        faults = [*_faults_of_answer(response, is_page=is_page and proofread), *self._faults_of_work(method, watch)]
        if html and proofread:
            faults += [*faults_of(html, is_fragment=is_fragment, tree=tree), *self._dead_links(page)]
            faults += [] if is_fragment else _faults_of_title(page)
        assert not faults, "\n".join([f"{method} {path} gave {page.status} with faults:", *faults])
        return page

    def _faults_of_work(self, method: str, watch: Watch) -> list[str]:
        faults = [f"the request left {thing} in its session" for thing in self.left_behind]
        self.left_behind.clear()
        if method == "GET":
            faults += [f"a GET wrote to {table}" for table in sorted(watch.tables_written - WRITTEN_BY_GET)]
        return faults

    def _dead_links(self, page: Page) -> list[str]:
        named: list[tuple[str, str]] = []
        for tag in elements_of(page.tree.root):
            named.append((attribute(tag, "hx-get"), "GET"))
            named.append((attribute(tag, "hx-post"), "POST"))
            if tag.name == "a":
                named.append((attribute(tag, "href"), "GET"))
            elif tag.name == "form":
                named.append((attribute(tag, "action"), (attribute(tag, "method") or "get").upper()))
        targets = {(urljoin(BASE_URL + page.path, link), method) for link, method in named if link and link[0] != "#"}
        ours = [(urlsplit(link).path, method) for link, method in targets if link.startswith(BASE_URL)]
        return [f"{method} {path} leads nowhere" for path, method in sorted(ours) if not self._answers(path, method)]

    def _answers(self, path: str, method: str) -> bool:
        if path.startswith("/assets/"):
            return True
        try:
            self.app.url_map.bind("club.example", url_scheme="https").match(path, method=method)
        except RequestRedirect:
            return True
        except HTTPException:
            return False
        return True

    def _hand_over(self) -> None:
        with self.app.app_context():
            while outbox.send_due(self.postbox, at=now()):
                pass

    def _sign_in(self, person: Person) -> None:
        """Give this browser a session as the sign-in page would; that page has tests of its own."""
        with unit_of_work():
            role = Role(person.role)
            begun = sessions.begin(
                person.user_id,
                role,
                keep=False,
                address="192.0.2.7",
                device="Safari on iPhone",
                at=now(),
                factor=Factor.PASSKEY if role.is_staff else Factor.DEVICE,
            )
        contextvars.Context().run(self._take_cookie, begun.token)
        self.remember(person)

    def _take_cookie(self, token: str) -> None:
        with self.client.session_transaction(base_url=BASE_URL) as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True


def _path(target: str) -> str:
    """Give path and query of an address of ours; a foreign one is a mistake of the page."""
    parts = urlsplit(target)
    assert parts.netloc in {"", urlsplit(BASE_URL).netloc}, f"{target} leads away from the portal"
    return parts._replace(scheme="", netloc="", fragment="").geturl() or "/"


def _onward(response: TestResponse) -> str:
    if "HX-Redirect" in response.headers:
        return response.headers["HX-Redirect"]
    return response.headers.get("Location", "") if response.status_code in {301, 302, 303, 307, 308} else ""


def _faults_of_answer(response: TestResponse, *, is_page: bool) -> list[str]:
    asked_for_a_part = response.request.headers.get("HX-Request-Type") == "partial"
    policy = DOWNLOAD_POLICY if asked_for_a_part else CONTENT_SECURITY_POLICY
    wanted = HEADERS | ({"Content-Security-Policy": policy, "Cache-Control": "no-store"} if is_page else {})
    faults = [
        f"header {name} is {response.headers.get(name)!r}, not {value!r}"
        for name, value in wanted.items()
        if response.headers.get(name) != value
    ]
    if "Content-Security-Policy" not in response.headers:
        faults.append("no Content-Security-Policy")
    if is_page and "HX-Request-Type" not in response.vary:
        faults.append("a page or fragment without Vary: HX-Request-Type")
    if is_page and "charset=utf-8" not in response.headers["Content-Type"]:
        faults.append("a page without its character set")
    for line in response.headers.getlist("Set-Cookie"):
        for name, morsel in SimpleCookie(line).items():
            wrong = {key: morsel[key] for key, value in COOKIE_RULES.items() if morsel[key] != value}
            faults += [f"cookie {name} has {wrong}"] if wrong else []
    return faults


def _faults_of_title(page: Page) -> list[str]:
    """Compare the title with the h1 and the club; "Error:" stands in front when the form has failed."""
    heading, title = page.texts("h1"), page.texts("title")
    failed = f"{ERROR_PREFIX} " if page.status in FORM_REFUSED and (page.has("#wrong") or page.errors) else ""
    wanted = [f"{failed}{text} – {programme.current().club.name}" for text in heading[:1]]
    return [] if title == wanted else [f"the title is {title}, not {wanted}"]
