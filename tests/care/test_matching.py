from datetime import date

import pytest

from portal.claims.rules.matching import Closeness, Told, Trace, closeness, closest, compare

DAY = date(2026, 11, 6)
TOLD = Told("order", "70418822", DAY, "asha@club.example")


def trace(**changes):
    return Trace(**{"activity": "order", "subject_key": "70418822", "day": DAY, "address": "", **changes})


@pytest.mark.parametrize(
    ("known", "found"),
    [
        (trace(), Closeness.SURE),
        (trace(day=date(2026, 11, 7)), Closeness.NEAR),
        (trace(activity="device"), Closeness.NEAR),
        (trace(is_free=False), Closeness.NEAR),
        (trace(subject_key="70418823"), Closeness.NONE),
        (trace(subject_key="70418823", address="Asha@Club.example"), Closeness.NEAR),
        (trace(subject_key="70418823", address="asha@club.example", day=date(2026, 11, 7)), Closeness.NONE),
    ],
)
def test_reference_day_and_activity_make_a_match(known, found):
    assert closeness(TOLD, known) is found


def test_claim_without_a_day_is_never_sure():
    assert closeness(Told("order", "70418822", None), trace()) is Closeness.NEAR


def test_claim_without_a_reference_fits_no_event_without_one():
    assert closeness(Told("order", "", DAY), trace(subject_key="")) is Closeness.NONE


def test_best_of_several_counts():
    assert closest(TOLD, [trace(subject_key="1"), trace(is_free=False), trace()]) is Closeness.SURE
    assert closest(TOLD, []) is Closeness.NONE


def test_comparison_says_nothing_where_one_side_does():
    found = compare(Told("order", "70418822", None), trace(address="someone@mail.example"))

    assert (found.subject, found.activity, found.day, found.address) == (True, True, None, None)
