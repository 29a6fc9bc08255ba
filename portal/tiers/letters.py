"""What we write about tiers: one that was reached, one that may be lost, one that was; and about points that lapse."""

from collections.abc import Sequence

from flask_babel import force_locale

from portal import programme
from portal.mail.letter import JSON, Letter
from portal.points.ageing import Lapse
from portal.tiers.queries import Addressee, Look, kept_tier
from portal.tiers.rules import ladder_of, progress
from portal.tiers.service import Follow, Looked
from portal.web import ui
from portal.web.links import absolute


def tier_reached(to: Addressee, follow: Follow) -> Letter:
    """Say what the tier gives that a posting has lifted the member to."""
    club = programme.current()
    stands = progress(follow.figure, ladder_of(club), kept_tier(follow.tier_after))
    return _letter(
        "tier_reached",
        to,
        tier=stands.current.name,
        status_points=follow.figure,
        benefits=_benefits(follow.tier_after),
        following=stands.following.name if stands.following else "",
        missing=stands.missing,
        link=absolute("home.show_home"),
    )


def tier_at_stake(to: Addressee, ahead: Looked) -> Letter:
    """Say when the tier is looked at, what counts then, and what is missing to keep it."""
    look = ahead.look
    with force_locale(to.locale):
        facts = _facts(look)
    return _letter(
        "tier_at_stake",
        to,
        **facts,
        otherwise=programme.current().tier(look.otherwise).name,
        missing=look.missing,
        link=absolute("home.show_benefits"),
    )


def tier_lowered(to: Addressee, looked: Looked) -> Letter:
    """Say which tier the member holds now, why, what it gives, and how they come back."""
    club = programme.current()
    with force_locale(to.locale):
        facts = _facts(looked.look)
    return _letter(
        "tier_lowered",
        to,
        **facts,
        now=club.tier(looked.tier).name,
        threshold=club.tier(looked.look.tier).threshold,
        benefits=_benefits(looked.tier),
        link=absolute("home.show_benefits"),
    )


def points_lapse(to: Addressee, lapses: Sequence[Lapse]) -> Letter:
    """Say how many points are gone from which day on, unless they are spent before."""
    with force_locale(to.locale):
        parts: list[JSON] = [{"points": one.points, "day": ui.day(one.on)} for one in lapses]
    return _letter(
        "points_lapse",
        to,
        points=sum(one.points for one in lapses),
        parts=parts,
        months=programme.current().standing.expiry_months,
        link=absolute("home.show_points"),
    )


def has_risen(follow: Follow) -> bool:
    """Tell whether a posting has lifted the member to a higher tier; nobody is written to for sinking by one."""
    keys = [tier.key for tier in programme.current().tiers]
    return keys.index(follow.tier_after) > keys.index(follow.tier_before)


def _facts(look: Look) -> dict[str, JSON]:
    return {
        "tier": programme.current().tier(look.tier).name,
        "day": ui.day(look.on),
        "since": ui.day(look.counts_from),
        "has": look.has,
    }


def _benefits(tier: str) -> list[JSON]:
    return [f"{benefit.label}: {benefit.text}" for benefit in programme.current().tier(tier).benefits]


def _letter(kind: str, to: Addressee, **facts: JSON) -> Letter:
    return Letter(
        kind=kind,
        to=to.email,
        locale=to.locale,
        user_id=to.user_id,
        facts={"name": to.name.split(" ", 1)[0], **facts},
    )
