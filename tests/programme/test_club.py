"""The programme of the club we serve first states what the club has published."""

import re
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from portal import programme
from portal.claims.rules import Verdict
from portal.programme import ClaimTerms, DeskTerms
from tests.programme.samples import CLUB, club, harbour


def test_tiers_start_where_the_club_says():
    assert [(tier.name, tier.threshold) for tier in club().tiers] == [("Silver", 0), ("Gold", 1500), ("Platinum", 3000)]


def test_each_tier_gives_what_the_club_says():
    assert {tier.key: {benefit.key: benefit.text for benefit in tier.benefits} for tier in club().tiers} == {
        "silver": {"price": "5% off", "delivery": "Free", "points": "On every purchase"},
        "gold": {"price": "7% off", "delivery": "Free, next day", "points": "On every purchase"},
        "platinum": {"price": "10% off"},
    }


def test_the_same_benefit_has_the_same_name_in_every_tier():
    labels = {(benefit.key, benefit.label) for tier in club().tiers for benefit in tier.benefits}
    assert len(labels) == len({key for key, _ in labels})


def test_every_member_has_five_things_beside_the_tier():
    assert len(club().everyone) == 5


def test_the_club_is_at_home_in_london_and_for_adults():
    home = club().club
    assert (home.zone, home.currency, home.locale, home.minimum_age) == (ZoneInfo("Europe/London"), "GBP", "en_GB", 18)


@pytest.mark.parametrize("activity", club().activities, ids=lambda activity: activity.key)
def test_normal_delays_are_the_one_to_two_days_the_club_names(activity):
    assert 24 <= activity.delay_hours <= 48


def test_the_file_says_which_figures_are_our_own():
    assert "our own default" in CLUB.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2026, 10, 31), "order-1"),
        (date(2026, 11, 1), "order-2"),
        (date(2031, 1, 1), "order-2"),
    ],
)
def test_an_order_is_priced_by_the_rule_of_its_day(day, version):
    rule = club().rule_on("order", day)
    assert rule is not None
    assert rule.version == version


@pytest.mark.parametrize(("activity", "day"), [("order", date(2021, 12, 31)), ("dance", date(2026, 11, 22))])
def test_a_day_before_all_rules_and_an_unknown_activity_have_none(activity, day):
    assert club().rule_on(activity, day) is None


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("sample", [club, harbour], ids=["club", "harbour"])
def test_every_verdict_has_reasons_and_replies(sample, verdict):
    assert sample().reasons_for(verdict)
    assert sample().replies_for(verdict, locale=sample().club.locale)


def test_replies_come_in_the_members_language_or_else_in_the_clubs():
    assert [reply.text[:12] for reply in harbour().replies_for("approve", locale="de_DE")] == ["{name}, {poi"]
    assert [reply.locale for reply in harbour().replies_for("approve", locale="fr_FR")] == ["en_IE"]


def test_a_reply_is_filled_with_the_words_of_the_claim():
    (reply,) = harbour().replies_for("approve", locale="en_IE")
    words = reply.fill(
        name="Asha",
        points="150 points",
        subject="Ferry of 6 Nov",
        day="6 Nov",
        club="Harbour",
        reference="C-7KQ3XWHN",
    )
    assert words == "Asha, 150 points for Ferry of 6 Nov of 6 Nov. Harbour, C-7KQ3XWHN"


def test_braces_in_what_a_member_typed_are_only_text():
    (reply,) = harbour().replies_for("decline", locale="en_IE")
    assert reply.fill(subject="{name.__class__}") == "No points for {name.__class__}."


def test_goodwill_counts_for_the_tier_only_where_its_reason_says_so():
    gifts = {
        reason.key: reason.counts_for_tier
        for reason in (*club().reasons, *harbour().reasons)
        if reason.kind == "goodwill"
    }
    assert gifts == {"goodwill_delay": False, "goodwill_fault": False, "storm": True}


@pytest.mark.parametrize(
    ("key", "points", "is_allowed"),
    [
        ("never_credited", 1, True),
        ("never_credited", -1, False),
        ("posted_twice", -1, True),
        ("posted_twice", 1, False),
        ("never_credited", 0, False),
    ],
)
def test_a_reason_lets_points_go_its_own_way_only(key, points, is_allowed):
    assert club().reason(key).allows(points) is is_allowed


@pytest.mark.parametrize("points", [5, -5])
def test_a_reason_without_a_sign_lets_points_go_either_way(points):
    assert harbour().reason("miscounted").allows(points)


@pytest.mark.parametrize(("role", "limit"), [("agent", 50), ("lead", 400), ("admin", 0), ("member", 0)])
def test_a_role_gives_points_up_to_its_limit_and_none_without_one(role, limit):
    assert harbour().desk.limit(role) == limit


@pytest.mark.parametrize(
    ("activity", "reference", "is_accepted"),
    [
        ("order", "7041 8822", True),
        ("order", "7041-8822", True),
        ("order", "704188", False),
        ("order", "7041 8822 1", False),
        ("device", "k7q2 m4xd 93tc", True),
        ("quiz", "Autumn quiz", True),
        ("referral", "Zoë", True),
        ("referral", "…", False),
    ],
)
def test_a_reference_fits_its_activity_whatever_its_spaces(activity, reference, is_accepted):
    assert club().activity(activity).accepts(reference) is is_accepted


def test_the_three_help_pages_are_there_and_name_the_screenshot():
    assert [page.title for page in club().help] == [
        "Where are my points?",
        "My balance looks wrong",
        "I cannot get in",
    ]
    assert all(any("screenshot" in words for words in page.paragraphs) for page in club().help)


def test_what_the_programme_says_is_plain_and_promises_no_day_it_does_not_name():
    words = CLUB.read_text(encoding="utf-8")
    lines = [line for line in words.splitlines() if not line.startswith("#")]
    assert not re.search(r"!|\b(soon|oops|discover|amazing|great|best)\b", "\n".join(lines), re.IGNORECASE)


@pytest.mark.parametrize("find", ["tier", "activity", "reason", "ask"])
def test_an_unknown_key_is_an_error_and_not_a_blank(find):
    with pytest.raises(KeyError, match="nothing_like_it"):
        getattr(club(), find)("nothing_like_it")


def test_two_programmes_have_two_digests_and_one_always_the_same():
    assert club().digest == programme.load(CLUB).digest != harbour().digest
    assert re.fullmatch(r"[0-9a-f]{64}", club().digest)


def test_nothing_of_the_programme_can_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        club().tiers[1].threshold = 1  # type: ignore[misc]  # that is what is tried


def test_terms_that_a_programme_does_not_name_are_those_of_the_first_club():
    assert club().claims == ClaimTerms()
    assert club().desk == DeskTerms(limits=club().desk.limits)
