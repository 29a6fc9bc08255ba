"""What a reference is called, as soon as the activity is chosen."""

import pytest

from tests.cast import Person
from tests.site import Site


@pytest.mark.parametrize("fragment", [False, True])
def test_reference_is_called_as_the_activity_calls_it(site: Site, asha: Person, *, fragment: bool) -> None:
    page = site.as_(asha).open("claims.ask_reference", activity="quiz", as_fragment=fragment)

    assert page.texts("#reference-words label") == ["Name of the quiz"]
    assert page.texts("#reference-hint") == ["As it stood above the first question."]


@pytest.mark.parametrize("activity", ["", "tier", "\x00", "x" * 5000])
def test_without_an_activity_all_are_named(site: Site, asha: Person, activity: str) -> None:
    page = site.as_(asha).open("claims.ask_reference", activity=activity, as_fragment=True)

    assert page.texts("#reference-words label") == ["A number or name to find it by"]
    assert "Order: Order number; Device registration" in page.texts("#reference-hint")[0]
