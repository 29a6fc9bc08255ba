"""The first step: what is missing, on the server from the moment it is sent."""

from datetime import timedelta

import pytest

from portal.claims.rules import ClaimKind, ClaimState
from portal.clock import now
from portal.web import ui
from tests import factories
from tests.cast import Person
from tests.claims.drafting import ORDER, begin, claims, days_ago, the_claim
from tests.site import Site


def test_first_step_makes_a_draft(site: Site, asha: Person) -> None:
    page = begin(site, asha)

    claim = the_claim()
    assert page.path == f"/claims/{claim.reference}/check"
    assert (claim.state, claim.kind, claim.member_id) == (ClaimState.DRAFT, ClaimKind.MISSING, asha.member)
    assert (claim.activity, claim.activity_day, claim.expected_points) == ("order", days_ago(5), 45)
    assert (claim.subject, claim.subject_key) == (ORDER, ORDER)


def test_the_same_step_sent_twice_is_one_draft(site: Site, asha: Person) -> None:
    form = site.as_(asha).open("claims.new_claim")
    fields = {"kind": "balance_differs"}

    first, second = form.submit(**fields), form.submit(**fields)

    assert first.path == second.path
    assert len(claims()) == 1


def test_a_key_of_somebody_else_makes_a_draft_of_ones_own(site: Site, asha: Person, bruno: Person) -> None:
    form = site.as_(asha).open("claims.new_claim")
    form.submit(kind="balance_differs")

    site.as_(bruno).open("claims.new_claim").submit(kind="balance_differs", forged={"key": form.value("key")})

    assert {claim.member_id for claim in claims()} == {asha.member, bruno.member}


def test_ones_own_activities_are_offered(site: Site, asha: Person, bruno: Person) -> None:
    late = factories.an_expectation(asha, 150, activity="order", due=now() - timedelta(days=1))
    factories.an_expectation(bruno, 99, activity="order")

    page = site.as_(asha).open("claims.new_claim")
    check = page.submit(kind="missing", which=f"expectation-{late.id}")

    claim = the_claim()
    assert "99" not in page.text
    assert (claim.expectation_id, claim.expected_points, claim.subject) == (late.id, 150, late.subject)
    assert check.h1 == "What we can see"


def test_another_members_activity_cannot_be_named(site: Site, asha: Person, bruno: Person) -> None:
    theirs = factories.an_expectation(bruno, 99, activity="order")

    page = site.as_(asha).open("claims.new_claim")
    page = page.submit(kind="missing", forged={"which": f"expectation-{theirs.id}"}, status=422)

    assert page.errors == {"which": "Choose which one it is, or “Something else”"}
    assert claims() == []


def test_gap_of_the_history_fills_in_the_day(site: Site, asha: Person) -> None:
    first, last = days_ago(20), days_ago(9)

    page = site.as_(asha).open(f"/claims/new?from={first}&to={last}")

    assert (page.value("kind"), page.value("which"), page.value("day")) == ("missing", "other", first.isoformat())
    assert f"Between {ui.day(first)} and {ui.day(last)}." in page.text


def test_line_of_the_history_is_what_the_claim_is_about(site: Site, asha: Person, bruno: Person) -> None:
    old = now() - timedelta(days=400)
    line = factories.an_entry(asha, 45, activity="order", subject="7041 8822", happened=old, recorded=old)
    theirs = factories.an_entry(bruno, 45)

    page = site.as_(asha).open(f"/claims/new?line={line.sequence}")
    page.submit(points="90")

    assert (page.value("kind"), page.value("which")) == ("wrong_amount", f"entry-{line.id}")
    assert (the_claim().kind, the_claim().expected_points) == (ClaimKind.WRONG_AMOUNT, 90)
    assert the_claim().subject_key == ORDER
    assert not site.as_(asha).open(f"/claims/new?line={theirs.sequence + 1}").has(f'[value="entry-{theirs.id}"]')


@pytest.mark.parametrize(
    "link",
    ["from=never", "from=2026-02-30&to=x", "line=1", "line=%00", "line=9999999999", "line=%D9%A1", "from=%E2%80%AE1"],
)
def test_broken_link_fills_in_nothing(site: Site, asha: Person, link: str) -> None:
    page = site.as_(asha).open(f"/claims/new?{link}")

    assert (page.value("kind"), page.value("day")) == ("missing", "")


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"kind": ""}, {"kind": "Choose what is missing"}),
        ({"kind": "tier"}, {"kind": "Choose what is missing"}),
        ({"kind": "access"}, {"kind": "Choose what is missing"}),
        ({"kind": "missing", "which": ""}, {"which": "Choose which one it is, or “Something else”"}),
    ],
)
def test_forged_or_missing_choice(site: Site, asha: Person, fields: dict[str, str], errors: dict[str, str]) -> None:
    factories.an_expectation(asha)
    page = site.as_(asha).open("claims.new_claim").submit(forged={"which": "", **fields}, status=422)

    assert page.errors == errors
    assert page.title.startswith("Error: ")


