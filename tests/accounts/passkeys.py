"""Making and using passkeys through the portal's own pages."""

import json
from typing import Any

from tests.authenticator import Authenticator
from tests.page import Page
from tests.site import Site


def asked(site: Site, endpoint: str, page: Page, *, status: int = 200) -> dict[str, Any]:
    """Ask for what the browser would be asked, as the script of `page` does."""
    answer = site.send("POST", site.url(endpoint), came_from=page.path, status=status, data={"csrf_token": page.token})
    found: dict[str, Any] = json.loads(answer.response.get_data(as_text=True))
    return found


def add_passkey(site: Site, device: Authenticator, name: str = "Phone", *, status: int = 200) -> Page:
    """Add a passkey of `device` to whoever is signed in on `site`."""
    page = site.open("accounts.new_passkey")
    made = device.make(asked(site, "accounts.ask_new_passkey", page))
    return send_new(page, made, name, status=status)


def send_new(page: Page, made: str, name: str = "Phone", *, status: int = 200) -> Page:
    return page.submit("Add a passkey", name=name, credential=made, status=status)


def sign_in(site: Site, device: Authenticator, *, status: int = 200, **how: Any) -> Page:
    """Sign in with a passkey of `device` and nothing else."""
    page = site.open("accounts.sign_in")
    return send_sign_in(page, device.sign(asked(site, "accounts.ask_passkey", page), **how), status=status)


def send_sign_in(page: Page, signed: str, *, status: int = 200, **fields: Any) -> Page:
    return page.submit("Sign in with a passkey", credential=signed, status=status, **fields)
