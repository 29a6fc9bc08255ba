"""A real browser and real portals for the journeys; all of them run in one process, which has one browser."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.pages import Visitor, a_visitor
from tests.e2e.portals import Portal, running_portal
from tools import browser as browsers

HERE = Path(__file__).parent
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = browsers.find()
    assert path is not None, browsers.NONE_FOUND
    # Chromium's own sandbox does not run as root.
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def shared_portal() -> Iterator[Portal]:
    """One portal for all tests that only look."""
    with running_portal() as portal:
        yield portal


@pytest.fixture(scope="session")
def lent_portal() -> Iterator[Portal]:
    """One portal for all tests that change something, one after the other."""
    with running_portal() as portal:
        yield portal


@pytest.fixture
def portal(lent_portal: Portal) -> Portal:
    """A portal as if just begun, for whoever changes something."""
    lent_portal.begin_again()
    return lent_portal


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Open browser windows: `visit(portal, device=PHONE, javascript=False, scheme="dark")`."""
    with ExitStack() as windows:
        yield lambda *at, **how: windows.enter_context(a_visitor(browser, *at, **how))
