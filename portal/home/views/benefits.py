"""What a member's tier gives, what the next one changes, and how they came there."""

from flask.typing import ResponseReturnValue

from portal import programme
from portal.home import queries, tier_words
from portal.home.rules import changes, in_force
from portal.home.views import bp
from portal.tiers.queries import look_at
from portal.tiers.rules import ladder_of, progress
from portal.web.access import members_only, visitor
from portal.web.htmx import page


@bp.get("/benefits")
@members_only
def show_benefits() -> ResponseReturnValue:
    club = programme.current()
    stands = progress(visitor().status_points, ladder_of(club), visitor().kept_tier)
    return page(
        "home/benefits.html",
        tiers=club.tiers,
        everyone=club.everyone,
        stands=stands,
        benefits=in_force(club.tiers, stands.current.key),
        changes=changes(club.tiers, stands.current.key),
        look=look_at(visitor().member),
        held=queries.tiers_of(visitor().member),
        words=tier_words,
    )
