"""The rows of the first page, each put together in one go, with its free text escaped.

In loops of the template they would cost three times as much, and no page is opened more often.
"""

from collections.abc import Callable, Sequence
from datetime import date

import flask_babel
from markupsafe import Markup, escape

from portal.claims.words import subject_of, title_of
from portal.home.queries import Latest
from portal.home.rules import Asked, Coming
from portal.home.words import standing
from portal.web import ui

_: Callable[..., str] = flask_babel.gettext


def latest_rows(latest: Sequence[Latest]) -> list[tuple[str, Markup]]:
    """Write lines of the ledger, each behind its mark."""
    return [
        ("solid" if line.points > 0 else "outline", _row(line.text, ui.day(line.recorded_at), line.points))
        for line in latest
    ]


def coming_rows(coming: Sequence[Coming]) -> list[tuple[str, Markup]]:
    """Write points on their way, each with its day."""
    due = _("Due by %(day)s")
    return [
        (
            "hatched",
            _row(title_of(one.activity, one.happened_at), due % {"day": ui.weekday_day(one.due_on)}, one.points),
        )
        for one in coming
    ]


def asked_rows(asked: Sequence[Asked], *, today: date) -> list[tuple[str, str, Markup]]:
    """Write open claims, each with its reference and behind its mark."""
    return [
        (claim.reference, "needs" if claim.needs_an_answer else "open", _asked_row(claim, today)) for claim in asked
    ]


def _row(title: str, note: str, points: int) -> Markup:
    tone = " amount--in" if points > 0 else ""
    return Markup(  # noqa: S704 - everything that is not ours is escaped
        f"<span>{escape(title)}<small>{escape(note)}</small></span>"
        f'<span class="amount{tone}">{ui.signed(points)}</span>'
    )


def _asked_row(claim: Asked, today: date) -> Markup:
    title = subject_of(claim.kind, claim.activity, claim.activity_day)
    row = f"<span>{escape(title)}<small>{escape(standing(claim, today))}</small></span>"
    if claim.points:
        words = _("%(points)s asked", points=ui.points(claim.points))
        row += f'<span class="amount">{escape(words)}</span>'
    return Markup(row)  # noqa: S704 - everything that is not ours is escaped
