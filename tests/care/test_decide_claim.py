from datetime import timedelta

import pytest

from portal import programme
from portal.activities.models import Expectation
from portal.activities.rules import Outcome
from portal.claims.models import ClaimEvent, InfoRequest
from portal.claims.rules import ClaimState, Verdict
from portal.clock import now
from portal.db import db
from portal.points.models import Entry
from portal.points.rules import EntryKind
from portal.tiers.models import TierSpan
from tests import factories
from tests.care.matched import a_matched_claim, bench, decide, fresh, happened


def entries(member):
    rows = db.session.query(Entry).filter_by(member_id=member.member).order_by(Entry.sequence)
    return list(rows)


def letters(site):
    return [(letter.to, letter.subject) for letter in site.letters]


def test_approval_posts_what_the_rule_computes_and_tells_the_member(site, asha, casey):
    claim, event = a_matched_claim(asha, taken_by=casey)

    page = decide(bench(site, casey, claim))

    entry = entries(asha)[-1]
    assert (entry.points, entry.kind, entry.counts_for_tier) == (45, EntryKind.CORRECTION, True)
    assert (entry.happened_at, entry.claim_id, entry.event_id) == (event.occurred_at, claim.id, event.id)
    assert (entry.idempotency_key, entry.actor_id, entry.reason) == (f"claim:{claim.id}", casey.user_id, "")
    assert (entry.rule_version, entry.computation[0]["points"]) == ("order-2", 45)
    assert factories.balance_of(asha) == 45
    done = fresh(claim)
    assert (done.state, done.verdict, done.points_granted) == (ClaimState.APPROVED, Verdict.APPROVE, 45)
    assert (done.decided_by_id, done.matched_event_id, done.leased_until) == (casey.user_id, event.id, None)
    assert (fresh(event).outcome, fresh(event).member_id) == (Outcome.CREDITED, asha.member)
    assert letters(site) == [(asha.email, f"45 points added, claim {claim.reference}")]
    assert page.path == "/care/"
    assert page.texts("main .notice p") == [f"Approved: {entry.text}, 45 points. Asha Rahman has a letter."]


