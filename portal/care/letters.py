"""What we write to members whose points were adjusted without a claim."""

import uuid
from datetime import datetime

from flask_babel import force_locale

from portal.care.service import Adjusted
from portal.mail.letter import Letter
from portal.tiers.queries import addressee_of
from portal.web import ui
from portal.web.links import absolute


def points_adjusted(member_id: uuid.UUID, adjusted: Adjusted, *, at: datetime) -> Letter:
    """Say how many points came or went, why, and who did it; call it inside the unit of work that posted."""
    to = addressee_of(member_id)
    posted = adjusted.follow.posted
    with force_locale(to.locale):
        when = ui.weekday_day(at)
    return Letter(
        kind="points_adjusted",
        to=to.email,
        locale=to.locale,
        user_id=to.user_id,
        facts={
            "name": to.name.split(" ", 1)[0],
            "points": posted.balance_after - posted.balance_before,
            "balance": posted.balance_after,
            "why": adjusted.words,
            "when": when,
            "agent": adjusted.agent.name.split(" ", 1)[0],
            "link": absolute("home.show_points"),
        },
    )
