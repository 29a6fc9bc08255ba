"""Addresses: for letters from the base address, and back to where somebody was."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from portal.config import Settings

LONGEST_PATH = 500


def settings() -> Settings:
    """Give the settings of the running app."""
    found: Settings = current_app.extensions["settings"]
    return found


def absolute(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - what url_for takes
    """Give a full address from the base address, never from the Host header; works without a request."""
    adapter = current_app.url_map.bind("localhost")
    return settings().site_url + adapter.build(endpoint, values)


def safe_path(target: str | None) -> str:
    """Give `target` when it is a page of ours that a GET opens, else the empty text.

    Only a path is taken: other hosts, `//`, backslashes and control characters are refused.
    """
    if not target or len(target) > LONGEST_PATH or not target.isprintable() or "\\" in target:
        return ""
    if not target.startswith("/") or target.startswith("//"):
        return ""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or parts.path.startswith("//"):
        return ""
    try:
        endpoint, _ = current_app.url_map.bind("localhost").match(parts.path, method="GET")
    except (HTTPException, RequestRedirect):
        return ""
    if endpoint in {"accounts.sign_in", "accounts.sign_out", "static"}:
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def page_behind() -> str:
    """Give the page a form was sent from: the referrer's path when it is ours, else the address itself."""
    referrer = urlsplit(request.referrer or "")
    if referrer.netloc == request.host:
        found = safe_path(referrer.path + (f"?{referrer.query}" if referrer.query else ""))
        if found:
            return found
    return safe_path(request.path) or "/"
