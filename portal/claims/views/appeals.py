"""The appeal: the door a verdict has, and what stands behind it on both claims."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import flask_babel
from flask import url_for
from flask.typing import ResponseReturnValue

from portal.claims import queries
from portal.claims.queries import ClaimFacts
from portal.claims.service import appeals
from portal.claims.views import bp
from portal.claims.views.rows import Row, closed_row, draft_row, open_row
from portal.claims.words import last_day
from portal.clock import now
from portal.errors import Refused
from portal.unit_of_work import unit_of_work
from portal.web import ui
from portal.web.access import members_only, visitor
from portal.web.htmx import go

_: Callable[..., str] = flask_babel.gettext


@dataclass(frozen=True, slots=True)
class Door:
    """What a claim's page says of appeals: the claim before or after it, else whether one is possible."""

    original: Row | None = None
    appeal: Row | None = None
    until: str = ""
    was_until: str = ""


@bp.post("/claims/<string(length=10):reference>/appeal")
@members_only
def appeal_claim(reference: str) -> ResponseReturnValue:
    facts = queries.claim_of(visitor().member, reference)
    try:
        with unit_of_work():
            begun = appeals.begin(facts.id, at=now())
    except Refused:
        # Its page says why there is no door, or no longer.
        return go(url_for("claims.show_claim", reference=facts.reference))
    return go(url_for("claims.show_claim", reference=begun))


def door_of(facts: ClaimFacts, *, at: datetime) -> Door:
    """Find what stands behind a claim, or until when its door is open."""
    kin = queries.kin_of(facts)
    if kin.original is not None:
        return Door(original=_row(kin.original, at))
    if kin.appeal is not None:
        return Door(appeal=_row(kin.appeal, at))
    ends = queries.appealable_until(facts)
    if ends is None:
        return Door()
    day = ui.weekday_day(last_day(ends))
    return Door(until=day) if at < ends else Door(was_until=day)


def _row(facts: ClaimFacts, at: datetime) -> Row:
    if facts.is_draft:
        return draft_row(facts)
    return open_row(facts, at=at) if facts.is_open else closed_row(facts)
