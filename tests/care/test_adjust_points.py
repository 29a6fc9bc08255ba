from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import programme
from portal.accounts.models import Member, User
from portal.care.models import AdjustmentRequest
from portal.care.rules import Coming, change
from portal.care.service import Adjustment, adjust
from portal.clock import now
from portal.db import db
from portal.errors import Conflict, NotFound, Refused
from portal.points.models import Account, Entry
from portal.points.rules import EntryKind, Standing
from portal.tiers.models import TierSpan
from portal.tiers.rules import ladder_of
from portal.unit_of_work import unit_of_work
from tests import factories

BUTTON = "Adjust and write to Asha"


def adjustment_page(site, agent, member, **how):
    return site.as_(agent).open("care.new_adjustment", member_id=member.member, **how)


def entries(member):
    return list(db.session.query(Entry).filter_by(member_id=member.member).order_by(Entry.sequence))


def test_points_are_added_for_a_reason_with_a_letter(site, asha, casey):
    page = adjustment_page(site, casey, asha).submit(
        BUTTON, points="60", reason="never_credited", words="The quiz of last week.", note="Seen in the log."
    )

    entry = entries(asha)[-1]
    request = db.session.query(AdjustmentRequest).one()
    assert (entry.points, entry.kind, entry.counts_for_tier) == (60, EntryKind.CORRECTION, True)
    assert (entry.text, entry.internal_note, entry.actor_id) == (
        "The quiz of last week.",
        "Seen in the log.",
        casey.user_id,
    )
    assert (request.entry_id, request.maker_id, request.points, request.reason, request.state) == (
        entry.id, casey.user_id, 60, "never_credited", "posted",
    )  # fmt: skip
    assert [(letter.to, letter.subject) for letter in site.letters] == [(asha.email, "60 points added")]
    assert "The quiz of last week." in site.letters[0].text
    assert "Seen in the log." not in site.letters[0].text
    assert page.path == f"/care/members/{asha.member}"
    assert page.texts("main .notice p") == ["+60 points for Asha Rahman, with a letter."]


@pytest.mark.parametrize("typed", ["-90", "−90", " - 90"])
def test_points_are_taken_away_with_a_minus(site, asha, casey, typed):
    factories.an_entry(asha, 100)
    page = adjustment_page(site, casey, asha)
    if typed == " - 90":
        page.submit(BUTTON, points=typed, reason="posted_twice", status=422)
        assert factories.balance_of(asha) == 100
        return

    page.submit(BUTTON, points=typed, reason="posted_twice")

    assert factories.balance_of(asha) == 10
    assert entries(asha)[-1].text == programme.current().reason("posted_twice").member_text
    assert site.letters[0].subject == "90 points taken off"


def test_gift_does_not_count_for_the_tier(site, session, casey):
    grace = factories.a_member("Asha Lind", points=1490)

    adjustment_page(site, casey, grace).submit(BUTTON, points="100", reason="goodwill_delay")

    entry = entries(grace)[-1]
    assert (entry.kind, entry.counts_for_tier) == (EntryKind.GOODWILL, False)
    assert session.query(TierSpan).filter_by(member_id=grace.member, until=None).one().tier == "silver"


def test_correction_that_reaches_a_tier_brings_its_letter(site, casey):
    grace = factories.a_member("Asha Lind", points=1490)

    adjustment_page(site, casey, grace).submit(BUTTON, points="10", reason="never_credited")

    assert {letter.subject for letter in site.letters} == {"10 points added", "You reached Gold"}


def test_falling_from_a_tier_brings_one_letter(site, session, casey):
    grace = factories.a_member("Asha Lind", points=1500)

    adjustment_page(site, casey, grace).submit(BUTTON, points="-1", reason="posted_twice")

    assert [letter.subject for letter in site.letters] == ["1 point taken off"]
    assert session.query(TierSpan).filter_by(member_id=grace.member, until=None).one().tier == "silver"


