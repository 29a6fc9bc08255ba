"""Home: how many points, how far to the next tier, and where the rest is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask.typing import ResponseReturnValue

from portal import programme
from portal.claims.words import subject_of, title_of
from portal.clock import now
from portal.home import queries, words
from portal.home.rules import Asked, Coming, asked_points, changes, on_rungs
from portal.home.views import bp
from portal.home.views.earning import ways_to_earn
from portal.tiers.rules import ladder_of, progress, storeys, tier_at
from portal.web.access import Visitor, signed_in, visitor
from portal.web.htmx import go, page

LINES = 4
LEAST_ENTRIES = 2


@dataclass(frozen=True, slots=True)
class Sums:
    """What is on its way and what is asked for, with the days by which that is settled."""

    coming: int
    asked: int
    due_on: date | None
    is_late: bool
    answer_by: date | None


@bp.get("/")
@signed_in
def show_home() -> ResponseReturnValue:
    who = visitor()
    if who.member_id is None:
        return go(url_for("care.show_queue"))
    club = programme.current()
    ladder = ladder_of(club)
    beside = queries.beside_home(who.member_id, club.club.zone)
    latest = beside.latest
    today = now().astimezone(club.club.zone).date()
    sums = _sums(beside.coming, beside.asked, today=today)
    stands = progress(who.status_points, ladder)
    coming = beside.coming[: LINES - min(LEAST_ENTRIES, len(latest))]
    return page(
        "home/home.html",
        who=who,
        today=today,
        headline=words.headline(stands, who.status_points),
        stands=stands,
        reaches=_reaches(who, sums),
        storeys=storeys(ladder, who.status_points, sums.coming, sums.asked),
        benefits=on_rungs(club.tiers, stands.current.key),
        changes=changes(club.tiers, stands.current.key),
        everyone=club.everyone,
        sums=sums,
        asked=beside.asked,
        coming=coming,
        latest=latest[: LINES - len(coming)],
        words=words,
        title_of=title_of,
        subject_of=subject_of,
        ways=ways_to_earn() if not latest and not beside.coming else (),
    )


def _sums(coming: Sequence[Coming], asked: Sequence[Asked], *, today: date) -> Sums:
    due = [one.due_on for one in coming]
    answers = [claim.answer_by for claim in asked if claim.answer_by]
    return Sums(
        coming=sum(one.points for one in coming),
        asked=asked_points(asked),
        due_on=max(due, default=None),
        is_late=any(day < today for day in due),
        answer_by=max(answers, default=None),
    )


def _reaches(who: Visitor, sums: Sums) -> str:
    """Name the tier that all of these points would lift the member to, if they would."""
    ladder = ladder_of(programme.current())
    then = tier_at(who.status_points + sums.coming + sums.asked, ladder)
    return then.name if then != tier_at(who.status_points, ladder) else ""
