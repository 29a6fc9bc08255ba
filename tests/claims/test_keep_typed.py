"""What is typed into a draft is kept in the background, and never gets in the way of what was sent."""

import pytest

from portal.claims.rules import ClaimKind, ClaimState
from tests.cast import Person
from tests.claims.drafting import ORDER, at_review, begin, claims, days_ago, sent, the_claim
from tests.page import Page
from tests.site import Site


def typing(page: Page, path: str, *, status: int = 204, **typed: str) -> Page:
    """Send what stands in the form of a page, as js/typed.js does."""
    fields = {name: page.value(name) for name in ("csrf_token", "version", "key") if page.has(f'#step [name="{name}"]')}
    return page.site.send(
        "POST",
        path,
        data=fields | typed,
        headers={"X-Requested-With": "typed"},
        came_from=page.path,
        follow=False,
        status=status,
    )


HALF = {"kind": "wrong_amount", "which": "other", "activity": "order", "day": "", "reference": "704", "points": "x"}


def test_half_a_first_step_is_a_draft_that_goes_on_after_a_reload(site: Site, asha: Person) -> None:
    page = site.as_(asha).open("claims.new_claim")

    answer = typing(page, "/claims/new/typed", **HALF)
    typing(page, "/claims/new/typed", **HALF | {"reference": "7041", "day": days_ago(5).isoformat()})

    claim = the_claim()
    assert (claim.kind, claim.activity, claim.subject, claim.activity_day, claim.expected_points, claim.step) == (
        ClaimKind.WRONG_AMOUNT,
        "order",
        "7041",
        days_ago(5),
        None,
        1,
    )
    again = page.site.open(answer.response.headers["Content-Location"])
    assert (again.path, again.value("reference")) == (f"/claims/{claim.reference}/subject", "7041")
    assert again.value("kind") == "wrong_amount"
    # No later step opens before this one is done, and the list leads here.
    assert page.site.open("claims.check_claim", reference=claim.reference).path == again.path
    assert page.site.open("claims.show_claims").has(f'a[href="{again.path}"]')


def test_an_untouched_form_leaves_no_draft(site: Site, asha: Person) -> None:
    page = site.as_(asha).open("claims.new_claim")

    typing(page, "/claims/new/typed", kind="missing")

    assert claims() == []


def test_what_comes_late_from_the_first_step_changes_nothing(site: Site, asha: Person) -> None:
    page = site.as_(asha).open("claims.new_claim")
    typing(page, "/claims/new/typed", **HALF)
    right = HALF | {"kind": "missing", "day": days_ago(5).isoformat(), "reference": ORDER, "points": "45"}
    page.submit(**right)

    typing(page, "/claims/new/typed", status=409, **HALF)

    claim = the_claim()
    assert (claim.subject, claim.expected_points, claim.step) == (ORDER, 45, 2)


def test_a_change_of_the_first_step_is_kept_and_asks_to_look_again(site: Site, asha: Person) -> None:
    at_review(site, asha)
    reference = the_claim().reference
    page = site.as_(asha).open("claims.show_subject", reference=reference)

    typing(page, f"/claims/{reference}/typed", **HALF | {"kind": "missing", "reference": "7041 88"})

    assert (the_claim().subject, the_claim().step) == ("7041 88", 1)
    page.submit(reference="70418999", kind="missing", which="other", activity="order", day=days_ago(4).isoformat())
    typing(page, f"/claims/{reference}/typed", status=409, **HALF)
    assert (the_claim().subject, the_claim().step) == ("70418999", 2)


def test_words_are_kept_while_they_are_typed(site: Site, asha: Person) -> None:
    page = at_review(site, asha)
    reference = the_claim().reference

    typing(page, f"/claims/{reference}/typed", statement="The code never")
    typing(page, f"/claims/{reference}/typed", statement="The code never came.")

    assert (the_claim().statement, the_claim().step, the_claim().state) == ("The code never came.", 4, ClaimState.DRAFT)
    assert (
        page.site.open("claims.review_claim", reference=reference).value("statement").strip() == "The code never came."
    )
    typing(page, f"/claims/{reference}/typed", status=422, statement="x" * 100_000)
    assert the_claim().statement == "The code never came."


@pytest.mark.parametrize("button", ["Send the claim", "Save and close"])
def test_words_that_come_after_the_form_change_nothing(site: Site, asha: Person, button: str) -> None:
    page = at_review(site, asha)
    page.submit(button, statement="All of it.")

    typing(page, f"/claims/{the_claim().reference}/typed", status=409, statement="All of")

    assert the_claim().statement == "All of it."


def test_somebody_elses_draft_is_nowhere_and_a_sent_claim_stays(site: Site, asha: Person, bruno: Person) -> None:
    begin(site, asha)
    reference = the_claim().reference
    other = site.as_(bruno).open("claims.new_claim")
    typing(other, f"/claims/{reference}/typed", status=404, statement="mine")
    # The key of somebody else's form makes a draft of one's own.
    theirs = site.as_(asha).open("claims.new_claim").value("key")
    typing(other, "/claims/new/typed", **HALF | {"key": theirs})
    assert {claim.member_id for claim in claims()} == {asha.member_id, bruno.member_id}


@pytest.mark.parametrize("version", ["", "-1", "99", "٣", "9" * 5000])
def test_forged_versions_keep_nothing(site: Site, asha: Person, version: str) -> None:
    page = at_review(site, asha)

    typing(page, f"/claims/{the_claim().reference}/typed", status=409, statement="forged", version=version)

    assert the_claim().statement == ""


def test_a_sent_claim_takes_no_typing(site: Site, asha: Person) -> None:
    page = sent(site, asha, "Sent.")
    claim = the_claim()
    token, version = page.site.open("claims.show_claims").token, str(claim.version)

    page.site.send(
        "POST",
        f"/claims/{claim.reference}/typed",
        data={"csrf_token": token, "statement": "x", "version": version},
        headers={"X-Requested-With": "typed"},
        status=409,
    )

    assert the_claim().statement == "Sent."
