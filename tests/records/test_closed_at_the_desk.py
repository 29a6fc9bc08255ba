"""What the desk still sees of somebody who has left: the books, and nobody's name."""

from portal.claims.models import Claim
from portal.clock import now
from portal.db import db
from portal.records import sweeps
from tests.records.closing import leave
from tests.records.filling import PRIVATE, fill


def test_claim_of_a_closed_account_is_readable_without_its_words(site, asha, bruno, casey):
    filled = fill(asha, bruno, casey)
    leave(asha)
    sweeps.close_accounts(now())

    page = site.as_(casey).open("care.show_claim", claim_id=filled.claim)

    assert "Closed account" in page.text
    assert not any(words in page.html for words in (PRIVATE, asha.name, asha.email, asha.number))


def test_member_page_of_a_closed_account_shows_the_ledger_and_takes_no_points(site, asha, bruno, casey):
    fill(asha, bruno, casey)
    leave(asha)
    sweeps.close_accounts(now())

    page = site.as_(casey).open("care.show_member", member_id=asha.member)

    assert "Account closed" in page.text
    assert not any(words in page.html for words in (asha.name, asha.email, asha.number))
    assert "Adjust points" not in page.texts("a")
    site.as_(casey).open("care.new_adjustment", member_id=asha.member, status=404)


def test_a_closed_account_is_not_found_by_what_it_was(site, asha, bruno, casey):
    fill(asha, bruno, casey)
    reference = db.session.query(Claim).filter_by(member_id=asha.member).first().reference
    leave(asha)
    sweeps.close_accounts(now())
    desk = site.as_(casey)

    for words in ("Asha", asha.email, asha.number):
        assert "Closed account" not in desk.open("care.show_members", find=words).text
        assert reference not in desk.open("care.show_queue", find=words, view="decided").text
