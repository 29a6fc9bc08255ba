"""The stories of the people everybody knows: Asha on her way to Gold, Bruno new, Grace ten short, Pia on top."""

from datetime import timedelta

from portal.activities.rules import Outcome
from portal.demo.books import Line
from portal.demo.histories import History, top_up
from portal.points.rules import EntryKind

ASHA_STATUS = 1240
GRACE_STATUS = 1490
PIA_STATUS = 3420
# What Asha's open claim is about: an order as a guest, under her work address.
GUEST_ORDER = "7041 8822"
GUEST_ORDER_DAYS = 16
GUEST_ORDER_MINOR = 75_00
GUEST_ADDRESS = "a.rao@work.example"


def asha(story: History) -> None:
    """Tell of a rich history, some points on their way, one claim open, 260 points short of Gold."""

    def ago(days: float) -> timedelta:
        return timedelta(days=days)

    at = story.at
    story.earn("order", at - ago(1.2), amount_minor=120_00)
    story.earn("device", at - ago(0.9))
    story.earn("quiz", at - ago(6), subject="Autumn quiz")
    story.earn("order", at - ago(20.4), amount_minor=110_00)
    story.earn("referral", at - ago(27))
    story.earn("order", at - ago(36), amount_minor=140_00)
    sent_back = story.earn("order", at - ago(50), amount_minor=90_00)
    if sent_back:
        story.take_back(sent_back, at - ago(43))
    story.earn("quiz", at - ago(81), subject="Summer quiz")
    story.lines.append(
        Line(
            id=story.books.new_id(),
            points=25,
            kind=EntryKind.GOODWILL,
            happened_at=at - ago(60),
            recorded_at=at - ago(60),
            text="A gift for a late answer",
            reason="goodwill_delay",
            counts_for_tier=False,
        )
    )
    story.lines.append(
        Line(
            id=story.books.new_id(),
            points=-25,
            kind=EntryKind.REDEMPTION,
            happened_at=at - ago(57),
            recorded_at=at - ago(57),
            text="Reward from the club’s shop",
            counts_for_tier=False,
        )
    )
    story.event(
        "order",
        at - ago(GUEST_ORDER_DAYS),
        Outcome.UNMATCHED,
        subject=GUEST_ORDER,
        amount_minor=GUEST_ORDER_MINOR,
        hint=GUEST_ADDRESS,
    )
    top_up(story, ASHA_STATUS, oldest_days=520, orders=30)


def grace(story: History) -> None:
    """Stop ten points short of Gold."""
    story.earn("device", story.at - timedelta(days=600))
    story.earn("quiz", story.at - timedelta(days=12), subject="Autumn quiz")
    story.spend(0.2, story.at - timedelta(days=100))
    top_up(story, GRACE_STATUS, oldest_days=680, orders=18)


def pia(story: History) -> None:
    """Climb to the top of the ladder."""
    story.earn("referral", story.at - timedelta(days=300))
    story.earn("order", story.at - timedelta(days=1), amount_minor=64_00)
    story.spend(0.35, story.at - timedelta(days=45))
    top_up(story, PIA_STATUS, oldest_days=960, orders=40)
