"""Nothing of one club is built into the desk: another one's tiers, reasons, replies, limits and leases are its own."""

from datetime import timedelta

from portal.clock import now
from portal.db import db
from portal.points.models import Entry
from tests import factories
from tests.care.matched import a_matched_claim, bench, decide, fresh


def test_desk_speaks_of_the_clubs_own_tiers_and_activities(harbour):
    nia, finn = factories.a_member("Nia Quinn", points=240), factories.an_agent("Finn Daly")
    claim, _ = a_matched_claim(nia, amount_minor=2500, points=15, taken_by=finn)

    queue = harbour.as_(finn).open("care.show_queue")
    page = bench(harbour, finn, claim)

    assert [words for words in ("Shore", "Ferry of", "1 match") if words not in queue.text] == []
    assert queue.texts("select[name=tier] option") == ["All tiers", "Shore", "Pier", "Bay", "Ocean"]
    assert "€25.00 gives 15." in page.text
    assert page.texts("#changes td.number")[-2:] == ["Shore", "Pier , 745 to Bay"]
    assert page.value("reply").startswith("Nia, 15 points for Ferry of")
    assert not any(word in page.html for word in ("IQOS", "Order number", "£", "Gold"))


def test_limits_and_leases_are_the_clubs_own(harbour, frozen):
    nia, finn = factories.a_member("Nia Quinn"), factories.an_agent("Finn Daly")
    claim, _ = a_matched_claim(nia, amount_minor=10000, points=None)

    page = bench(harbour, finn, claim).submit("Take this claim T")
    refused = decide(page, status=422)

    assert fresh(claim).leased_until == now() + timedelta(minutes=5)
    assert refused.errors == {"points": "This is above your limit of 50 points. A lead must decide it"}


def test_reply_is_in_the_members_language(harbour):
    lars, finn = factories.a_member("Lars Voss", locale="de_DE"), factories.an_agent("Finn Daly")
    claim, _ = a_matched_claim(lars, amount_minor=2500, points=None, taken_by=finn)

    page = bench(harbour, finn, claim, reply="yes")

    assert page.value("reply").startswith("Lars, 15 ")
    assert " für " in page.value("reply")
    assert page.value("reason") == "forgotten"


def test_gift_counts_for_the_tier_where_its_reason_says_so(harbour):
    nia, finn = factories.a_member("Nia Quinn", points=240), factories.an_agent("Finn Daly")

    harbour.as_(finn).open("care.new_adjustment", member_id=nia.member).submit(
        "Adjust and write to Nia", points="10", reason="storm"
    )

    entry = db.session.query(Entry).order_by(Entry.sequence.desc()).first()
    assert (entry.points, entry.kind, entry.counts_for_tier) == (10, "goodwill", True)
    assert {letter.subject for letter in harbour.letters} == {"10 points added", "You reached Pier"}


def test_reason_without_a_sign_moves_points_either_way(harbour):
    nia, finn = factories.a_member("Nia Quinn", points=100), factories.an_agent("Finn Daly")
    form = harbour.as_(finn).open("care.new_adjustment", member_id=nia.member)

    form.submit("Adjust and write to Nia", points="-20", reason="miscounted")

    assert factories.balance_of(nia) == 80
