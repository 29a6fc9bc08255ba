"""The club's own advice, for everybody; a member finds what it comes to for them below it."""

import uuid
from typing import Any

from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal import programme
from portal.clock import now
from portal.errors import NotFound
from portal.home import queries, rows
from portal.home.views import bp
from portal.web.access import public, visitor
from portal.web.htmx import page

COMING, LATEST = 4, 3


@bp.get("/help/<string:key>")
@public
def show_help(key: str) -> ResponseReturnValue:
    found = next((help_page for help_page in programme.current().help if help_page.key == key), None)
    if found is None:
        raise NotFound
    member_id = visitor().member_id if current_user.is_authenticated else None
    return page(
        "home/help.html",
        layout="layout/member.html" if member_id else "layout/door.html",
        help=found,
        mine=_mine(member_id) if member_id else None,
        others=[other for other in programme.current().help if other != found],
    )


def _mine(member_id: uuid.UUID) -> dict[str, Any]:
    """Give what is on its way, asked for and there already, as home shows it."""
    zone = programme.current().club.zone
    today = now().astimezone(zone).date()
    beside = queries.beside_home(member_id, zone)
    return {
        "coming": rows.coming_rows(beside.coming[:COMING], today=today),
        "more": len(beside.coming) > COMING,
        "asked": rows.asked_rows(beside.asked, today=today),
        "latest": rows.latest_rows(beside.latest[:LATEST]),
    }
