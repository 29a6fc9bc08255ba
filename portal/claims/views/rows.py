"""A claim as one line of the list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import flask_babel
from flask import url_for
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from portal import programme
from portal.claims.queries import ClaimFacts
from portal.claims.rules import ClaimState
from portal.claims.views.drafts import step_url
from portal.claims.views.story import is_late
from portal.claims.words import last_day, subject_of
from portal.web import formats, ui

_: Callable[..., str] = flask_babel.gettext

ENDINGS = {
    ClaimState.DECLINED: _l("Declined %(day)s."),
    ClaimState.DUPLICATE: _l("Claimed before, closed %(day)s."),
    ClaimState.EXPIRED: _l("Closed %(day)s without your answer."),
    ClaimState.RESOLVED: _l("The points arrived, closed %(day)s."),
    ClaimState.WITHDRAWN: _l("You withdrew it %(day)s."),
}
GRANTED = frozenset({ClaimState.APPROVED, ClaimState.PART_APPROVED})


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a mark for how far it is, what it is about, how it stands, and its points."""

    href: str
    mark: str
    title: str
    note: str
    amount: Markup
    is_gain: bool
    reference: str


def draft_row(facts: ClaimFacts) -> Row:
    """Show a claim that is not sent."""
    until = facts.changed_at + timedelta(days=programme.current().claims.draft_days)
    note = _("%(reference)s. Kept until %(day)s.", reference=facts.reference, day=ui.day(until))
    if facts.is_proposal:
        note = _("%(reference)s. Its points are late, so we filled it in: one tap sends it.", reference=facts.reference)
    return _row(facts, "needs" if facts.is_proposal else "open", note, href=step_url(facts))


def open_row(facts: ClaimFacts, *, at: datetime) -> Row:
    """Show a claim that waits for something, and for what."""
    note = f"{facts.reference}. {_open_words(facts, at)}"
    return _row(facts, "needs" if facts.state is ClaimState.NEEDS_INFO else "hatched", note)


def closed_row(facts: ClaimFacts) -> Row:
    """Show how a claim ended."""
    note = f"{facts.reference}. {_closed_words(facts)}"
    if facts.state in GRANTED and facts.points_granted:
        return _row(facts, "solid", note, amount=ui.signed(facts.points_granted), is_gain=True)
    if facts.state is ClaimState.RESOLVED:
        return _row(facts, "solid", note, amount=Markup())
    if facts.expected_points and facts.state in {ClaimState.DECLINED, ClaimState.DUPLICATE, ClaimState.EXPIRED}:
        return _row(facts, "refused", note, amount=escape(_("0 of %(asked)s", asked=ui.points(facts.expected_points))))
    mark = "outline" if facts.state is ClaimState.WITHDRAWN else "refused"
    return _row(facts, mark, note, amount=Markup())


def _row(
    facts: ClaimFacts, mark: str, note: str, *, href: str = "", amount: Markup | None = None, is_gain: bool = False
) -> Row:
    asked = (
        escape(_("%(points)s asked", points=ui.points(facts.expected_points))) if facts.expected_points else Markup()
    )
    return Row(
        href=href or url_for("claims.show_claim", reference=facts.reference),
        mark=mark,
        title=subject_of(facts.kind, facts.activity, facts.activity_day),
        note=note,
        amount=asked if amount is None else amount,
        is_gain=is_gain,
        reference=facts.reference,
    )


def _open_words(facts: ClaimFacts, at: datetime) -> str:
    if facts.state is ClaimState.NEEDS_INFO:
        return _("We need one more thing from you.")
    if facts.state is ClaimState.PARKED and facts.parked_until:
        return _("Parked until %(day)s.", day=ui.weekday_day(last_day(facts.parked_until)))
    due = ui.weekday_day(facts.due_at) if facts.due_at else ""
    if is_late(facts, at):
        return _("Our answer is late: it was due by %(day)s.", day=due)
    return _("You have our answer by %(day)s.", day=due)


def _closed_words(facts: ClaimFacts) -> str:
    day = ui.day(facts.decided_at or facts.changed_at)
    if facts.state in ENDINGS:
        return str(ENDINGS[facts.state]) % {"day": day}
    if not (facts.submitted_at and facts.decided_at):
        return _("Answered %(day)s.", day=day)
    return _("Answered %(day)s, in %(span)s.", day=day, span=formats.span(facts.decided_at - facts.submitted_at))
