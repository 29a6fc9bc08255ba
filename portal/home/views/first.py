"""Home: how many points, how far to the next tier, and where the rest is."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from portal import programme
from portal.clock import now
from portal.home import queries, rows, words
from portal.home.rules import Asked, Change, Coming, asked_points, changes, on_rungs
from portal.home.views import bp
from portal.home.views.earning import ways_to_earn
from portal.programme import Benefit
from portal.tiers.rules import ladder_of, progress, storeys, tier_at
from portal.web.access import Visitor, signed_in, visitor
from portal.web.htmx import go, page

LINES = 4
LEAST_ENTRIES = 2


@bp.get("/")
@signed_in
def show_home() -> ResponseReturnValue:
    who = visitor()
    if who.member_id is None:
        return go(url_for("care.show_queue"))
    zone = programme.current().club.zone
    today = now().astimezone(zone).date()
    beside = queries.beside_home(who.member_id, zone)
    sums = _sums(beside.coming, beside.asked, today=today)
    return page("home/home.html", who=who, sums=sums, **_standing(who, sums), **_lists(beside, today))


def _standing(who: Visitor, sums: rows.Sums) -> dict[str, Any]:
    """Say where the member stands on the ladder, and what the next rung brings."""
    club = programme.current()
    ladder = ladder_of(club)
    stands = progress(who.status_points, ladder)
    benefits, changed = _benefits(club.digest, stands.current.key)
    then = tier_at(who.status_points + sums.coming + sums.asked, ladder)
    return {
        "headline": words.headline(stands, who.status_points),
        "key_rows": rows.key_rows(who, sums),
        "stands": stands,
        "storeys": storeys(ladder, who.status_points, sums.coming, sums.asked),
        "reaches": then.name if then != stands.current else "",
        "benefits": benefits,
        "changes": changed,
        "everyone": club.everyone,
    }


def _lists(beside: queries.Home, today: date) -> dict[str, Any]:
    """Choose the lines that fit: what is on its way first, with room for what has come."""
    coming = beside.coming[: LINES - min(LEAST_ENTRIES, len(beside.latest))]
    is_new = not beside.latest and not beside.coming
    return {
        "asked_rows": rows.asked_rows(beside.asked, today=today),
        "latest_rows": rows.coming_rows(coming) + rows.latest_rows(beside.latest[: LINES - len(coming)]),
        "ways": ways_to_earn() if is_new else (),
    }


@lru_cache(maxsize=64)
def _benefits(_digest: str, held: str) -> tuple[Mapping[str, tuple[Benefit, ...]], tuple[Change, ...]]:
    """Sort the benefits for a tier: the same for everybody who holds it, as long as the programme is."""
    tiers = programme.current().tiers
    return on_rungs(tiers, held), changes(tiers, held)


def _sums(coming: Sequence[Coming], asked: Sequence[Asked], *, today: date) -> rows.Sums:
    due = [one.due_on for one in coming]
    answers = [claim.answer_by for claim in asked if claim.answer_by]
    return rows.Sums(
        coming=sum(one.points for one in coming),
        asked=asked_points(asked),
        claims=len(asked),
        due_on=max(due, default=None),
        is_late=any(day < today for day in due),
        answer_by=max(answers, default=None),
    )
