"""One claim as its member sees it, with whatever form was sent from it last."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import flask_babel
from flask import url_for
from flask.typing import ResponseReturnValue

from portal import programme
from portal.claims import queries
from portal.claims.forms import AnswerForm, MessageForm
from portal.claims.lines import What
from portal.claims.queries import ClaimPage, Credit, Line, Picture
from portal.claims.rules import OURS_TO_ANSWER, ClaimState
from portal.claims.views import pictures
from portal.claims.views.appeals import door_of
from portal.claims.views.drafts import step_url
from portal.claims.views.pictures import NotKeptFile
from portal.claims.views.story import open_ask, story_of
from portal.claims.views.told import told
from portal.claims.words import last_day
from portal.clock import now
from portal.programme import Reason
from portal.tiers.rules import Level, Progress, ladder_of, level, progress
from portal.web import formats, ui
from portal.web.access import visitor
from portal.web.htmx import go, page

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext

BEGINNINGS = frozenset({What.SENT, What.PARKED})
SPOKEN = BEGINNINGS | {What.MESSAGE, What.ASKED, What.ANSWERED}
ENDED_SHORT = frozenset({ClaimState.DECLINED, ClaimState.EXPIRED, ClaimState.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the credit of a claim did: the level, the sum, and how far the next tier is."""

    line: Level
    credit: Credit
    before: int
    label: str
    sentence: str


def claim_view(
    reference: str,
    status: int = 200,
    *,
    form: AnswerForm | MessageForm | None = None,
    refused: list[NotKeptFile] | None = None,
) -> ResponseReturnValue:
    """Draw the page of one of the member's own claims; a draft goes on where it was left."""
    shown = queries.claim_page(visitor().member, reference)
    if shown.facts.is_draft:
        return go(step_url(shown.facts))
    asks = shown.facts.state is ClaimState.NEEDS_INFO and shown.question is not None
    given = {"form": _form_for(form, asks=asks)} if shown.facts.is_open else {}
    return page(
        "claims/claim.html",
        status=status,
        **given,
        claim=shown,
        facts=shown.facts,
        story=story_of(shown, at=now()),
        told=told(shown.facts, shown.pictures),
        asks=asks,
        question_title=_question_title(shown),
        messages=_messages(shown),
        attached=_attached(shown),
        outcome=_outcome(shown),
        reason=_reason(shown),
        door=door_of(shown.facts, at=now()),
        half=_half(shown.facts),
        line_url=_line_url(shown),
        can_claim_again=_can_claim_again(shown),
        typed=form.words if form and not shown.facts.is_open else "",
        refused=refused or [],
        **pictures.kept_files(),
        terms=programme.current().claims,
    )


def _form_for(form: AnswerForm | MessageForm | None, *, asks: bool) -> AnswerForm | MessageForm:
    """Give the form the page asks with now; words that were typed into the other one move along."""
    fitting: AnswerForm | MessageForm = AnswerForm() if asks else MessageForm()
    if form is None or isinstance(form, type(fitting)):
        return form or fitting
    fitting.field.data, fitting.field.errors = form.field.data, form.field.errors
    return fitting


def _messages(shown: ClaimPage) -> list[Line]:
    """Give what was said, by whom; the question that still waits is asked above."""
    asked = open_ask(shown)
    said = (
        replace(line, text=shown.facts.statement) if line.what in BEGINNINGS and not line.text else line
        for line in shown.lines
        if line.what in SPOKEN and line is not asked
    )
    return [line for line in said if line.text or line.what not in BEGINNINGS]


def _attached(shown: ClaimPage) -> dict[uuid.UUID, list[Picture]]:
    """Give the pictures of each line."""
    attached: dict[uuid.UUID, list[Picture]] = {}
    for picture in shown.pictures:
        if picture.sent_with_id is not None:
            attached.setdefault(picture.sent_with_id, []).append(picture)
    return attached


def _question_title(shown: ClaimPage) -> str:
    key = shown.question.ask if shown.question else ""
    return next((ask.label for ask in programme.current().asks if ask.key == key), _("What we need"))


def _outcome(shown: ClaimPage) -> Outcome | None:
    """Draw what a credit did: the level before and after, and what is still missing to the next tier."""
    credit = shown.credit
    if credit is None:
        return None
    ladder = ladder_of(programme.current())
    status = visitor().status_points
    added = credit.points if credit.counts_for_tier else 0
    day = ui.day(credit.happened_at)
    is_ours = shown.facts.state is not ClaimState.RESOLVED
    return Outcome(
        line=level(ladder, before=status - added, added=added, pending=shown.on_their_way),
        credit=credit,
        before=credit.balance_after - credit.points,
        label=_("This claim, counted for %(day)s", day=day) if is_ours else _("They count for %(day)s", day=day),
        sentence=_distance(progress(status, ladder, visitor().kept_tier), shown),
    )


def _line_url(shown: ClaimPage) -> str:
    if shown.credit is None:
        return ""
    day = shown.credit.happened_at.astimezone(programme.current().club.zone).date().isoformat()
    return url_for("home.show_points", since=day, until=day)


def _distance(standing: Progress, shown: ClaimPage) -> str:
    """Say how far the next tier is, and whether what is on its way reaches it."""
    if standing.following is None:
        return ""
    tier = standing.following.name
    missing = ngettext(
        "%(tier)s is %(points)s point away.",
        "%(tier)s is %(points)s points away.",
        standing.missing,
        tier=tier,
        points=ui.points(standing.missing),
    )
    if shown.last_due_at is None or shown.on_their_way < standing.missing:
        return missing
    coming, day = ui.points(shown.on_their_way), ui.weekday_day(last_day(shown.last_due_at))
    takes = _("The %(points)s on their way take you past it, by %(day)s.", points=coming, day=day)
    return f"{missing} {takes}"


def _half(facts: queries.ClaimFacts) -> str:
    """Say how long claims like this one took, while it waits for us."""
    if facts.state not in OURS_TO_ANSWER:
        return ""
    half = queries.half_answered_within(facts, at=now())
    return formats.span(half) if half else ""


def _reason(shown: ClaimPage) -> Reason | None:
    key = shown.facts.reason
    return next((reason for reason in programme.current().reasons if reason.key == key), None)


def _can_claim_again(shown: ClaimPage) -> bool:
    """Tell whether a claim that ended without its points may be sent anew."""
    facts = shown.facts
    if facts.state not in ENDED_SHORT:
        return False
    club = programme.current()
    if facts.activity_day is None:
        return True
    today = now().astimezone(club.club.zone).date()
    return facts.activity_day >= today - timedelta(days=club.claims.window_days)
