"""A fault that hides points is a claim like any other, and can be settled without any."""

from portal.claims.rules import ClaimKind, ClaimState
from tests import factories
from tests.care.matched import bench, decide, fresh
from tests.cast import Person
from tests.claims.drafting import at_review, sent, the_claim
from tests.site import Site

FAULT = "The page of my points stays white since Friday."


def test_fault_is_filed_in_words(site: Site, asha: Person) -> None:
    page = sent(site, asha, FAULT, kind="technical")

    claim = the_claim()
    assert (claim.kind, claim.state, claim.statement) == (ClaimKind.TECHNICAL, ClaimState.SUBMITTED, FAULT)
    assert (page.path, FAULT in page.text) == (f"/claims/{claim.reference}", True)


def test_fault_without_a_word_cannot_be_told_from_another(site: Site, asha: Person) -> None:
    page = at_review(site, asha, kind="technical")

    refused = page.submit("Send the claim", status=422)

    assert refused.errors == {"statement": "Write what you did and what you saw"}
    assert "What happens?" in refused.text
    assert the_claim().state is ClaimState.DRAFT
    assert page.submit("Save and close").path == "/claims"


def test_other_claims_need_no_words(site: Site, asha: Person) -> None:
    assert sent(site, asha).path == f"/claims/{the_claim().reference}"


def test_fault_is_settled_without_points(site: Site, asha: Person, casey: Person) -> None:
    member_page = sent(site, asha, FAULT, kind="technical")
    claim = the_claim()
    page = bench(site, casey, claim).submit("Take this claim T")

    decide(page, verdict="approve", points="", reply="The page opens again. The fault was ours.")

    assert (fresh(claim).state, fresh(claim).points_granted) == (ClaimState.APPROVED, 0)
    letter = site.letters[-1]
    assert letter.subject == f"It is settled, claim {claim.reference}"
    assert "The page opens again." in letter.text
    assert "0 points" not in letter.text
    shown = site.as_(asha).open(member_page.path)
    assert (shown.h1, "0 points added" in shown.text) == ("It is settled", False)


def test_fault_can_bring_points_too(site: Site, asha: Person, casey: Person) -> None:
    sent(site, asha, FAULT, kind="technical")
    claim = the_claim()
    page = bench(site, casey, claim).submit("Take this claim T")

    decide(page, verdict="approve", points="20", reason="never_credited", reply="Here they are.")

    assert (fresh(claim).points_granted, factories.balance_of(asha)) == (20, 20)
    assert site.letters[-1].subject == f"20 points added, claim {claim.reference}"


def test_declined_fault_speaks_of_no_points(site: Site, asha: Person, casey: Person) -> None:
    sent(site, asha, FAULT, kind="technical")
    claim = the_claim()
    page = bench(site, casey, claim).submit("Take this claim T")

    decide(page, verdict="decline", reason="cannot_be_counted", reply="This phone is too old for the page.")

    assert site.letters[-1].subject == f"Our answer to your claim {claim.reference}"
    assert site.as_(asha).open("claims.show_claim", reference=claim.reference).h1 == "You have our answer"


def test_claim_about_points_still_wants_a_number(site: Site, asha: Person, casey: Person) -> None:
    sent(site, asha)
    page = bench(site, casey, the_claim()).submit("Take this claim T")

    refused = decide(page, verdict="approve", points="", status=422)

    assert refused.errors == {"points": "Enter whole points in digits, such as 150"}
