"""A page or one of its blocks, and where to go next: the two answers every view gives."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request
from jinja2_fragments.flask import render_block
from werkzeug.urls import iri_to_uri


def wants_fragment() -> bool:
    """Tell whether htmx will swap only a part; going back and boosted links ask for the whole page."""
    return request.headers.get("HX-Request-Type") == "partial"


def is_htmx() -> bool:
    """Tell whether htmx sent this request."""
    return request.headers.get("HX-Request") == "true"


def page(template: str, block: str | None = None, status: int = 200, **context: Any) -> Response:  # noqa: ANN401
    """Give the whole page, or just `block` of it when htmx swaps a part."""
    if block and wants_fragment():
        body = render_block(template, block, status=status, **context)
    else:
        body = render_template(template, status=status, **context)
    response = make_response(body, status)
    response.vary.add("HX-Request-Type")
    return response


def go(url: str) -> Response:
    """Send the browser on: 303, or for htmx an empty 204 that names the address."""
    if is_htmx():
        return Response(status=204, headers={"HX-Redirect": iri_to_uri(url)})
    return make_response(redirect(url, 303))
