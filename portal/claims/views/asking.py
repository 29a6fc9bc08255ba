"""What a reference comes to, in the member's own data: told while they type it, before anything is filed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import flask_babel
from flask import url_for

from portal import programme
from portal.accounts.service import limits
from portal.accounts.service.limits import Limit
from portal.claims import queries
from portal.claims.forms.about import LONGEST_REFERENCE
from portal.claims.queries import Named, Thing
from portal.claims.rules import normal_subject
from portal.claims.views.seen import Seen, claims_seen, thing_seen, too_late_seen
from portal.unit_of_work import unit_of_work
from portal.web.access import visitor
from portal.web.trail import where

_: Callable[..., str] = flask_babel.gettext

DAY_SECONDS = 24 * 3600
# What is shorter is still being typed.
LEAST_SIGNS = 4
MOST_THINGS = 3


@dataclass(frozen=True, slots=True)
class Answered:
    """What is told of a reference, the member's own things it names, and whether more has to be asked."""

    lines: tuple[Seen, ...] = ()
    things: tuple[Thing, ...] = ()
    asks_more: bool = False


NOTHING = Answered()


def answer_to(reference: str, *, at: datetime) -> Answered:
    """Tell what the member has under a reference, or that we do not see it yet."""
    key = normal_subject(reference)
    if not key or len(reference) > LONGEST_REFERENCE:
        return NOTHING
    found = queries.named(visitor().member, reference, key, at=at)
    if not found.is_answered and not _is_whole(reference, key):
        return NOTHING
    asks_more = not found.things and found.open_claim is None
    lines = [*claims_seen(found, is_linked=True), *_things_seen(found, at)]
    if not found.is_answered:
        lines += elsewhere_seen(reference, at=at)
    if asks_more:
        title = _("We do not see this one among your activities yet")
        lines.append(Seen("open", title, _("Tell us more below, and we look for it"), strong=True))
    return Answered(tuple(lines), found.things, asks_more)


def elsewhere_seen(reference: str, *, at: datetime) -> list[Seen]:
    """Hint at a message of nobody that has this reference; so often in a day that no numbers can be found by trying."""
    shops = [activity for activity in programme.current().activities if activity.done_by == "shop"]
    if not any(activity.accepts(reference) for activity in shops):
        return []
    member = visitor().member
    most = Limit("claim-reference", programme.current().claims.lookups_per_day, DAY_SECONDS)
    with unit_of_work():
        is_spent = limits.spend((most, str(member)), at=at) > 0
        if is_spent:
            limits.note_hit(most.name, where=where(), at=at, about=visitor().user_id)
    if is_spent or not queries.came_in_elsewhere(member, normal_subject(reference)):
        return []
    title = _("Something with this number came in under an email address we do not know you by")
    note = _("If that address is yours, confirm it: then what came in under it is yours, without a claim")
    return [Seen("hatched", title, note, url_for("accounts.show_addresses"), _("Confirm another address"), strong=True)]


def _is_whole(reference: str, key: str) -> bool:
    activities = (activity for activity in programme.current().activities if activity.claimable)
    return len(key) >= LEAST_SIGNS and any(activity.accepts(reference) for activity in activities)


def _things_seen(found: Named, at: datetime) -> list[Seen]:
    seen = [thing_seen(thing, strong=place == 0) for place, thing in enumerate(found.things[:MOST_THINGS])]
    return [*seen, *(too_late_seen(found.things[0], at=at) if found.things else ())]
