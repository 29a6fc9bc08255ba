"""The API as an OpenAPI 3.1 document, made from the models that check what comes in and write what goes out."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from pydantic.json_schema import models_json_schema

from portal import programme
from portal.shop.answers import MessageAnswer, Problem
from portal.shop.messages import ACTIVITY, CURRENCY, MOST_EVENTS, AnyLine, Part
from portal.shop.rules import MESSAGE_ID, SECONDS, SOURCE

REF = "#/components/schemas/{model}"
SIGNING = (
    "Signed after Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over id, timestamp and the bytes of the body, "
    "joined by dots. A message with the same id and body gets the same answer again for 30 days."
)
PROBLEMS = {
    "400": "The body is no JSON that everybody reads the same way.",
    "401": "Not signed by a key we know, or signed more than five minutes from now.",
    "409": "The id stood for another body before, or the same message is being worked on.",
    "413": "The body is too large.",
    "415": "The body is no application/json.",
    "429": "Too many messages of this system at once.",
}
WAITS = frozenset({"409", "429", "503"})


class Events(Part):
    """Several events in one message; what is wrong with one of them does not hold up the others."""

    events: Annotated[tuple[AnyLine, ...], Field(min_length=1, max_length=MOST_EVENTS)]


def openapi() -> dict[str, Any]:
    """Give the whole document, with the activities and the currency of the present programme."""
    club = programme.current()
    return _document(tuple(activity.key for activity in club.activities), club.club.currency)


@lru_cache(maxsize=1)
def _document(activities: tuple[str, ...], currency: str) -> dict[str, Any]:
    _, lines = models_json_schema([(Events, "validation")], ref_template=REF)
    _, told = models_json_schema([(MessageAnswer, "serialization"), (Problem, "serialization")], ref_template=REF)
    one = TypeAdapter(AnyLine).json_schema(ref_template=REF)
    schemas = {**one.pop("$defs"), **lines["$defs"], **told["$defs"], "Event": one}
    for schema in schemas.values():
        _narrow(schema, {ACTIVITY: activities, CURRENCY: (currency,)})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Messages of the shop", "version": "1", "description": SIGNING},
        "servers": [{"url": "/"}],
        "paths": {
            "/api/v1/events": {"post": _receive()},
            "/api/v1/openapi.json": {
                "get": {
                    "operationId": "show_openapi",
                    "summary": "This document.",
                    "security": [],
                    "responses": {"200": _json("This document.", {"type": "object"})},
                }
            },
        },
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {"signature": {"type": "apiKey", "in": "header", "name": "webhook-signature"}},
        },
    }


def _receive() -> dict[str, Any]:
    answers = {
        "200": _json("Every event is recorded or was before.", _ref("MessageAnswer")),
        "207": _json("Some events are refused; the others are recorded.", _ref("MessageAnswer")),
        "422": _json("Every event is refused, or the body holds no events.", _ref("MessageAnswer")),
        "503": _json("An event failed by a fault of ours; send the message again.", _ref("MessageAnswer")),
    }
    answers["422"]["content"] |= _problem("")["content"]
    answers |= {status: _problem(words) for status, words in PROBLEMS.items()}
    for status in WAITS:
        answers[status]["headers"] = {
            "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
        }
    return {
        "operationId": "receive_events",
        "summary": "Tell what happened: one event, or up to " + f"{MOST_EVENTS} in one message.",
        "security": [{"signature": []}],
        "parameters": [
            _header("webhook-source", "The name this system was given.", SOURCE.pattern),
            _header("webhook-id", "Names the message; the same for every try to send it.", MESSAGE_ID.pattern),
            _header("webhook-timestamp", "Seconds since 1970, when it was signed.", SECONDS.pattern),
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"anyOf": [_ref("Event"), _ref("Events")]}}},
        },
        "responses": dict(sorted(answers.items())),
    }


def _narrow(schema: object, words: Mapping[str, tuple[str, ...]]) -> None:
    """Say which words of a pattern the programme knows, wherever the pattern stands."""
    if isinstance(schema, dict):
        if known := words.get(schema.get("pattern", "")):
            schema["enum"] = list(known)
        for part in schema.values():
            _narrow(part, words)
    elif isinstance(schema, list):
        for part in schema:
            _narrow(part, words)


def _header(name: str, words: str, pattern: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": f"^{pattern}$"}
    return {"name": name, "in": "header", "required": True, "description": words, "schema": schema}


def _json(words: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": schema}}}


def _problem(words: str) -> dict[str, Any]:
    return {"description": words, "content": {"application/problem+json": {"schema": _ref("Problem")}}}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": REF.format(model=name)}
