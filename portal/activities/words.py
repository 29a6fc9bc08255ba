"""How far an invitation has come, in words."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.activities.queries.friends import Invited
from portal.activities.rules.friends import NotCounted, Rung
from portal.web import ui

MARKS = {
    Rung.INVITED: "outline",
    Rung.JOINED: "hatched",
    Rung.VERIFIED: "hatched",
    Rung.CREDITED: "solid",
    Rung.EXPIRED: "open",
    Rung.WITHDRAWN: "open",
    Rung.REFUSED: "refused",
}
# Which rule a friend met is not said: it would tell what we know of other people.
NOT_COUNTED = _l("It brings no points. An invitation counts for a friend of another household who is new to the club.")
YEAR_FULL = _l("It brings no points: as many friends as count in a year had come before.")


def note_on(invited: Invited) -> str:
    """Say in one line how an invitation stands."""
    match invited.rung:
        case Rung.INVITED:
            words = _("Open until %(day)s", day=ui.day(invited.expires_at))
        case Rung.JOINED:
            words = _("Joined on %(day)s; the membership is still being checked", day=_day(invited.joined_at))
        case Rung.VERIFIED if invited.due_at is not None:
            words = _("A member; points due %(day)s", day=ui.near_day(invited.due_at))
        case Rung.VERIFIED:
            words = _("A member since %(day)s; the points follow", day=_day(invited.verified_at))
        case Rung.CREDITED:
            words = _("Credited on %(day)s", day=_day(invited.credited_at))
        case Rung.EXPIRED:
            words = _("Ran out on %(day)s", day=ui.day(invited.expires_at))
        case Rung.WITHDRAWN:
            words = _("Withdrawn on %(day)s", day=_day(invited.withdrawn_at))
        case _:
            words = _("Brings no points")
    return str(words)


def title_of(invited: Invited) -> str:
    """Name an invitation: by the friend, else by the member's own note, else by its code."""
    return invited.friend or invited.label or in_two(invited.code)


def why_nothing(invited: Invited) -> str:
    """Say why a friend brings no points; empty where that is not so."""
    if invited.rung is not Rung.REFUSED:
        return ""
    return str(YEAR_FULL if invited.refused_code == NotCounted.YEAR_FULL else NOT_COUNTED)


def path_of(invited: Invited) -> list[dict[str, Any]]:
    """Give the ladder of an invitation: invited, joined, verified, credited."""
    rungs = [
        (_("Invited"), invited.invited_at),
        (_("Joined"), invited.joined_at),
        (_("Verified"), invited.verified_at),
        (_("Credited"), invited.credited_at),
    ]
    is_over = invited.rung in {Rung.EXPIRED, Rung.WITHDRAWN, Rung.REFUSED}
    current = sum(1 for _name, at in rungs if at is not None)
    return [
        {
            "title": title,
            "state": "solid" if at is not None else "hatched" if place == current and not is_over else "open",
            "when": ui.day(at) if at is not None else "",
        }
        for place, (title, at) in enumerate(rungs)
    ]


def in_two(code: str) -> str:
    """Space a code out for the eye: `7KQ3 XWHN`."""
    return f"{code[:4]} {code[4:]}"


def _day(at: Any) -> str:  # noqa: ANN401 - a moment that the rung says is there
    return ui.day(at)
