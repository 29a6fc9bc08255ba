"""The API: what a signed message costs beside a bare Flask that reads the same body and answers."""

import base64
import hashlib
import hmac
import json
import time
from datetime import timedelta
from http import HTTPStatus
from itertools import count

from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import Member
from portal.clock import now
from portal.db import db
from portal.demo.shop import SECRET, SOURCE
from portal.shop.rules import read_secret
from tools.bench.ground import BASE_URL, Ground
from tools.bench.rows import Row, at_least, cpu_ratio

PATH = "/api/v1/events"
BATCH = 100
# The door alone reads keys, spends an allowance and finds the kept answer: a write of two rows and its commit.
LEAST_OF_BARE = 0.02
_numbers = count()


def measure(ground: Ground, name: str) -> list[Row]:
    """Measure a message that was answered before, and one of many new events."""
    with ground.app.app_context():
        members = list(db.session.scalars(select(Member.number).order_by(Member.number).limit(BATCH)))
        db.session.remove()
    ground.app.extensions["settings"] = ground.settings.model_copy(update={"api_messages_per_minute": 10**6})
    client, bare = ground.app.test_client(use_cookies=False), _bare()
    known = _body(members)
    repeated = cpu_ratio(
        lambda: _send(bare, known, "m-known"), lambda: _send(client, known, "m-known"), times_first=100, times_second=10
    )
    fresh = cpu_ratio(
        lambda: _send(bare, known, "m-known"),
        lambda: _send(client, _body(members), f"m-{next(_numbers)}"),
        times_first=100,
        times_second=2,
        rounds=5,
    )
    events = BATCH / fresh.seconds_of_second
    return [
        Row(
            "E",
            f"a message of {BATCH} events that was answered before, of a bare POST of the same body, {name}",
            f">= {LEAST_OF_BARE}",
            str(repeated),
            f"bare {1 / repeated.seconds_of_first:.0f}/s",
            at_least(repeated, LEAST_OF_BARE),
            {"ratio": repeated.median, "messages_per_cpu_second": 1 / repeated.seconds_of_second},
        ),
        Row(
            "E",
            f"a message of {BATCH} new events, each recorded in a transaction of its own, {name}",
            "told",
            f"{events:.0f} events a CPU second, each as dear as {1 / fresh.median / BATCH:.0f} bare POSTs",
            f"bare {1 / fresh.seconds_of_first:.0f} messages/s",
            is_met=True,
            figures={"ratio": fresh.median, "events_per_cpu_second": events},
        ),
    ]


def _bare() -> FlaskClient:
    app = Flask("bare")

    @app.post(PATH)
    def read() -> str:
        return str(len(request.get_data()))

    return app.test_client(use_cookies=False)


def _body(members: list[str]) -> bytes:
    day = (now() - timedelta(days=1)).isoformat(timespec="seconds")
    lines = [
        {
            "id": f"bench-{(number := next(_numbers))}",
            "kind": "earn",
            "activity": "order",
            "occurred_at": day,
            "member": member,
            "subject": f"9{number:07}",
            "amount_minor": 4500,
            "currency": "GBP",
        }
        for member in members
    ]
    return json.dumps({"events": lines}).encode()


def _send(client: FlaskClient, raw: bytes, message_id: str) -> None:
    seconds = str(int(time.time()))
    text = f"{message_id}.{seconds}.".encode() + raw
    signature = base64.b64encode(hmac.new(read_secret(SECRET), text, hashlib.sha256).digest()).decode()
    headers = {
        "content-type": "application/json",
        "webhook-source": SOURCE,
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{signature}",
    }
    answer = client.post(PATH, data=raw, headers=headers, base_url=BASE_URL)
    assert answer.status_code == HTTPStatus.OK, answer.data[:300]
