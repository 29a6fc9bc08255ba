"""The letter that says which tier has been reached."""

from portal import programme
from portal.mail.letter import Letter
from portal.tiers.queries import Addressee
from portal.tiers.rules import ladder_of, progress
from portal.tiers.service import Follow
from portal.web.links import absolute


def tier_reached(to: Addressee, follow: Follow) -> Letter:
    """Say what the tier gives that a posting has lifted the member to."""
    club = programme.current()
    stands = progress(follow.posted.status_after, ladder_of(club))
    benefits = [f"{benefit.label}: {benefit.text}" for benefit in club.tier(follow.tier_after).benefits]
    return Letter(
        kind="tier_reached",
        to=to.email,
        locale=to.locale,
        user_id=to.user_id,
        facts={
            "name": to.name.split(" ", 1)[0],
            "tier": stands.current.name,
            "status_points": follow.posted.status_after,
            "benefits": [*benefits],
            "following": stands.following.name if stands.following else "",
            "missing": stands.missing,
            "link": absolute("home.show_home"),
        },
    )


def has_risen(follow: Follow) -> bool:
    """Tell whether a posting has lifted the member to a higher tier; nobody is written to for sinking."""
    keys = [tier.key for tier in programme.current().tiers]
    return keys.index(follow.tier_after) > keys.index(follow.tier_before)
