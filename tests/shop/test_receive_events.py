"""Messages come in signed: each event is answered for, none blocks another, and nothing is taken twice."""

import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from portal.activities.models import Event
from portal.activities.rules import EventKind
from portal.audit.models import AuditEvent
from portal.audit.rules import Verb
from portal.clock import now
from portal.db import db
from portal.shop.models import ApiKey, ApiMessage
from portal.shop.service import forget_messages, take_message
from portal.unit_of_work import unit_of_work
from tests.activities.messages import expected
from tests.shop.signing import a_key, a_purchase, a_shop
from tests.watch import watching


@pytest.fixture
def shop(app, session):
    return a_shop(app)


def events() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Event)) or 0


def problem(answer) -> tuple[int, str]:
    assert answer.content_type == "application/problem+json"
    return answer.status_code, answer.json["code"]


def test_purchase_is_recorded_and_its_points_are_promised(shop, asha):
    answer = shop.send(a_purchase(asha.number))

    assert (answer.status_code, answer.content_type) == (200, "application/json")
    [line] = answer.json["results"]
    assert (line["line"], line["status"], line["outcome"], line["faults"]) == (1, "recorded", "pending", [])
    assert [promise.points for promise in expected(asha)] == [45]
    assert answer.headers.getlist("Set-Cookie") == []


def test_bad_lines_say_why_and_hold_up_no_good_one(shop, asha):
    bad = [a_purchase(amount_minor="4500"), a_purchase(currency="EUR"), "no event", a_purchase(role="admin")]
    good = [a_purchase(asha.number), a_purchase(asha.email)]

    answer = shop.send({"events": [good[0], *bad, good[1]]})

    assert answer.status_code == 207
    assert [line["status"] for line in answer.json["results"]] == ["recorded", *["refused"] * 4, "recorded"]
    assert [[(fault["field"], fault["code"]) for fault in line["faults"]] for line in answer.json["results"][1:5]] == [
        [("amount_minor", "value")],
        [("currency", "other_currency")],
        [("", "type")],
        [("role", "unknown_field")],
    ]
    assert {key: answer.json[key] for key in ("recorded", "repeated", "refused", "failed")} == {
        "recorded": 2,
        "repeated": 0,
        "refused": 4,
        "failed": 0,
    }
    assert (events(), len(expected(asha))) == (2, 2)


def test_message_of_bad_lines_alone_is_refused_as_a_whole(shop):
    answer = shop.send(a_purchase(currency="EUR"))

    assert (answer.status_code, answer.json["refused"], events()) == (422, 1, 0)


def test_same_message_again_gets_the_very_same_answer(shop, asha):
    body = {"events": [a_purchase(asha.number), a_purchase(currency="EUR")]}

    first = shop.send(body, message_id="m-1")
    again = shop.send(body, message_id="m-1", at=now() + timedelta(seconds=9))

    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    assert (events(), len(expected(asha))) == (1, 1)


def test_same_id_with_another_body_is_refused(shop):
    assert shop.send(a_purchase(), message_id="m-1").status_code == 200
    assert problem(shop.send(a_purchase(), message_id="m-1")) == (409, "changed")
    assert events() == 1


def test_message_somebody_has_in_hand_waits_until_their_hold_ends(app, shop):
    body = json.dumps(a_purchase()).encode()
    client_id = db.session.scalar(select(ApiKey.client_id))
    digest = hashlib.sha256(body).hexdigest()
    with unit_of_work():
        take_message(client_id, "m-1", body_hash=digest, at=now())
    busy = shop.send(body, message_id="m-1")
    with unit_of_work():
        db.session.execute(update(ApiMessage).values(leased_until=now() - timedelta(seconds=1)))

    assert (problem(busy), busy.headers["Retry-After"]) == ((409, "busy"), "5")
    assert shop.send(body, message_id="m-1").status_code == 200


def test_event_that_came_before_is_repeated_and_a_changed_one_refused(shop, asha):
    purchase = a_purchase(asha.number)
    shop.send(purchase)

    answer = shop.send({"events": [purchase, purchase | {"amount_minor": 9900}]})

    assert [line["status"] for line in answer.json["results"]] == ["repeated", "refused"]
    assert [fault["code"] for fault in answer.json["results"][1]["faults"]] == ["changed"]
    assert [promise.points for promise in expected(asha)] == [45]


def test_two_systems_may_use_the_same_ids(app, shop):
    other = a_shop(app, "till")
    purchase = a_purchase()

    answers = [one.send(purchase, message_id="m-1") for one in (shop, other)]

    assert [answer.json["recorded"] for answer in answers] == [1, 1]


def test_nobody_learns_whether_the_system_the_key_or_the_signature_is_wrong(app, shop):
    stranger = a_shop(app, "till")
    body = a_purchase()
    answers = [
        shop.send(body, webhook_source="nobody"),
        shop.send(body, webhook_source=""),
        shop.send(body, secret=stranger.secret),
        shop.send(body, webhook_signature="v1,AAAA"),
        shop.send(body, webhook_signature="v2,AAAA"),
        shop.send(body, webhook_signature="v1,é".encode("latin-1").decode("latin-1")),
        shop.send(body, webhook_signature=""),
        shop.send(body, webhook_id=""),
        shop.send(body, webhook_id="another"),
        shop.send(body, webhook_timestamp="soon"),
        shop.send(body, webhook_timestamp=str(int(now().timestamp()) + 1)),
    ]

    told = {(answer.status_code, answer.data, tuple(sorted(answer.headers.keys()))) for answer in answers}
    assert len(told) == 1
    assert problem(answers[0]) == (401, "signature")
    assert events() == 0
    noted = db.session.scalars(select(AuditEvent.verb).where(AuditEvent.verb == Verb.MESSAGE_REFUSED)).all()
    assert len(noted) == 1


