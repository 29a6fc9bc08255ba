"""Every page of every role: axe finds nothing in light and dark, and nothing is wider than the window."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.pages import DESKTOP, PHONE, Visitor
from tests.e2e.portals import Portal

Visit = Callable[..., Visitor]

PUBLIC = (
    "/sign-in",
    "/forgot-password",
    "/help/points",
    "/help/balance",
    "/help/access",
    "/help/cannot-get-in",
    "/join",
    "/friend/33333333",
    "/rules",
    "/nowhere",
    "/mailbox",
    "/_parts",
)
# These look alike for every member, so one of them opens them.
YOU = (
    "/you/profile",
    "/you/email",
    "/you/password",
    "/you/addresses",
    "/you/linked-accounts",
    "/you/safety",
    "/you/export",
    "/you/closing",
    "/you/activity",
)
MEMBER = (
    "/",
    "/points",
    "/points?text=order",
    "/points/balance?figure=0&day=2026-01-01",
    "/points/statement",
    "/benefits",
    "/earn",
    "/earn/friend",
    "/earn/device",
    "/earn/quiz/first_steps",
    "/claims",
    "/claims/new",
    "/you",
    "/help/points",
    "/nowhere",
)
STAFF = (
    "/care/",
    "/care/?view=decided",
    "/care/?find=nobody",
    "/care/members",
    "/care/members?find=asha",
    "/you/safety",
    "/nowhere",
)
AGENT = (*STAFF, "/care/ages")
ADMIN = (*STAFF, "/care/people")
PEOPLE: dict[str, tuple[str, ...]] = {
    "": PUBLIC,
    "asha": (*MEMBER, *YOU),
    "bruno": MEMBER,
    "pia": MEMBER,
    "mara": ("/you/requirements", "/you"),
    "casey": AGENT,
    "lena": STAFF,
    "omar": ADMIN,
}
# What members may see at 200 percent on a phone, where it is half as wide.
ENLARGED = ("", "asha", "bruno", "mara")
NARROW, WIDE = {"width": 195, "height": 422}, DESKTOP["viewport"]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("name", PEOPLE)
def test_page_is_accessible_in_both_schemes_and_fits(
    shared_portal: Portal, visit: Visit, name: str, device: dict[str, Any]
) -> None:
    visitor = visit(shared_portal, device=device)
    for path in _paths(visitor, name):
        visitor.open(path)
        visitor.assert_sound()
        if device is DESKTOP and name in ENLARGED and path != "/_parts":
            visitor.page.set_viewport_size(NARROW)
            visitor.assert_fits()
            visitor.page.set_viewport_size(WIDE)


def _paths(visitor: Visitor, name: str) -> list[str]:
    """Sign in when there is a name, and add the first claim, letter or member behind the lists."""
    paths = list(PEOPLE[name])
    if name:
        visitor.sign_in(f"{name}@club.example")
    lists = {
        "/claims": "/claims/C-",
        "/care/": "/care/claims/",
        "/care/members?find=asha": "/care/members/",
        "/care/ages": "/care/ages/",
        "/care/people": "/care/people/",
    }
    for page, start in lists.items():
        if page not in paths:
            continue
        visitor.open(page)
        hrefs = visitor.page.locator(f"main a[href^='{start}']").evaluate_all(
            "all => all.map(a => a.getAttribute('href'))"
        )
        paths += [href for href in hrefs if re.search(r"(C-|/)[\w-]{8,}$", href)][:1]
    return paths
