from uuid import uuid4

from portal.accounts.models import Member
from portal.clock import now
from tests import factories
from tests.care.matched import a_matched_claim, bench, decide


def test_member_is_shown_with_standing_ledger_and_claims(site, asha, casey):
    factories.an_entry(asha, 1240, text="Order of 2 Nov")
    factories.an_entry(asha, 50, counts=False, text="A gift")
    factories.an_expectation(asha, 45, due=now())
    claim, _ = a_matched_claim(asha)

    page = site.as_(casey).open("care.show_member", member_id=asha.member)

    assert page.h1 == "Asha Rahman"
    assert page.texts("dd")[:2] == ["1,290", "1,240"]
    assert "Silver , 260 to Gold" in page.text.replace("Silver, ", "Silver , ")
    assert [row.split(" ")[-2:] for row in page.texts("table tbody tr")[:2]] == [["+50", "1,290"], ["+1,240", "1,240"]]
    assert claim.reference in page.text
    assert page.click(f"Order of {claim.activity_day.day} {claim.activity_day:%b}").path == f"/care/claims/{claim.id}"


def test_entry_of_a_claim_leads_to_it_and_names_who_posted(site, asha, casey, noor):
    claim, _ = a_matched_claim(asha, taken_by=noor)
    decide(bench(site, noor, claim), note="By phone.")

    page = site.as_(casey).open("care.show_member", member_id=asha.member)

    row = page.texts("table tbody tr")[0]
    assert [words for words in (claim.reference, "Noor Haddad", "Among us: By phone.", "+45") if words not in row] == []


def test_ledger_is_paged_by_its_sequence(site, asha, casey):
    for number in range(27):
        factories.an_entry(asha, number + 1)
    browser = site.as_(casey)

    page = browser.open("care.show_member", member_id=asha.member)
    rest = page.click("Earlier lines")

    assert (len(page.statements), len(rest.statements)) == (6, 6)
    assert len(page.texts("table tbody tr")) == 25
    assert [row.split(" ")[-2] for row in rest.texts("table tbody tr")] == ["+2", "+1"]
    for forged in ("x", "-1", "9" * 40, "%00"):
        browser.open(f"/care/members/{asha.member}?before={forged}")


def test_nobody_meets_themselves_or_somebody_unknown(site, session, asha, casey):
    site.as_(casey).open("care.show_member", member_id=uuid4(), status=404)
    session.get_one(Member, asha.member).user_id = casey.user_id
    session.commit()

    site.as_(casey).open("care.show_member", member_id=asha.member, status=404)


def test_new_member_has_nothing_yet(site, bruno, casey):
    page = site.as_(casey).open("care.show_member", member_id=bruno.member)

    assert "No line yet." in page.text
    assert "No claim yet." in page.text


def test_drafts_stay_the_members_own(site, asha, casey):
    draft = factories.a_claim(asha, waiting=False)

    assert draft.reference not in site.as_(casey).open("care.show_member", member_id=asha.member).text