def test_member_reads_the_reply_and_staff_the_note(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    decide(bench(site, casey, claim), reply="We found it.", note="Shop confirmed by phone.")

    line = db.session.query(ClaimEvent).filter_by(claim_id=claim.id, what="approved").one()
    assert (line.visibility, line.member_text, line.internal_note) == (
        "member", "We found it.", "Shop confirmed by phone.",
    )  # fmt: skip
    letter = site.letters[0]
    assert "We found it." in letter.text
    assert "Shop confirmed" not in letter.text
    assert entries(asha)[-1].internal_note == "Shop confirmed by phone."


def test_reaching_a_tier_brings_a_second_letter(site, session, casey):
    grace = factories.a_member("Grace Lind", points=1490)
    claim, _ = a_matched_claim(grace, taken_by=casey)

    decide(bench(site, casey, claim))

    spans = session.query(TierSpan).filter_by(member_id=grace.member).order_by(TierSpan.since).all()
    assert [(span.tier, span.until is None) for span in spans] == [("silver", False), ("gold", True)]
    assert {subject for _, subject in letters(site)} == {
        f"45 points added, claim {claim.reference}",
        "You reached Gold",
    }


def test_another_figure_needs_a_reason(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    refused = decide(bench(site, casey, claim), points="60", status=422)

    assert refused.errors == {"reason": "Choose a reason that fits this verdict and these points"}
    assert (refused.value("points"), factories.balance_of(asha)) == ("60", 0)
    decide(refused, reason="promotion_missed")
    entry = entries(asha)[-1]
    assert (entry.points, entry.reason, entry.computation) == (60, "promotion_missed", [])


def test_part_grants_fewer_points_than_were_asked_for(site, asha, casey):
    claim, _ = a_matched_claim(asha, points=100, taken_by=casey)

    decide(bench(site, casey, claim), reason="part_of_order")

    done = fresh(claim)
    assert (done.state, done.points_granted, done.reason) == (ClaimState.PART_APPROVED, 45, "part_of_order")
    assert letters(site) == [(asha.email, f"45 of 100 points added, claim {claim.reference}")]


@pytest.mark.parametrize(
    ("verdict", "reason", "state"),
    [("decline", "not_found", ClaimState.DECLINED), ("duplicate", "same_claim", ClaimState.DUPLICATE)],
)
def test_refusal_posts_nothing_and_gives_its_reason(site, asha, casey, *, verdict, reason, state):
    claim, event = a_matched_claim(asha, taken_by=casey)

    decide(bench(site, casey, claim), verdict=verdict, reason=reason, reply="It is not on record.")

    done = fresh(claim)
    assert (done.state, done.points_granted, done.reason) == (state, 0, reason)
    assert (entries(asha), fresh(event).outcome) == ([], Outcome.UNMATCHED)
    assert letters(site) == [(asha.email, f"We could not add these points, claim {claim.reference}")]
    assert "It is not on record." in site.letters[0].text


def test_reply_nobody_touched_follows_the_points(site, asha, casey):
    claim, _ = a_matched_claim(asha, points=None, taken_by=casey)

    decide(bench(site, casey, claim), points="60", reason="promotion_missed")

    assert "60 points" in site.letters[0].text
    assert "45 points" not in site.letters[0].text


def test_untouched_reply_of_another_verdict_is_not_sent(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    refused = decide(bench(site, casey, claim), verdict="decline", reason="not_found", status=422)

    assert refused.errors == {"reply": "These words belong to another verdict. Choose others, or change them"}
    assert "found nothing under this" in refused.value("reply")
    assert site.letters == []
    decide(refused)
    assert fresh(claim).state is ClaimState.DECLINED


def test_asking_waits_for_the_member_and_stops_the_clock(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    page = decide(bench(site, casey, claim), verdict="ask", ask="receipt", note="Total is missing.")

    waiting = fresh(claim)
    question = db.session.query(InfoRequest).filter_by(claim_id=claim.id).one()
    assert (waiting.state, waiting.assignee_id, waiting.leased_until) == (ClaimState.NEEDS_INFO, casey.user_id, None)
    assert (question.ask, question.asked_by_id, question.answered_at) == ("receipt", casey.user_id, None)
    assert "you were right" not in question.question, "the words of another verdict go nowhere"
    assert letters(site) == [(asha.email, f"One thing is missing, claim {claim.reference}")]
    assert "we wait for Asha Rahman" in page.text
    assert "We wait for Asha" in bench(site, casey, claim).text


def test_words_beside_a_question_reach_the_member(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    decide(bench(site, casey, claim), verdict="ask", ask="receipt", reply="The one from the shop, please.")

    assert "The one from the shop, please." in site.letters[0].text


def test_promised_points_are_paid_once_by_the_verdict(site, session, asha, casey):
    promise = factories.an_expectation(asha, 45, happened=happened(), due=now() - timedelta(hours=2))
    claim = factories.a_claim(asha, subject=promise.subject, day=happened().date(), taken_by=casey)

    decide(bench(site, casey, claim))

    entry = entries(asha)[-1]
    assert entry.happened_at == happened()
    assert session.get(Expectation, promise.id, populate_existing=True).satisfied_by_id == entry.id


def test_event_with_its_promise_is_settled_whole(site, session, asha, casey):
    claim = factories.a_claim(asha, day=happened().date(), taken_by=casey)
    event = factories.an_event(asha, subject=claim.subject, happened=happened(), outcome=Outcome.PENDING)
    promise = factories.an_expectation(asha, 45, happened=happened(), event=event)

    decide(bench(site, casey, claim))

    entry = entries(asha)[-1]
    assert (entry.event_id, fresh(event).outcome) == (event.id, Outcome.CREDITED)
    assert session.get(Expectation, promise.id, populate_existing=True).satisfied_by_id == entry.id


def test_wrong_amount_is_topped_up(site, asha, casey):
    claim, event = a_matched_claim(asha, amount_minor=12000, points=None, taken_by=casey)
    factories.an_entry(asha, 45, subject=event.subject, happened=happened())

    decide(bench(site, casey, claim))

    assert [entry.points for entry in entries(asha)] == [45, 75]


def test_screen_shows_exactly_what_posting_does(site, session, casey):
    """The before and after of the screen, and the account after the verdict."""
    for points, pounds in ((0, 45), (1490, 45), (1455, 45), (2990, 9), (100, 1300)):
        member = factories.a_member(points=points)
        claim, _ = a_matched_claim(member, amount_minor=pounds * 100, points=None, taken_by=casey)
        page = bench(site, casey, claim)
        shown = page.texts("#changes tbody td:last-child")
        if pounds > 500:
            decide(page, status=422)
            continue
        decide(page)
        tier = session.query(TierSpan).filter_by(member_id=member.member, until=None).one().tier
        assert int(shown[0].replace(",", "")) == factories.balance_of(member)
        assert shown[2].split(",")[0].strip().lower() == tier


def test_claim_that_is_not_about_points_can_be_settled_without(site, session, asha, casey):
    claim = factories.a_claim(asha, kind="technical", points=None, taken_by=casey)

    decide(bench(site, casey, claim), verdict="approve", points="0", reply="It works again.")

    assert (fresh(claim).state, fresh(claim).points_granted, entries(asha)) == (ClaimState.APPROVED, 0, [])


def test_statements_of_a_verdict_are_few(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    page = bench(site, casey, claim)
    answer = page.site.send(
        "POST",
        f"/care/claims/{claim.id}/decision",
        follow=False,
        status=303,
        data={name: page.value(name) for name in ("csrf_token", "version", "verdict", "points", "event", "reply")},
    )

    assert len(answer.statements) <= 25


@pytest.fixture
def generous():
    """A club that grants claims as gifts, too."""
    club = programme.current()
    reasons = tuple(
        reason.model_copy(update={"for_": (*reason.for_, "approve")}) if reason.kind == "goodwill" else reason
        for reason in club.reasons
    )
    programme.use(club.model_copy(update={"reasons": reasons}))
    yield
    programme.use(club)


def test_claim_granted_as_a_gift_does_not_count_for_the_tier(site, session, casey, generous):
    grace = factories.a_member("Grace Lind", points=1490)
    claim, _ = a_matched_claim(grace, taken_by=casey)

    page = decide(bench(site, casey, claim), reason="goodwill_fault")

    entry = entries(grace)[-1]
    assert (entry.kind, entry.counts_for_tier, page.path) == (EntryKind.GOODWILL, False, "/care/")
    assert session.query(TierSpan).filter_by(member_id=grace.member, until=None).one().tier == "silver"