@pytest.mark.parametrize(
    ("typed", "reason", "errors"),
    [
        ("", "never_credited", {"points": "Enter whole points in digits, such as 150"}),
        ("1e309", "never_credited", {"points": "Enter whole points in digits, such as 150"}),
        ("12,5", "never_credited", {"points": "Enter whole points in digits, such as 150"}),
        ("٦٠", "never_credited", {"points": "Enter whole points in digits, such as 150"}),
        ("0", "never_credited", {"points": "Enter a number other than 0"}),
        ("-0", "never_credited", {"points": "Enter a number other than 0"}),
        ("100001", "never_credited", {"points": "Enter 100,000 points or fewer"}),
        ("501", "never_credited", {"points": "This is above your limit of 500 points. A lead must decide it"}),
        ("-501", "posted_twice", {"points": "This is above your limit of 500 points. A lead must decide it"}),
        ("-60", "never_credited", {"points": "This reason moves points the other way"}),
        ("60", "posted_twice", {"points": "This reason moves points the other way"}),
        ("-60", "goodwill_delay", {"points": "This reason moves points the other way"}),
        ("60", "", {"reason": "Choose a reason"}),
        ("x", "", {"points": "Enter whole points in digits, such as 150", "reason": "Choose a reason"}),
    ],
)
def test_wrong_input_is_told_beside_its_field_and_kept(site, asha, casey, *, typed, reason, errors):
    page = adjustment_page(site, casey, asha).submit(
        BUTTON, points=typed, reason=reason, words="Mine.", note="Ours.", status=422
    )

    assert page.errors == errors
    assert (page.value("words"), page.value("note")) == ("Mine.", "Ours.")
    assert (entries(asha), site.letters) == ([], [])


@pytest.mark.parametrize("forged", [{"reason": "not_found"}, {"reason": "nonsense"}, {"reason": "same_claim"}])
def test_reasons_that_are_not_for_this_are_refused(site, asha, casey, forged):
    page = adjustment_page(site, casey, asha).submit(BUTTON, points="60", forged=forged, status=422)

    assert page.errors == {"reason": "Choose a reason"}


@pytest.mark.parametrize(("field", "length"), [("words", 301), ("note", 2001)])
def test_words_that_are_too_long_are_refused_and_kept(site, asha, casey, field, length):
    page = adjustment_page(site, casey, asha).submit(
        BUTTON, points="60", reason="never_credited", status=422, **{field: "x" * length}
    )

    assert list(page.errors) == [field]
    assert len(page.value(field)) == length


def test_lead_may_move_more(site, asha, lena):
    adjustment_page(site, lena, asha).submit(BUTTON, points="5000", reason="never_credited")

    assert factories.balance_of(asha) == 5000


def test_form_sent_twice_posts_once(site, asha, casey):
    page = adjustment_page(site, casey, asha)

    for _ in range(2):
        page.submit(BUTTON, points="60", reason="never_credited")

    assert factories.balance_of(asha) == 60
    assert (len(entries(asha)), len(site.letters)) == (1, 1)


def test_form_sent_again_with_other_points_asks_first(site, asha, casey):
    page = adjustment_page(site, casey, asha)
    page.submit(BUTTON, points="60", reason="never_credited")

    again = page.submit(BUTTON, points="70", reason="never_credited", status=409)

    assert "This form has been sent before" in again.text
    assert factories.balance_of(asha) == 60
    again.submit(BUTTON)
    assert factories.balance_of(asha) == 130


def test_key_of_a_colleague_or_of_another_member_posts_nothing(site, asha, bruno, casey, noor):
    page = adjustment_page(site, casey, asha)
    key = page.value("key")
    page.submit(BUTTON, points="60", reason="never_credited")

    for agent, member, name in ((noor, asha, "Asha"), (casey, bruno, "Bruno")):
        adjustment_page(site, agent, member).submit(
            f"Adjust and write to {name}", points="60", reason="never_credited", forged={"key": key}, status=409
        )

    assert (factories.balance_of(asha), factories.balance_of(bruno)) == (60, 0)


@pytest.mark.parametrize("key", ["", "nonsense", "1"])
def test_forged_key_is_replaced(site, asha, casey, key):
    adjustment_page(site, casey, asha).submit(BUTTON, points="60", reason="never_credited", forged={"key": key})

    assert factories.balance_of(asha) == 60