@pytest.mark.parametrize("fragment", [False, True])
def test_everything_wrong_is_said_beside_its_field_and_kept(site: Site, asha: Person, *, fragment: bool) -> None:
    page = site.as_(asha).open("claims.new_claim")

    page = page.submit(
        kind="missing",
        which="other",
        day="yesterday",
        reference="70 41",
        points="many",
        status=422,
        as_fragment=fragment,
    )

    assert page.errors == {
        "activity": "Choose what it was",
        "day": "Enter a real day, such as 20 Nov",
        "points": "Enter whole points in digits, such as 150",
    }
    assert (page.value("day"), page.value("reference"), page.value("points")) == ("yesterday", "70 41", "many")
    assert page.has("#wrong")


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("", "between"),
        ("tomorrow's", "Enter a real day"),
        ("2026-02-29", "Enter a real day"),
        ("29/02/2026", "Enter a real day"),
        ("9999-12-31", "still to come"),
        ("0001-01-01", "joined on"),
        ("99999999999/1/1", "Enter a real day"),
        ("٢٠٢٦-١١-٠٥", "Enter a real day"),
        ("1e309", "Enter a real day"),
        ("\u202e2026-11-01", ""),
    ],
)
def test_day(site: Site, asha: Person, day: str, message: str) -> None:
    page = begin(site, asha, day=day, status=422 if message else 200)

    assert message in page.errors.get("day", "")
    if message:
        assert page.value("day") == day


def test_day_in_the_future_before_joining_and_too_long_ago(site: Site) -> None:
    old = factories.a_member("Olga Old", joined=now() - timedelta(days=900))
    young = factories.a_member("Yuri Young", joined=now() - timedelta(days=30))

    assert "still to come" in begin(site, old, day=days_ago(-1).isoformat(), status=422).errors["day"]
    assert begin(site, old, day=days_ago(180).isoformat()).status == 200
    assert "last 180 days" in begin(site, old, day=days_ago(181).isoformat(), status=422).errors["day"]
    assert begin(site, young, day=days_ago(30).isoformat()).status == 200
    assert "back to" in site.as_(old).open("claims.new_claim").text
    page = site.as_(young).open("claims.new_claim")
    assert f"You can claim back to {ui.day(days_ago(30))}, the day you joined." in page.text
    assert page.has("fieldset[data-one][hidden]"), "nothing is known yet that could be chosen"
    assert "You joined on" in begin(site, young, day=days_ago(31).isoformat(), status=422).errors["day"]


@pytest.mark.parametrize("written", ["{0:%d}/{0:%m}/{0:%Y}", "{0:%d}.{0:%m}.{0:%Y}", "{0:%Y-%m-%d}"])
def test_day_as_people_write_it(site: Site, asha: Person, written: str) -> None:
    begin(site, asha, day=written.format(days_ago(5)))

    assert the_claim().activity_day == days_ago(5)


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ("0", "Enter points between 1 and 100,000"),
        ("-5", "Enter whole points in digits, such as 150"),
        ("100001", "Enter points between 1 and 100,000"),
        ("99999999999999999999", "Enter whole points in digits, such as 150"),
        ("1.5", "Enter whole points in digits, such as 150"),
        ("1e309", "Enter whole points in digits, such as 150"),
        ("NaN", "Enter whole points in digits, such as 150"),
        ("٤٥", "Enter whole points in digits, such as 150"),
        ("४५", "Enter whole points in digits, such as 150"),
        ("²", "Enter whole points in digits, such as 150"),
        ("45 points", "Enter whole points in digits, such as 150"),
    ],
)
def test_points_that_are_none(site: Site, asha: Person, points: str, message: str) -> None:
    page = begin(site, asha, points=points, status=422)

    assert page.errors == {"points": message}
    assert (page.value("points"), page.value("reference")) == (points, ORDER)
    assert claims() == []


@pytest.mark.parametrize(("points", "meant"), [("", None), ("1,500", 1500), (" 45 ", 45), ("1 500", 1500)])
def test_points_as_people_write_them(site: Site, asha: Person, points: str, meant: int | None) -> None:
    begin(site, asha, points=points)

    assert the_claim().expected_points == meant


@pytest.mark.parametrize(
    "reference", ["", "7041 88", "x" * 81, "7" * 100_000, "<b>70418822</b>x", "' OR 1=1 --", "\x00", "٧٠٤١٨٨٢٢"]
)
def test_reference_that_cannot_be_one(site: Site, asha: Person, reference: str) -> None:
    page = begin(site, asha, reference=reference, status=422)

    assert page.errors == {"reference": "Order number: enter it as in “7041 8822”"}
    assert page.texts("label[for=reference]") == ["Order number"]


@pytest.mark.parametrize(
    "reference", ["7041 8822", "7041-8822", "\u202e70418822\u200b", "７０４１８８２２", "7041\x008822"]
)
def test_reference_in_any_spelling_is_the_same(site: Site, asha: Person, reference: str) -> None:
    begin(site, asha, reference=reference)

    assert the_claim().subject_key == ORDER


def test_save_and_close_keeps_what_is_right(site: Site, asha: Person) -> None:
    form = site.as_(asha).open("claims.new_claim")

    page = form.submit("Save and close", kind="technical")

    assert page.path == "/claims"
    assert the_claim().kind is ClaimKind.TECHNICAL


def test_close_without_a_word_leaves_nothing(site: Site, asha: Person) -> None:
    page = site.as_(asha).open("claims.new_claim").submit("Save and close")

    assert page.path == "/claims"
    assert claims() == []


def test_many_drafts_are_enough(site: Site, asha: Person) -> None:
    for _ in range(20):
        factories.a_claim(asha, waiting=False)

    page = begin(site, asha, status=422)

    assert page.errors == {"kind": "You have 20 unsent claims. Send or discard one first"}
    assert page.value("reference") == ORDER


def test_staff_without_a_membership_have_no_claims(site: Site, casey: Person) -> None:
    assert site.as_(casey).open("claims.new_claim", status=404).status == 404
