"""What a member's tier gives, what the next one changes, how they came there; and the club's own advice."""

from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal import programme
from portal.errors import NotFound
from portal.home import queries, tier_words
from portal.home.rules import changes, in_force
from portal.home.views import bp
from portal.tiers.queries import look_at
from portal.tiers.rules import ladder_of, progress
from portal.web.access import members_only, public, visitor
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


@bp.get("/help/<string:key>")
@public
def show_help(key: str) -> ResponseReturnValue:
    found = next((help_page for help_page in programme.current().help if help_page.key == key), None)
    if found is None:
        raise NotFound
    is_member = current_user.is_authenticated and visitor().member_id is not None
    return page(
        "home/help.html",
        layout="layout/member.html" if is_member else "layout/door.html",
        help=found,
        is_member=is_member,
        others=[other for other in programme.current().help if other != found],
    )
