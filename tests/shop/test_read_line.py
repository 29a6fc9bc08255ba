"""What the shop may say, line by line: what is taken, and what is refused for which field and reason."""

from datetime import UTC, datetime, timedelta

import pytest

from portal import programme
from portal.activities.messages import Item, ShopMessage
from portal.activities.rules import EventKind
from portal.shop.messages import BadLine, read_line
from portal.shop.strict import BadJson, SaidTwice, read_json
from tests.servers import settings_for, worker_database

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
PURCHASE = {
    "id": "order-70418822",
    "kind": "earn",
    "activity": "order",
    "occurred_at": "2026-11-20T18:22:00Z",
    "member": "M-20418822",
    "subject": "7041 8822",
    "amount_minor": 4500,
    "currency": "GBP",
    "items": [{"category": "delivery", "amount_minor": 500}],
}
REDEMPTION = {
    "id": "spent-1",
    "kind": "redemption",
    "occurred_at": "2026-11-20T18:22:00+01:00",
    "member": "asha@club.example",
    "subject": "V-1",
    "points": 200,
}
GONE = object()


@pytest.fixture(autouse=True)
def _club():
    programme.use(programme.load(settings_for(worker_database("sqlite")).programme_path))


def faults(line: object) -> set[tuple[str, str]]:
    with pytest.raises(BadLine) as refusal:
        read_line(line, source="shop", at=AT)
    assert all(fault.words.endswith(".") for fault in refusal.value.faults)
    return {(fault.field, fault.code) for fault in refusal.value.faults}


def with_(**changes: object) -> dict[str, object]:
    return {name: value for name, value in (PURCHASE | changes).items() if value is not GONE}


def test_purchase_says_all_of_it():
    assert read_line(PURCHASE, source="shop", at=AT) == ShopMessage(
        source="shop",
        external_id="order-70418822",
        activity="order",
        occurred_at=datetime(2026, 11, 20, 18, 22, tzinfo=UTC),
        member_hint="M-20418822",
        subject="7041 8822",
        amount_minor=4500,
        currency="GBP",
        items=(Item("delivery", 500),),
    )


def test_every_kind_becomes_a_message_of_that_kind():
    whole_return = with_(kind="return", amount_minor=GONE, currency=GONE, items=GONE)
    cancelled = {key: PURCHASE[key] for key in ("id", "occurred_at", "subject")} | {"kind": "cancellation"}

    told = [read_line(line, source="shop", at=AT) for line in (whole_return, REDEMPTION, cancelled)]

    assert [message.kind for message in told] == [EventKind.RETURN, EventKind.REDEMPTION, EventKind.CANCELLATION]
    assert (told[0].amount_minor, told[1].points, told[2].activity) == (None, 200, "")
    assert told[1].occurred_at == datetime(2026, 11, 20, 17, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"amount_minor": "4500"}, {("amount_minor", "value")}),
        ({"amount_minor": 45.0}, {("amount_minor", "value")}),
        ({"amount_minor": True}, {("amount_minor", "value")}),
        ({"amount_minor": -1}, {("amount_minor", "value")}),
        ({"amount_minor": float("inf")}, {("amount_minor", "value")}),
        ({"amount_minor": 10**20}, {("amount_minor", "value")}),
        ({"amount_minor": GONE, "items": GONE}, {("currency", "currency")}),
        ({"amount_minor": 499}, {("items", "items")}),
        ({"items": [{"category": "delivery"}]}, {("items.0.amount_minor", "missing")}),
        ({"items": [{"category": "delivery", "amount_minor": 1}] * 51}, {("items", "value")}),
        ({"currency": "EUR"}, {("currency", "other_currency")}),
        ({"currency": "gbp"}, {("currency", "value")}),
        ({"activity": "heist"}, {("activity", "unknown_activity")}),
        ({"kind": "gift"}, {("kind", "kind")}),
        ({"kind": GONE}, {("kind", "kind")}),
        ({"id": ""}, {("id", "value")}),
        ({"id": "a b"}, {("id", "value")}),
        ({"id": "a\n"}, {("id", "value")}),
        ({"id": "٧"}, {("id", "value")}),
        ({"id": 7, "role": "admin"}, {("id", "value"), ("role", "unknown_field")}),
        ({"points": 9}, {("points", "unknown_field")}),
        ({"subject": "a\u0000b"}, {("subject", "value")}),
        ({"subject": "\ud800"}, {("subject", "value")}),
        # One sign that is eighteen letters in the form that is compared, and one that is three.
        ({"subject": "ﷺ" * 80}, {("subject", "value")}),
        ({"member": "ΐ" * 254}, {("member", "value")}),
        ({"member": "x" * 255}, {("member", "value")}),
        ({"occurred_at": "2026-11-20T18:22:00"}, {("occurred_at", "moment")}),
        ({"occurred_at": "2026-11-20"}, {("occurred_at", "moment")}),
        ({"occurred_at": "1763662920"}, {("occurred_at", "moment")}),
        ({"occurred_at": 1763662920}, {("occurred_at", "moment")}),
        ({"occurred_at": "2026-02-29T12:00:00Z"}, {("occurred_at", "moment")}),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, {("occurred_at", "moment")}),
        ({"occurred_at": "٢٠٢٦-11-20T18:22:00Z"}, {("occurred_at", "moment")}),
        ({"occurred_at": "1999-12-31T12:00:00Z"}, {("occurred_at", "before_club")}),
    ],
)
def test_line_is_refused_for_the_field_that_is_wrong(changes, wrong):
    assert faults(with_(**changes)) == wrong


def test_redemption_names_who_spends_how_much_on_what():
    for name in ("member", "subject", "points"):
        assert faults({key: value for key, value in REDEMPTION.items() if key != name}) == {(name, "missing")}
    assert faults(REDEMPTION | {"points": 0}) == {("points", "value")}
    assert faults(REDEMPTION | {"activity": "order"}) == {("activity", "unknown_field")}


@pytest.mark.parametrize("line", [None, 7, "earn", [PURCHASE], {}])
def test_what_is_no_event_is_refused(line):
    assert faults(line) <= {("", "type"), ("kind", "kind")}


def test_clocks_may_differ_by_five_minutes_and_no_more():
    for seconds, is_taken in ((300, True), (301, False)):
        told = with_(occurred_at=(AT + timedelta(seconds=seconds)).isoformat())
        if is_taken:
            assert read_line(told, source="shop", at=AT).occurred_at > AT
        else:
            assert faults(told) == {("occurred_at", "in_future")}


def test_name_that_stands_twice_is_refused_wherever_it_stands():
    twice = read_json('{"id": "a", "items": [{"category": "x", "category": "y"}]}')

    assert faults(twice) == {("category", "twice")}
    assert isinstance(read_json('{"id": 1, "id": 1}'), SaidTwice)


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"a": NaN}', "[Infinity]", "[-Infinity]", "{'a': 1}", '["\n"]', "[" * 100_000, b'"\xff"', b"\xff\xfe[]"],
)
def test_what_is_no_json_is_refused(text):
    with pytest.raises(BadJson):
        read_json(text)


def test_what_is_nested_deeply_is_refused_like_any_other_value():
    deep = read_json('{"id": ' + "[" * 600 + "]" * 600 + "}")

    assert faults(PURCHASE | deep) == {("id", "value")}


def test_numbers_of_any_length_are_read_and_found_too_large():
    for number in ("9" * 5000, "-" + "9" * 5000, "1e309"):
        line = read_json(f'{{"amount_minor": {number}}}')
        assert faults(PURCHASE | line) == {("amount_minor", "value")}
