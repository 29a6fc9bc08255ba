"""The same message or event from many sides at the same moment is taken once."""

from functools import partial

from sqlalchemy import func, select

from portal.activities.models import Event, Expectation
from portal.db import db
from tests.factories import a_member
from tests.shop.signing import a_purchase, a_shop
from tests.together import together

AT_ONCE = 6


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_message_sent_many_times_at_once_is_worked_on_once(free_app):
    asha, shop = a_member("Asha Rahman"), a_shop(free_app)
    body = {"events": [a_purchase(asha.number) for _ in range(5)]}
    answers = []

    wrong = together(free_app, [lambda: answers.append(shop.send(body, message_id="m-1"))] * AT_ONCE)

    assert wrong == []
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert {answer.data for answer in answers if answer.status_code == 200} == {shop.send(body, message_id="m-1").data}
    assert {answer.json["code"] for answer in answers if answer.status_code == 409} <= {"busy"}
    assert (count(Event), count(Expectation)) == (5, 5)


def test_events_in_several_messages_at_once_and_in_any_order_are_recorded_once(free_app):
    asha, bruno, shop = a_member("Asha Rahman"), a_member("Bruno Keller"), a_shop(free_app)
    events = [a_purchase(person.number) for person in (asha, bruno) * 3]
    orders = [events, events[::-1]] * (AT_ONCE // 2)
    answers = []

    def send(said: list[dict[str, object]]) -> None:
        answers.append(shop.send({"events": said}))

    wrong = together(free_app, [partial(send, said) for said in orders])

    assert wrong == []
    assert [answer.status_code for answer in answers] == [200] * AT_ONCE
    assert sum(answer.json["recorded"] for answer in answers) == len(events)
    assert (count(Event), count(Expectation)) == (6, 6)