def test_body_that_was_written_anew_after_signing_is_refused(app, shop):
    body = json.dumps(a_purchase()).encode()
    signed = shop.signed(body, "m-1", now(), shop.secret)

    for other in (body + b" ", body.replace(b"4500", b"4501"), body[:-1]):
        answer = app.test_client(use_cookies=False).post(
            "/api/v1/events", data=other, headers=signed, base_url="https://club.example"
        )
        assert problem(answer) == (401, "signature")


def test_message_counts_within_five_minutes_of_its_signature(shop):
    for minutes, wanted in ((-4.9, 200), (4.9, 200), (-5.1, 401), (5.1, 401)):
        answer = shop.send(a_purchase(), at=now() + timedelta(minutes=minutes))
        assert answer.status_code == wanted, minutes
        assert wanted == 200 or problem(answer) == (401, "clock")


def test_old_key_opens_until_its_time_is_over_and_no_third_one_does(app, shop):
    first, second = shop.secret, a_key(app, "shop", overlap=timedelta(days=1))

    assert [shop.send(a_purchase(), secret=key).status_code for key in (first, second)] == [200, 200]

    third = a_key(app, "shop", overlap=timedelta())

    assert [shop.send(a_purchase(), secret=key).status_code for key in (first, second, third)] == [401, 401, 200]


def test_one_right_signature_among_several_is_enough(app, shop):
    body = json.dumps(a_purchase()).encode()
    right = shop.signed(body, "m-1", now(), shop.secret)["webhook-signature"]

    answer = shop.send(body, message_id="m-1", webhook_signature=f"v1a,zzz v1,AAAA {right}")

    assert answer.status_code == 200


def test_signature_is_all_that_counts_wherever_the_message_comes_from(shop):
    headers = {"sec_fetch_site": "cross-site", "origin": "https://shop.example", "cookie": "__Host-session=anything"}

    answer = shop.send(a_purchase(), **headers)

    assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (200, [])


def test_system_may_send_only_what_it_was_let_in_for(app, session, asha):
    till = a_shop(app, "till", kinds=(EventKind.EARN,))
    cancelled = {"id": "c-1", "kind": "cancellation", "subject": "1", "occurred_at": "2026-11-20T18:22:00Z"}

    answer = till.send({"events": [a_purchase(asha.number), cancelled]})

    assert [line["status"] for line in answer.json["results"]] == ["recorded", "refused"]
    assert answer.json["results"][1]["faults"][0]["code"] == "not_allowed"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", (400, "json")),
        (b"{", (400, "json")),
        (b'{"a": NaN}', (400, "json")),
        (b"[" * 50_000, (400, "json")),
        (b"[]", (422, "body")),
        (b"7", (422, "body")),
        (b'{"events": {}}', (422, "body")),
        (b'{"events": [], "id": "a"}', (422, "body")),
        (b'{"events": []}', (422, "events")),
        (b'{"events": [' + b"1," * 500 + b"1]}", (422, "events")),
        (b'{"events": [1], "events": [2]}', (422, "twice")),
        (b" " * 1024 * 1024 + b"{}", (413, "request_entity_too_large")),
    ],
)
def test_body_that_holds_no_events_is_refused_and_its_id_is_not_used_up(shop, body, said):
    assert problem(shop.send(body, message_id="m-1")) == said
    assert shop.send(a_purchase(), message_id="m-1").status_code == 200


def test_signs_no_database_takes_are_refused_and_hold_up_nothing(shop):
    odd = [a_purchase(subject="a\u0000b"), a_purchase(member="\ud800"), a_purchase(subject="ﷺ" * 80)]

    answer = shop.send({"events": [*odd, a_purchase()]})

    assert [line["status"] for line in answer.json["results"]] == ["refused", "refused", "refused", "recorded"]


def test_other_types_of_body_are_refused(shop):
    for headers in ({"content_type": "text/plain"}, {"content_encoding": "gzip"}):
        assert problem(shop.send(a_purchase(), **headers)) == (415, "media_type")


def test_flood_of_one_system_is_slowed_and_the_other_goes_on(app, shop, monkeypatch):
    other = a_shop(app, "till")
    few = app.extensions["settings"].model_copy(update={"api_messages_per_minute": 2})
    monkeypatch.setitem(app.extensions, "settings", few)

    answers = [shop.send(a_purchase()) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) >= 1
    assert other.send(a_purchase()).status_code == 200


def test_batch_asks_the_database_no_more_for_each_line_than_one_alone(shop):
    def statements(count: int) -> int:
        with watching() as watch:
            shop.send({"events": [a_purchase() for _ in range(count)]})
        return len(watch.statements)

    statements(1)  # That the key was used is noted once an hour.
    one, five, nine = statements(1), statements(5), statements(9)

    assert nine - five == five - one


def test_messages_are_forgotten_after_a_month_and_their_events_are_not(shop):
    purchase = a_purchase()
    shop.send(purchase, message_id="m-1")

    with unit_of_work():
        assert forget_messages(at=now() + timedelta(days=29)) == 0
        assert forget_messages(at=now() + timedelta(days=31)) == 1

    again = shop.send(purchase, message_id="m-1")
    assert again.json["repeated"] == 1


def test_page_for_programs_that_is_not_there_is_no_page(app, site):
    for method, path, said in (
        ("GET", "/api/v1/events", (405, "method_not_allowed")),
        ("GET", "/api/v2/events", (404, "not_found")),
    ):
        assert problem(app.test_client().open(path, method=method, base_url="https://club.example")) == said
