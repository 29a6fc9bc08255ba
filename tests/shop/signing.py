"""A shop for tests: it signs with the official library of Standard Webhooks, and sends."""

import contextvars
import itertools
import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from standardwebhooks import Webhook
from werkzeug.test import TestResponse

from portal.accounts.sealing import seals_of
from portal.activities.rules import EventKind
from portal.clock import now
from portal.shop import service
from portal.shop.rules import new_secret, written
from portal.unit_of_work import unit_of_work
from tests.servers import BASE_URL

ALL = tuple(EventKind)
API_DOCUMENT = (Path(__file__).parents[2] / "docs/api.md").read_text(encoding="utf-8")
_numbers = itertools.count(1)


@dataclass
class Shop:
    """A system with a key, and what it says about each message."""

    app: Flask
    source: str
    secret: str
    headers: dict[str, str] = field(default_factory=dict)

    def send(
        self,
        body: object,
        *,
        message_id: str | None = None,
        at: datetime | None = None,
        secret: str | None = None,
        **headers: str,
    ) -> TestResponse:
        """Send a body, as JSON unless it is bytes already; headers override those of the signature."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        name = message_id or f"msg-{uuid.uuid4().hex}"
        signed = self.signed(raw, name, at or now(), secret or self.secret)
        given = signed | self.headers | {key.replace("_", "-"): value for key, value in headers.items()}
        return contextvars.Context().run(
            self.app.test_client(use_cookies=False).post,
            "/api/v1/events",
            data=raw,
            base_url=BASE_URL,
            headers={key: value for key, value in given.items() if value},
        )

    def signed(self, raw: bytes, name: str, at: datetime, secret: str) -> dict[str, str]:
        """Give the headers of a message, signed by the official library."""
        return {
            "webhook-source": self.source,
            "webhook-id": name,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(secret).sign(name, at, raw.decode(errors="replace")),
            "content-type": "application/json",
        }


def a_shop(app: Flask, source: str = "shop", *, kinds: tuple[EventKind, ...] = ALL) -> Shop:
    """Let a system send us messages."""
    with unit_of_work():
        service.add_client(source, name="The shop", kinds=kinds, at=now() - timedelta(days=60))
    return Shop(app, source, a_key(app, source))


def a_key(app: Flask, source: str, *, overlap: timedelta = timedelta(days=14), at: datetime | None = None) -> str:
    """Give a system a new key."""
    secret = new_secret()
    with unit_of_work():
        seals = seals_of(app.extensions["settings"])
        service.make_key(source, secret, seals=seals, overlap=overlap, at=at or now())
    return written(secret)


def a_purchase(member: str = "", **changes: object) -> dict[str, object]:
    """Say that somebody ordered for £45 yesterday."""
    number = f"{next(_numbers):08d}"
    said: dict[str, object] = {
        "id": f"order-{number}",
        "kind": "earn",
        "activity": "order",
        "occurred_at": (now() - timedelta(days=1)).isoformat(timespec="seconds"),
        "subject": number,
        "amount_minor": 4500,
        "currency": "GBP",
    }
    return said | ({"member": member} if member else {}) | changes


def the_example() -> tuple[Callable[..., Any], dict[str, Any]]:
    """Give the function and the event that docs/api.md shows."""
    said: dict[str, Any] = {}
    exec(_block("python"), said)  # noqa: S102 - the example of our own document
    return said["send"], json.loads(_block("json"))


def _block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", API_DOCUMENT, re.DOTALL)
    return str(found)
