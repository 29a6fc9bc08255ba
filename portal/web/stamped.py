"""Pages that are the same for everybody: drawn once for each language, then only stamped with a fresh CSRF token."""

from collections.abc import Callable
from typing import Any

from flask import Response, make_response, render_template
from flask_wtf.csrf import generate_csrf

from portal import programme
from portal.web.speech import locale

_PLACE = "the-token-of-the-visitor-stands-here"
_drawn: dict[tuple[str, str, str], str] = {}


def stamped_page(template: str, context: Callable[[], dict[str, Any]]) -> Response:
    """Give a page whose context never differs between visitors; the token in it is the visitor's own."""
    known = (template, locale(), programme.current().digest)
    html = _drawn.get(known)
    if html is None:
        html = _drawn[known] = render_template(template, **context(), csrf_token=lambda: _PLACE)
    response = make_response(html.replace(_PLACE, generate_csrf()))
    response.vary.add("HX-Request-Type")
    return response
