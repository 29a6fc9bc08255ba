"""The rows of the first page, each put together in one go, with its free text escaped.

In loops of the template they would cost three times as much, and no page is opened more often.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from portal.claims.words import subject_of, title_of
from portal.home.queries import Latest
from portal.home.rules import Asked, Coming
from portal.home.words import due, standing
from portal.web import ui
from portal.web.speech import gettext as _


@dataclass(frozen=True, slots=True)
class Sums:
    """What is on its way and what is asked for, with the days by which that is settled."""

    coming: int
    asked: int
    claims: int
    due_on: date | None
    is_late: bool
    answer_by: date | None


def key_rows(sums: Sums, *, status_points: int, balance: int) -> list[tuple[str, Markup]]:
    """Say what is confirmed, on its way and asked for, each behind its mark; what is nothing is not said."""
    spendable = _("%(points)s to spend", points=ui.points(balance)) if balance != status_points else ""
    key = [("solid", _key_row(status_points, _("confirmed"), spendable))]
    if sums.coming and sums.due_on:
        note = _("some are late") if sums.is_late else _("by %(day)s", day=ui.weekday_day(sums.due_on))
        key.append(("hatched", _key_row(sums.coming, _("on their way"), note)))
    if sums.asked:
        answer = _("answer by %(day)s", day=ui.weekday_day(sums.answer_by)) if sums.answer_by else ""
        where = _("in your claims") if sums.claims > 1 else _("in your claim")
        key.append(("open", _key_row(sums.asked, where, answer)))
    return key


def latest_rows(latest: Sequence[Latest]) -> list[tuple[str, Markup]]:
    """Write lines of the ledger, each behind its mark."""
    return [
        ("solid" if line.points > 0 else "outline", _row(line.text, ui.day(line.recorded_at), line.points))
        for line in latest
    ]


def coming_rows(coming: Sequence[Coming], *, today: date) -> list[tuple[str, Markup]]:
    """Write points on their way, each with its day."""
    return [
        (
            "hatched",
            _row(
                title_of(one.activity, one.happened_at),
                due(one, today),
                one.points,
            ),
        )
        for one in coming
    ]


def asked_rows(asked: Sequence[Asked], *, today: date) -> list[tuple[str, str, Markup]]:
    """Write open claims, each with its reference and behind its mark."""
    return [
        (claim.reference, "needs" if claim.needs_an_answer else "open", _asked_row(claim, today)) for claim in asked
    ]


def _key_row(points: int, words: str, note: str) -> Markup:
    row = f"<span><b>{ui.points(points)}</b> {escape(words)}</span>"
    return Markup(f"{row}<small>{escape(note)}</small>" if note else row)  # noqa: S704 - what is not ours is escaped


def _row(title: str, note: str, points: int) -> Markup:
    tone = " amount--in" if points > 0 else ""
    return Markup(  # noqa: S704 - what is not ours is escaped
        f"<span>{escape(title)}<small>{escape(note)}</small></span>"
        f'<span class="amount{tone}">{ui.signed(points)}</span>'
    )


def _asked_row(claim: Asked, today: date) -> Markup:
    title = subject_of(claim.kind, claim.activity, claim.activity_day)
    row = f"<span>{escape(title)}<small>{escape(standing(claim, today))}</small></span>"
    if claim.points:
        words = _("%(points)s asked", points=ui.points(claim.points))
        row += f'<span class="amount">{escape(words)}</span>'
    return Markup(row)  # noqa: S704 - what is not ours is escaped
