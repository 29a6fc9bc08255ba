"""The doors for programs: messages of the shop, and the document that says how they are written."""

import json

from flask import Blueprint, Response, request

from portal.accounts.sealing import seals_of
from portal.accounts.service.limits import Limit
from portal.clock import now
from portal.shop import document
from portal.shop.door import Answer, Envelope, Unanswered, answer
from portal.shop.rules import read_stamp
from portal.web.access import public, signed_messages
from portal.web.links import settings
from portal.web.problems import problem
from portal.web.trail import where

bp = Blueprint("shop", __name__, url_prefix="/api/v1")


@bp.post("/events")
@signed_messages
def receive_events() -> Response:
    """Take signed messages in."""
    try:
        found = answer(
            _envelope(),
            seals=seals_of(settings()),
            limit=Limit("messages", settings().api_messages_per_minute, 60),
            where=where(),
            at=now(),
        )
    except Unanswered as refusal:
        return _refusal(refusal)
    return _reply(found)


@bp.get("/openapi.json")
@public
def show_openapi() -> Response:
    return Response(json.dumps(document.openapi()), content_type="application/json")


def _envelope() -> Envelope:
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    if request.mimetype != "application/json" or request.headers.get("Content-Encoding"):
        raise Unanswered(415, "media_type", "The body is application/json in UTF-8, as it is.")
    stamp = read_stamp(*(request.headers.get(name, "") for name in names))
    return Envelope(request.headers.get("webhook-source", ""), stamp, request.get_data(cache=False))


def _reply(found: Answer) -> Response:
    response = Response(json.dumps(found.body), found.status, content_type="application/json")
    if found.is_kept:
        response.headers["Idempotent-Replayed"] = "true"
    if found.status == 503:  # noqa: PLR2004
        response.headers["Retry-After"] = "5"
    return response


def _refusal(refusal: Unanswered) -> Response:
    response = problem(refusal.status, code=refusal.code, detail=refusal.words)
    if refusal.seconds:
        response.headers["Retry-After"] = str(refusal.seconds)
    if refusal.status == 401:  # noqa: PLR2004
        response.headers["WWW-Authenticate"] = "Webhook-Signature"
    return response