def test_nobody_adjusts_themselves(site, session, asha, casey):
    page = adjustment_page(site, casey, asha)
    session.get_one(Member, asha.member).user_id = casey.user_id
    session.commit()

    page.submit(BUTTON, points="60", reason="never_credited", status=404)

    adjustment_page(site, casey, asha, status=404)
    with pytest.raises(NotFound), unit_of_work():
        adjust(asha.member, Adjustment(uuid4(), 60, "never_credited"), by=casey.user_id, at=now())
    assert entries(asha) == []


def test_unknown_member_does_not_exist(session, casey):
    with pytest.raises(NotFound), unit_of_work():
        adjust(uuid4(), Adjustment(uuid4(), 60, "never_credited"), by=casey.user_id, at=now())


def test_letter_that_cannot_be_written_leaves_nothing_behind(site, session, asha, casey):
    page = adjustment_page(site, casey, asha)
    session.get_one(User, asha.user_id).email = "asha@club.example, eve@club.example"
    session.commit()

    page.submit(BUTTON, points="60", reason="never_credited", status=500)

    assert (entries(asha), db.session.query(AdjustmentRequest).count()) == ([], 0)


@pytest.mark.parametrize("as_fragment", [True, False])
def test_sum_is_shown_before_anything_is_done(site, asha, casey, as_fragment):
    factories.an_entry(asha, 100)

    page = site.as_(casey).open(
        "care.show_adjustment_sum", member_id=asha.member, points="-60", reason="posted_twice", as_fragment=as_fragment
    )

    assert page.texts("#changes td.number")[:2] == ["100", "40"]
    assert "These points had been added twice." in page.text


def test_work_it_out_keeps_every_typed_word(site, asha, casey):
    page = adjustment_page(site, casey, asha).submit(
        "Work it out", points="60", reason="goodwill_delay", words="Mine.", note="Ours."
    )

    assert page.texts("#changes td.number")[:2] == ["0", "60"]
    assert "A gift: it does not count for the tier." in page.text
    assert (page.value("words"), page.value("note")) == ("Mine.", "Ours.")
    assert entries(asha) == []


def test_service_refuses_what_a_form_would(session, asha, casey):
    for wanted, code in (
        (Adjustment(uuid4(), 60, "nonsense"), "reason"),
        (Adjustment(uuid4(), -60, "never_credited"), "sign"),
        (Adjustment(uuid4(), 501, "never_credited"), "limit"),
    ):
        with pytest.raises(Refused) as refused, unit_of_work():
            adjust(asha.member, wanted, by=casey.user_id, at=now())
        assert refused.value.code == code
    key = uuid4()
    with unit_of_work():
        adjust(asha.member, Adjustment(key, 60, "never_credited"), by=casey.user_id, at=now())
    with pytest.raises(Conflict), unit_of_work():
        adjust(asha.member, Adjustment(key, 61, "never_credited"), by=casey.user_id, at=now())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(points=st.integers(-500, 500).filter(bool), is_gift=st.booleans())
def test_screen_and_posting_always_agree(session, asha, casey, points, is_gift):
    account = session.get_one(Account, asha.member, populate_existing=True)
    before = Standing(account.balance, account.status_points)
    reason = ("goodwill_delay" if is_gift else "never_credited") if points > 0 else "posted_twice"
    counts = programme.current().reason(reason).counts_for_tier
    shown = change(
        before, points, counts_for_tier=counts, ladder=ladder_of(programme.current()), coming=Coming(0, None)
    )

    with unit_of_work():
        adjust(asha.member, Adjustment(uuid4(), points, reason), by=casey.user_id, at=now())

    account = session.get_one(Account, asha.member, populate_existing=True)
    tier = session.query(TierSpan).filter_by(member_id=asha.member, until=None).one().tier
    assert (account.balance, account.status_points) == (
        shown.after.standing.balance, shown.after.standing.status_points,
    )  # fmt: skip
    assert tier == shown.after.progress.current.key
