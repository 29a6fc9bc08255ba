"""A claim for a device whose serial number has a slip is sent back, with the number that was meant."""

from collections.abc import Iterator

import pytest

from portal import programme
from tests.cast import Person
from tests.claims.drafting import begin, the_claim
from tests.site import Site


@pytest.fixture(autouse=True)
def _checked(site: Site) -> Iterator[None]:
    club = programme.current()
    checked = {"check_digit": "luhn", "reference_pattern": "[0-9]{11}", "reference_example": "79927398713"}
    activities = tuple(one.model_copy(update=checked) if one.key == "device" else one for one in club.activities)
    programme.use(club.model_copy(update={"activities": activities}))
    yield
    programme.use(club)


def test_slip_is_named_and_what_was_meant_is_taken(site: Site, asha: Person) -> None:
    page = begin(site, asha, status=422, activity="device", reference="7992 7398 173")

    assert page.errors == {"reference": "Serial number of the device: this one does not exist. Is it “79927398713”?"}
    assert page.value("reference") == "7992 7398 173"
    assert begin(site, asha, activity="device", reference="7992 7398 713").status == 200
    assert the_claim().subject_key == "79927398713"


def test_what_no_slip_explains_is_asked_for_as_ever(site: Site, asha: Person) -> None:
    page = begin(site, asha, status=422, activity="device", reference="11111111112")

    assert page.errors == {"reference": "Serial number of the device: enter it as in “79927398713”"}
