"""What a member can do to earn points."""

from flask import url_for
from flask.typing import ResponseReturnValue

from portal import programme
from portal.activities.views import bp
from portal.activities.ways import ways_to_earn
from portal.web.access import members_only
from portal.web.htmx import page


@bp.get("/earn")
@members_only
def show_earning() -> ResponseReturnValue:
    ways = ways_to_earn()
    return page(
        "activities/earning.html",
        by_shop=[way for way in ways if way.done_by == "shop"],
        by_member=[way for way in ways if way.done_by != "shop"],
        doors=_doors(),
    )


def _doors() -> dict[str, str]:
    """Give the page on which an activity is done, by its key."""
    club = programme.current()
    doors = {one.key: url_for("activities.register_device") for one in club.activities if one.done_by == "device"}
    if club.referral:
        doors[club.referral.activity] = url_for("activities.invite_friend")
    return doors
