"""One programme is in use in a process, and asking too early is an error."""

import pytest

from portal import programme
from portal.programme import whole
from tests.programme.samples import club, harbour


@pytest.fixture
def nothing_in_use(monkeypatch):
    monkeypatch.setattr(whole, "_in_use", [])


def test_the_programme_in_use_is_the_one_named_last(nothing_in_use):
    programme.use(harbour())
    programme.use(club())

    assert programme.current() is club()


def test_asking_before_start_up_is_an_error(nothing_in_use):
    with pytest.raises(RuntimeError, match="no programme is in use"):
        programme.current()
