"""What the shop had told of devices before they were kept one by one is in their owners' hands afterwards."""

from datetime import timedelta

import flask_migrate
import pytest

from portal.activities.queries.devices import devices_of
from portal.activities.rules import Outcome
from portal.clock import now
from tests import servers
from tests.factories import a_member, an_event

BEFORE, SERIAL = "0020_lapses", "K7Q2 M4XD 93TC"


@pytest.mark.parametrize("kind", servers.KINDS)
def test_device_told_of_twice_is_the_first_ones(kind: str) -> None:
    with servers.empty_database(kind) as database, servers.app_on(database) as app, app.app_context():
        flask_migrate.upgrade(revision=BEFORE)
        people = [a_member() for _ in range(3)]
        outcomes = (Outcome.CANCELLED, Outcome.CREDITED, Outcome.PENDING)
        for person, outcome in zip(people, outcomes, strict=True):
            an_event(person, activity="device", subject=SERIAL, outcome=outcome, happened=now() - timedelta(days=3))

        flask_migrate.upgrade()

        assert [len(devices_of(person.member)) for person in people] == [0, 1, 0]
