"""Promises whose activity the programme has changed since: what was promised comes, and one fault holds up no other."""

import pytest

from portal import programme
from portal.activities import sweeps
from portal.clock import now
from tests.activities.messages import entries, message, record
from tests.activities.takings import before, bought
from tests.cast import Person


@pytest.fixture
def club():
    whole = programme.current()
    yield whole
    programme.use(whole)


@pytest.fixture
def promised(asha: Person, bruno: Person, club: programme.Programme):
    """Let Asha wait for the points of a device, and Bruno for those of an order that are due an hour later."""
    device = {"activity": "device", "subject": "K7Q2 M4XD 93TC", "amount_minor": None, "currency": ""}
    record(message(asha.number, occurred_at=before(), **device))
    record(bought(bruno))
    return club


def use_activities(club: programme.Programme, *activities: programme.Activity) -> None:
    programme.use(club.model_copy(update={"activities": activities}))


def test_points_of_an_activity_that_is_gone_come_all_the_same(promised, asha, bruno):
    use_activities(promised, *(one for one in promised.activities if one.key != "device"))

    assert sweeps.post_due(now()) == 2
    assert [(entry.points, entry.text) for entry in entries(asha)] == [(80, "device")]
    assert [entry.points for entry in entries(bruno)] == [45]


def test_one_that_nobody_can_name_holds_up_no_other(promised, asha, bruno):
    broken = promised.activity("device").model_copy(update={"title": "{nobody}"})
    use_activities(promised, *(broken if one.key == "device" else one for one in promised.activities))

    assert sweeps.post_due(now()) == 1
    assert (entries(asha), [entry.points for entry in entries(bruno)]) == ([], [45])

    programme.use(promised)
    assert sweeps.post_due(now()) == 1
