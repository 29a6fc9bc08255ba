"""Home: how many points, how far to the next tier, and where the rest is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from portal import programme
from portal.activities.ways import ways_to_earn
from portal.clock import now
from portal.home import queries, rows, tier_words, words
from portal.home.rules import Asked, Coming, asked_points, changes, on_rungs
from portal.home.views import bp
from portal.tiers.rules import ladder_of, progress, storeys, tier_at
from portal.web.access import signed_in, visitor
from portal.web.htmx import go, page
from portal.web.speech import spoken

LINES = 4
LEAST_ENTRIES = 2
# Each is some 8 KB with all it was drawn from.
MOST_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that home shows and everything that says how: equal facts look equal."""

    status_points: int
    balance: int
    kept_tier: str
    beside: queries.Home
    today: date
    locale: str
    programme: str


@dataclass(frozen=True, slots=True)
class First:
    """The page as it was drawn."""

    title: str
    main: Markup


@bp.get("/")
@signed_in
def show_home() -> ResponseReturnValue:
    who = visitor()
    if who.member_id is None:
        return go(url_for("care.show_queue"))
    if who.is_unfinished:
        return go(url_for("accounts.show_requirements"))
    club = programme.current()
    facts = Facts(
        status_points=who.status_points,
        balance=who.balance,
        kept_tier=who.kept_tier,
        beside=queries.beside_home(who.member_id, club.club.zone),
        today=now().astimezone(club.club.zone).date(),
        locale=spoken(),
        programme=club.digest,
    )
    return page("home/home.html", first=_draw(facts, request.script_root))


@lru_cache(maxsize=MOST_KEPT)
def _draw(facts: Facts, _mount: str) -> First:
    """Draw what is not the same as before; what was read is always of this moment. Links begin with the mount."""
    sums = _sums(facts.beside.coming, facts.beside.asked, today=facts.today)
    standing = _standing(facts, sums)
    main = render_template(
        "home/first.html",
        status_points=facts.status_points,
        balance=facts.balance,
        sums=sums,
        **standing,
        **_lists(facts.beside, facts.today),
    )
    headline: words.Headline = standing["headline"]
    return First(f"{headline.points}, {headline.rest}", Markup(main))  # noqa: S704 - a template of ours


def _standing(facts: Facts, sums: rows.Sums) -> dict[str, Any]:
    """Say where the member stands on the ladder, and what the next rung brings."""
    club = programme.current()
    ladder = ladder_of(club)
    stands = progress(facts.status_points, ladder, facts.kept_tier)
    then = tier_at(facts.status_points + sums.coming + sums.asked, ladder)
    return {
        "headline": words.headline(stands, facts.status_points),
        "key_rows": rows.key_rows(sums, status_points=facts.status_points, balance=facts.balance),
        "stands": stands,
        "storeys": storeys(ladder, facts.status_points, sums.coming, sums.asked, facts.kept_tier),
        "counts": tier_words.counts(),
        "reaches": then.name if then.threshold > stands.current.threshold else "",
        "benefits": on_rungs(club.tiers, stands.current.key),
        "changes": changes(club.tiers, stands.current.key),
        "everyone": club.everyone,
    }


def _lists(beside: queries.Home, today: date) -> dict[str, Any]:
    """Choose the lines that fit: what is on its way first, with room for what has come."""
    coming = beside.coming[: LINES - min(LEAST_ENTRIES, len(beside.latest))]
    is_new = not beside.latest and not beside.coming
    return {
        "asked_rows": rows.asked_rows(beside.asked, today=today),
        "latest_rows": rows.coming_rows(coming, today=today) + rows.latest_rows(beside.latest[: LINES - len(coming)]),
        "ways": ways_to_earn() if is_new else (),
    }


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
