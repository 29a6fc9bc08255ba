"""Verdicts that are badly typed, forged or out of date: a message beside the field, and nothing lost."""

import pytest

from portal.claims.rules import ClaimState
from tests import factories
from tests.care.matched import a_matched_claim, bench, decide, fresh


def untouched(claim, member):
    found = fresh(claim)
    return found.verdict is None and factories.balance_of(member) == 0


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Enter whole points in digits, such as 150"),
        ("a lot", "Enter whole points in digits, such as 150"),
        ("1e3", "Enter whole points in digits, such as 150"),
        ("12.5", "Enter whole points in digits, such as 150"),
        ("NaN", "Enter whole points in digits, such as 150"),
        ("٤٥", "Enter whole points in digits, such as 150"),
        ("4５", "Enter whole points in digits, such as 150"),
        ("9" * 400, "Enter whole points in digits, such as 150"),
        ("0", "Enter 1 point or more"),
        ("-45", "Enter 1 point or more"),
        ("−45", "Enter 1 point or more"),
        ("100001", "Enter 100,000 points or fewer"),
        ("999999999", "Enter 100,000 points or fewer"),
        ("501", "This is above your limit of 500 points. A lead must decide it"),
    ],
)
def test_points_are_judged_and_what_was_typed_is_kept(site, asha, casey, typed, message):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    page = decide(
        bench(site, casey, claim), status=422, points=typed, reason="never_credited", reply="My words.", note="Mine."
    )

    assert page.errors == {"points": message}
    assert (page.value("reply"), page.value("note"), page.value("reason")) == ("My words.", "Mine.", "never_credited")
    assert untouched(claim, asha)


def test_control_characters_vanish_from_points_and_words(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    decide(bench(site, casey, claim), points="\u202e45\u0000", reply="Found\u202e it\u0000.\r\nBye", note="\u0007note")

    assert factories.balance_of(asha) == 45
    assert "Found it.\nBye" in site.letters[0].text.replace("\r", "")


@pytest.mark.parametrize(
    ("forged", "field"),
    [
        ({"verdict": "resolved"}, "verdict"),
        ({"verdict": ""}, "verdict"),
        ({"verdict": "approve", "reason": "not_found"}, "reason"),
        ({"verdict": "approve", "reason": "goodwill_delay"}, "reason"),
        ({"verdict": "approve", "reason": "posted_twice"}, "reason"),
        ({"verdict": "approve", "reason": "no-such"}, "reason"),
        ({"verdict": "decline", "reason": "", "reply": "No."}, "reason"),
        ({"verdict": "part", "reason": "part_of_order", "points": "45", "reply": "x"}, "points"),
        ({"verdict": "ask", "ask": "password"}, "ask"),
    ],
)
def test_forged_verdicts_and_reasons_are_refused(site, asha, casey, forged, field):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    page = decide(bench(site, casey, claim), status=422, forged=forged)

    assert list(page.errors) == [field]
    assert untouched(claim, asha)


@pytest.mark.parametrize("field", ["reply", "note"])
def test_words_that_are_too_long_are_kept_and_counted(site, asha, casey, field):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    page = decide(bench(site, casey, claim), status=422, **{field: "x" * 2001})

    assert page.errors == {field: "Shorten this by 1 character: 2,000 fit"}
    assert len(page.value(field)) == 2001
    assert untouched(claim, asha)


@pytest.mark.parametrize("forged", ["", "nonsense", "6f0c1f2e-2f0a-4d53-9c59-0d3a0d6f7a11"])
def test_event_that_is_not_the_one_on_the_page_is_refused(site, asha, casey, forged):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    page = decide(bench(site, casey, claim), status=422, forged={"event": forged})

    assert "What the shop told us has changed meanwhile" in page.find("#wrong").to_text()
    assert untouched(claim, asha)


def test_event_credited_meanwhile_is_not_paid_twice(site, asha, bruno, casey, noor):
    claim, _ = a_matched_claim(asha, taken_by=casey)
    theirs = factories.a_claim(bruno, subject=claim.subject, day=claim.activity_day, taken_by=noor)
    page = bench(site, casey, claim)
    decide(bench(site, noor, theirs))

    refused = decide(page, status=422)

    assert "What the shop told us has changed meanwhile" in refused.find("#wrong").to_text()
    assert (factories.balance_of(bruno), untouched(claim, asha)) == (45, True)


def test_fields_nobody_offered_change_nothing(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    decide(
        bench(site, casey, claim),
        forged={"state": "declined", "member_id": str(casey.user_id), "points_granted": "9999", "counts_for_tier": ""},
    )

    assert (factories.balance_of(asha), fresh(claim).state) == (45, ClaimState.APPROVED)
