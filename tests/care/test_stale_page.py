"""Pages that were overtaken: 409, both states side by side, and nothing that was typed is lost."""

from datetime import timedelta

import time_machine

from portal.claims.lines import By
from portal.claims.rules import ClaimState
from portal.claims.service import desk, thread
from portal.claims.service.moves import Actor
from portal.clock import now
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.care.matched import a_matched_claim, bench, decide, fresh


def facts(page):
    return dict(zip(page.texts("main .notice dt"), page.texts("main .notice dd"), strict=True))


def test_colleagues_verdict_stands_and_the_words_are_kept(site, asha, casey, noor):
    claim, _ = a_matched_claim(asha, taken_by=casey)
    late = bench(site, casey, claim)
    with unit_of_work():
        desk.release(claim.id, by=casey.user_id, at=now())
    with unit_of_work():
        desk.take(claim.id, by=noor.user_id, at=now())
    decide(bench(site, noor, claim), verdict="decline", reason="not_found", reply="No.")

    page = decide(late, status=409, reply="Two paragraphs\nof mine.", note="And a note.")

    assert page.texts("main .notice h2") == ["This claim changed while your page was open"]
    assert "Noor Haddad declined it" in page.text
    assert facts(page) == {"Your page": "In review", "Now": "Declined"}
    assert page.texts("#kept-reply, #kept-note") == ["Two paragraphs of mine.", "And a note."]
    assert not page.has("#decision")
    assert (fresh(claim).state, factories.balance_of(asha)) == (ClaimState.DECLINED, 0)


def test_members_message_is_shown_before_the_verdict_is_sent(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)
    late = bench(site, casey, claim)
    with unit_of_work():
        sender = Actor(By.MEMBER, asha.user_id, asha.name)
        thread.write(claim.id, "I was wrong about the day.", actor=sender, at=now())

    page = decide(late, status=409, points="45", reason="never_credited", reply="As agreed.", verdict="approve")

    assert "Asha Rahman wrote" in page.find("main .notice").to_text()
    assert "I was wrong about the day." in page.text
    assert (page.value("reply"), page.value("reason")) == ("As agreed.", "never_credited")
    assert factories.balance_of(asha) == 0
    decide(page)
    assert factories.balance_of(asha) == 45


def test_verdict_sent_twice_is_one(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)
    page = bench(site, casey, claim)
    decide(page)

    again = decide(page, status=409)

    assert "You approved it" in again.find("main .notice").to_text()
    assert (factories.balance_of(asha), len(site.letters)) == (45, 1)


def test_lease_that_ran_out_loses_no_word(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)
    page = bench(site, casey, claim)
    with unit_of_work():
        desk.give_back(claim.id, at=now() + timedelta(minutes=16))

    kept = decide(page, status=409, reply="Written slowly.")

    assert "Back in the queue, in its old place" in kept.find("main .notice").to_text()
    assert "Nobody holds this claim now. Sending takes it first." in kept.text
    assert kept.value("reply") == "Written slowly."
    decide(kept)
    assert (fresh(claim).state, fresh(claim).decided_by_id) == (ClaimState.APPROVED, casey.user_id)
    assert "Written slowly." in site.letters[0].text


def test_lease_nobody_ended_still_counts_for_its_holder(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)
    page = bench(site, casey, claim)

    with time_machine.travel(now() + timedelta(minutes=20)):
        decide(page)

    assert fresh(claim).state is ClaimState.APPROVED


def test_version_that_is_none_counts_as_out_of_date(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    for forged in ("", "-1", "x", "9" * 30, "٣"):
        decide(bench(site, casey, claim), status=409, forged={"version": forged})

    assert factories.balance_of(asha) == 0


def test_note_on_a_page_that_was_overtaken_is_kept(site, asha, casey, noor):
    claim, _ = a_matched_claim(asha)
    late = bench(site, casey, claim)
    with unit_of_work():
        desk.take(claim.id, by=noor.user_id, at=now())

    part = late.submit("Keep the note", note_words="Call the shop.", status=409, as_fragment=True)
    page = late.submit("Keep the note", note_words="Call the shop.", status=409)

    assert all("Noor Haddad took it" in each.text for each in (part, page))
    assert (part.value("note_words"), page.value("note_words")) == ("Call the shop.", "Call the shop.")
    page.submit("Keep the note")
    assert "Call the shop." in bench(site, noor, claim).text


def test_message_that_came_too_late_is_kept(site, asha, casey, noor):
    claim, _ = a_matched_claim(asha, taken_by=casey)
    late = bench(site, casey, claim)
    with unit_of_work():
        desk.release(claim.id, by=casey.user_id, at=now())
    with unit_of_work():
        desk.take(claim.id, by=noor.user_id, at=now())

    page = late.submit("Send the message", message_words="We are on it.", status=409)

    assert page.value("message_words") == "We are on it."
    assert site.letters == []
