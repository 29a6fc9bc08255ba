"""The report of what the portal decided by itself."""

from portal.accounts.models import AccountLink
from portal.accounts.rules import LinkKind
from portal.claims.rules import ClaimState
from portal.clock import now
from portal.db import db
from tests import factories
from tests.cast import Person
from tests.claims.alone import a_waiting_claim, looked_at, terms, the_shop_tells
from tests.site import Site


def test_report_lists_by_day_what_was_decided_without_anybody(site: Site, asha: Person, casey: Person) -> None:
    page = site.as_(casey).open("care.show_automatic")
    assert "Nothing was decided automatically in the last 30 days." in page.text
    claims = [a_waiting_claim(asha), a_waiting_claim(asha), factories.a_claim(asha)]
    for claim in claims[:2]:
        the_shop_tells(claim)
    assert looked_at() == 2

    page = site.as_(casey).open("care.show_automatic")

    assert "2 claims in the last 30 days, 2 granted, 90 points." in page.text
    assert "up to 200 points" in page.text
    links = page.texts("ul.lines small")
    assert [any(claim.reference in link for link in links) for claim in claims] == [True, True, False]
    table = site.as_(casey).send("GET", "/care/automatic.csv", proofread=False).response.get_data(as_text=True)
    assert all(f"{claim.reference},order,Approved,45," in table for claim in claims[:2])
    assert {claim.state for claim in claims[:2]} == {ClaimState.APPROVED}
    with terms(on=False):
        assert "leaves every claim to a person" in site.as_(casey).open("care.show_automatic").text


def test_report_shows_nothing_of_linked_accounts_and_members_nothing(site: Site, asha: Person, casey: Person) -> None:
    claim = a_waiting_claim(asha)
    the_shop_tells(claim)
    looked_at()
    db.session.add(AccountLink(user_id=casey.user_id, other_id=asha.user_id, kind=LinkKind.DECLARED, since=now()))
    db.session.commit()

    assert "Nothing was decided automatically" in site.as_(casey).open("care.show_automatic").text
    site.as_(asha).open("care.show_automatic", status=404)
