"""What went wrong, for programs: a small object after RFC 9457 instead of a page."""

import json
from http import HTTPStatus

from flask import Response, request

UNDER = "/api/"


def is_for_programs() -> bool:
    """Tell whether a program asks, who has no use for a page."""
    return request.path.startswith(UNDER)


def problem(status: int, *, code: str = "", detail: str = "") -> Response:
    """Say what is wrong; without a code of its own the status says it."""
    known = HTTPStatus(status)
    said = {
        "type": "about:blank",
        "title": known.phrase,
        "status": status,
        "code": code or known.name.lower(),
        "detail": detail or known.description or known.phrase,
    }
    return Response(json.dumps(said), status, content_type="application/problem+json")
