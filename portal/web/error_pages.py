"""The one place that draws what went wrong: never a stack trace, always a way on."""

import logging

from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from portal.clock import now
from portal.errors import Conflict, NotFound, Refused
from portal.web.htmx import page
from portal.web.problems import is_for_programs, problem

log = logging.getLogger("portal")
DRAWN = frozenset({400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503})


def draw_errors(app: Flask) -> None:
    """Answer every error of `app` with a designed page."""

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        if error.response is not None and isinstance(error.response, Response):
            return error.response
        status = error.code or 500
        answer = draw(status)
        if status == 405 and error.get_response().headers.get("Allow"):  # noqa: PLR2004
            answer.headers["Allow"] = error.get_response().headers["Allow"]
        return answer

    @app.errorhandler(CSRFError)
    def forged(_error: CSRFError) -> Response:
        log.warning("a form without its token was refused at %s", request.endpoint)
        return draw(403)

    @app.errorhandler(NotFound)
    def not_found(_error: NotFound) -> Response:
        return draw(404)

    @app.errorhandler(Conflict)
    def conflict(_error: Conflict) -> Response:
        return draw(409)

    @app.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        log.warning("refused without a form: %s", error.code)
        return draw(422)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        log.error("request %s failed: %s %s", number(), request.method, request.endpoint, exc_info=error)
        return draw(InternalServerError.code)


def number() -> str:
    """Give the number a member can tell us when they write."""
    name: str = g.get("request_id", "000000")
    return f"{name[:3]}-{name[3:]}"


def draw(status: int) -> Response:
    """Draw the page for `status`, or say it in short to a program."""
    if is_for_programs():
        return problem(status)
    shown = status if status in DRAWN else 500 if status >= 500 else 400  # noqa: PLR2004
    return page(f"errors/{shown}.html", status=status, number=number(), at=now())
