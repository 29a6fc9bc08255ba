"""Posting points with their consequence: whoever posts, posts through here, and the tier follows at once."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from portal import programme
from portal.db import db
from portal.points import service as ledger
from portal.points.service import Posted, Posting
from portal.tiers.figures import begins, local_day, status_since, window_begins
from portal.tiers.models import TierSpan
from portal.tiers.rules import Ladder, Rung, counts_from, ladder_of, looked_at_after, tier_at
from portal.tiers.service.lapsing import not_twice
from portal.tiers.service.moving import move


@dataclass(frozen=True, slots=True)
class Follow:
    """An entry and what it did: `tier_before` and `tier_after` are keys of the programme, `figure` what counts now."""

    posted: Posted
    tier_before: str
    tier_after: str
    figure: int

    @property
    def has_moved(self) -> bool:
        """Tell whether the member stands in another tier now."""
        return self.tier_before != self.tier_after


@dataclass(frozen=True, slots=True)
class _Figures:
    """What counts now, and the last day of the window in which `best` was reached."""

    now: int
    best: int
    day: date


def open_membership(member_id: uuid.UUID, *, at: datetime) -> None:
    """Give a new member an account and the first tier; zero points always match it."""
    ledger.open_account(member_id)
    first = tier_at(0, ladder_of(programme.current()))
    db.session.add(TierSpan(member_id=member_id, tier=first.key, since=at, cause="joined"))


def post(member_id: uuid.UUID, posting: Posting, *, at: datetime) -> Follow:
    """Write one entry and move the tier when a threshold is crossed, up or down; errors as in the ledger."""
    posted = not_twice(member_id, posting, ledger.post(member_id, posting, at=at), at=at)
    ladder = ladder_of(programme.current())
    if programme.current().standing.window != "lifetime":
        return _post_in_window(member_id, posting, posted, ladder, at=at)
    before = tier_at(posted.status_before, ladder)
    after = tier_at(posted.status_after, ladder)
    if before != after:
        move(member_id, after, ladder, cause=posting.kind.value, entry_id=posted.entry_id, at=at)
    return Follow(posted, before.key, after.key, posted.status_after)


def reverse(
    member_id: uuid.UUID, entry_id: uuid.UUID, *, text: str, key: str, by: uuid.UUID | None, at: datetime
) -> Follow:
    """Undo an entry by exactly its points, once; a second reversal is a Conflict."""
    return post(member_id, ledger.reversal_of(entry_id, text=text, key=key, actor_id=by, at=at), at=at)


def _post_in_window(member_id: uuid.UUID, posting: Posting, posted: Posted, ladder: Ladder, *, at: datetime) -> Follow:
    """Let the tier rise at once; it sinks at a look, or when the very points it was reached with are taken back."""
    span = db.session.scalars(select(TierSpan).where(TierSpan.member_id == member_id, TierSpan.until.is_(None))).one()
    held = ladder.rung(span.tier)
    if not (posted.is_new and posting.counts_for_tier):
        return Follow(posted, held.key, held.key, 0)
    terms, figures = programme.current().standing, _figures(member_id, posting, at=at)
    reached, look = tier_at(figures.best, ladder), looked_at_after(figures.day, terms)
    if reached.threshold < held.threshold:
        reached = _carried(span, held, ladder, posting)
        look = local_day(span.review_at) if span.review_at else None
    if reached != held:
        cause = posting.kind.value
        move(member_id, reached, ladder, cause=cause, entry_id=posted.entry_id, look=look, at=at)
    return Follow(posted, held.key, reached.key, figures.best)


def _figures(member_id: uuid.UUID, posting: Posting, *, at: datetime) -> _Figures:
    """Sum what counts now; what comes late for last year may still reach a tier by that year's points."""
    since, today = window_begins(at) or at, local_day(at)
    now = status_since(member_id, since)
    happened = local_day(posting.happened_at)
    if programme.current().standing.window != "calendar_year" or happened.year != today.year - 1:
        return _Figures(now, now, today)
    then = status_since(member_id, begins(date(happened.year, 1, 1)), before=since)
    return _Figures(now, then, happened) if then > now else _Figures(now, now, today)


def _carried(span: TierSpan, held: Rung, ladder: Ladder, posting: Posting) -> Rung:
    """Give the tier after points were taken back: all that counted when it was reached, and since, still carries it."""
    is_taken_back = posting.points < 0 and (posting.reverses_id or posting.takes_from_id)
    first = counts_from(local_day(span.since), programme.current().standing.window)
    if not is_taken_back or span.cause == "review" or first is None:
        return held
    carries = tier_at(status_since(span.member_id, begins(first)), ladder)
    return held if carries.threshold >= held.threshold else carries
