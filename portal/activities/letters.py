"""The letter about a friend who has joined."""

from flask_babel import force_locale

from portal.activities.service.friend_points import Brought
from portal.mail.letter import Letter
from portal.web import ui
from portal.web.links import absolute


def friend_joined(brought: Brought) -> Letter:
    """Tell a member that a friend counts, how many points that brings, and by which day."""
    with force_locale(brought.locale):
        due = ui.weekday_day(brought.due_at)
    return Letter(
        kind="friend_joined",
        to=brought.email,
        locale=brought.locale,
        user_id=brought.user_id,
        facts={
            "name": brought.name.split(" ", 1)[0],
            "friend": brought.friend,
            "points": brought.points,
            "due": due,
            "link": absolute("activities.invite_friend"),
        },
    )
