"""A claim told as a story: the headline that answers, the steps, the way it has come and what comes next."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import flask_babel
from flask_babel import lazy_gettext as _l

from portal import programme
from portal.claims.lines import By, What
from portal.claims.queries import ClaimFacts, ClaimPage, Line
from portal.claims.rules import OURS_TO_ANSWER, ClaimKind, ClaimState, first_touch_due, promised_at
from portal.claims.views.plan import Item
from portal.claims.words import decided_alone, last_day, subject_of
from portal.web import formats, ui
from portal.working_days import calendar_of

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext

LOOKED_AT = frozenset({ClaimState.IN_REVIEW, ClaimState.AWAITING_APPROVAL})
GRANTED = frozenset({ClaimState.APPROVED, ClaimState.PART_APPROVED})
HEADLINES = {
    ClaimState.NEEDS_INFO: _l("One more thing is needed"),
    ClaimState.DECLINED: _l("We could not add these points"),
    ClaimState.DUPLICATE: _l("This had been claimed before"),
    ClaimState.EXPIRED: _l("Closed without your answer"),
    ClaimState.RESOLVED: _l("Your points arrived"),
    ClaimState.WITHDRAWN: _l("You withdrew this claim"),
}
TITLES = {
    What.SENT: _l("You sent it"),
    What.PARKED: _l("You sent it before the points were due"),
    What.OPENED: _l("The points did not come, so we took it up"),
    What.CAME_SHORT: _l("Fewer points came than you named, so we took it up"),
    What.TAKEN: _l("%(agent)s picked it up"),
    What.ASKED: _l("%(agent)s asked you for one more thing"),
    What.ANSWERED: _l("You answered"),
    What.DECLINED: _l("Declined"),
    What.DUPLICATE: _l("Closed as claimed before"),
    What.RESOLVED: _l("The points arrived by themselves"),
    What.EXPIRED: _l("Closed, as no answer came"),
    What.WITHDRAWN: _l("You withdrew it"),
    What.LATE: _l("We told you that our answer is late"),
}
VERDICT_LINES = frozenset({What.APPROVED, What.PART_APPROVED, What.DECLINED, What.DUPLICATE})


@dataclass(frozen=True, slots=True)
class Story:
    """The words of a claim's page."""

    headline: str
    about: str
    stages: list[Item]
    left: str
    right: str
    path: list[Item]
    verdict: Line | None


def story_of(claim: ClaimPage, *, at: datetime) -> Story:
    """Tell a claim that has been sent."""
    left, right = _status(claim, at)
    return Story(
        headline=headline(claim, at=at),
        about=_about(claim.facts),
        stages=_stages(claim.facts),
        left=left,
        right=right,
        path=[*_past(claim), *_future(claim)],
        verdict=_verdict(claim),
    )


def _verdict(claim: ClaimPage) -> Line | None:
    """Give the line of the verdict; what the portal decided by itself is explained like what a person did."""
    found = next((line for line in reversed(claim.lines) if line.what in VERDICT_LINES), None)
    if found is None or found.text or found.by is not By.PORTAL:
        return found
    return replace(found, text=decided_alone())


def is_late(facts: ClaimFacts, at: datetime) -> bool:
    """Tell whether our answer is overdue."""
    return facts.state in OURS_TO_ANSWER and facts.due_at is not None and facts.due_at < at


def headline(claim: ClaimPage, *, at: datetime) -> str:
    """Answer the question that the page is opened with."""
    facts = claim.facts
    if facts.state is ClaimState.DECLINED and facts.kind is ClaimKind.TECHNICAL:
        return _("You have our answer")
    if facts.state in HEADLINES:
        return str(HEADLINES[facts.state])
    if facts.state in GRANTED:
        return _granted(facts)
    if facts.state is ClaimState.PARKED:
        return _("Parked until %(day)s", day=_parked_day(facts))
    if is_late(facts, at):
        return _("Our answer is late")
    return _("You have our answer by %(day)s", day=ui.weekday_day(facts.due_at)) if facts.due_at else _("We have it")


def _granted(facts: ClaimFacts) -> str:
    granted, asked = facts.points_granted or 0, facts.expected_points or 0
    if not granted:
        return _("It is settled")
    if facts.state is ClaimState.PART_APPROVED and asked > granted:
        return _("%(points)s of %(asked)s points added", points=ui.points(granted), asked=ui.points(asked))
    return ngettext("%(points)s point added", "%(points)s points added", granted, points=ui.points(granted))


def _about(facts: ClaimFacts) -> str:
    parts = [
        _("Claim %(reference)s", reference=facts.reference),
        subject_of(facts.kind, facts.activity, facts.activity_day),
    ]
    if facts.submitted_at and facts.decided_at:
        parts.append(_("answered in %(span)s", span=formats.span(facts.decided_at - facts.submitted_at)))
    elif facts.expected_points:
        points = ui.points(facts.expected_points)
        parts.append(
            ngettext("%(points)s point asked", "%(points)s points asked", facts.expected_points, points=points)
        )
    return ", ".join(parts)


def _stages(facts: ClaimFacts) -> list[Item]:
    sent, answer = Item("solid", _("Sent")), _("Answer")
    match facts.state:
        case ClaimState.PARKED:
            return [sent, Item("hatched", _("Points due")), Item("open", answer)]
        case ClaimState.NEEDS_INFO:
            return [sent, Item("solid", _("Looked at")), Item("hatched", _("Your reply")), Item("open", answer)]
        case ClaimState.SUBMITTED if facts.first_touched_at is None:
            return [sent, Item("hatched", _("Looked at")), Item("open", answer)]
        case state if state in OURS_TO_ANSWER:
            return [sent, Item("solid", _("Looked at")), Item("hatched", answer)]
        case _:
            return []


def _status(claim: ClaimPage, at: datetime) -> tuple[str, str]:
    facts = claim.facts
    if facts.state is ClaimState.PARKED:
        return _("Waiting for the points"), _("until %(day)s", day=_parked_day(facts))
    if facts.state is ClaimState.NEEDS_INFO and claim.question is not None:
        day = ui.weekday_day(last_day(claim.question.answer_by))
        return _("Waiting for you"), _("Please reply by %(day)s", day=day)
    if facts.state not in OURS_TO_ANSWER or facts.due_at is None:
        return "", ""
    due = ui.weekday_day(facts.due_at)
    right = _("Answer by %(day)s", day=due)
    if is_late(facts, at):
        right = _("It was due by %(day)s", day=due)
        if facts.new_due_at is not None:
            right = _("Due by %(due)s, now by %(day)s", due=due, day=_new_day(facts))
    agent = _agent(claim)
    if facts.state in LOOKED_AT and agent:
        return _("%(agent)s is looking at it", agent=agent), right
    return _("Waiting for us"), right


def _past(claim: ClaimPage) -> list[Item]:
    items: list[Item] = []
    last_taker, day_before = "", None
    asked = open_ask(claim)
    for line in claim.lines:
        if line is asked:
            continue
        title = _line_title(line, claim.facts)
        if not title or (line.what is What.TAKEN and line.name == last_taker):
            continue
        last_taker = line.name if line.what is What.TAKEN else last_taker
        day = ui.day(line.at)
        when = ui.clock_time(line.at) if day == day_before else ui.sentence(ui.day_time(line.at))
        day_before = day
        is_ending = line.what in VERDICT_LINES or line.what in {What.RESOLVED, What.EXPIRED, What.WITHDRAWN}
        is_refusal = line.what in {What.DECLINED, What.DUPLICATE, What.EXPIRED}
        mark = "refused" if is_refusal else ""
        items.append(Item("solid", title, when=when, mark=mark, strong=is_ending))
    return items


def open_ask(claim: ClaimPage) -> Line | None:
    """Give the line of the question that still waits: it is shown as what comes next, not as what has been."""
    if claim.question is None:
        return None
    return next((line for line in reversed(claim.lines) if line.what is What.ASKED), None)


def _line_title(line: Line, facts: ClaimFacts) -> str:
    """Name what happened; what was only said stands among the messages."""
    if line.what in {What.APPROVED, What.PART_APPROVED}:
        return _granted(facts)
    title = TITLES.get(line.what)
    return str(title) % {"agent": line.name.split(" ", 1)[0]} if title else ""


def _future(claim: ClaimPage) -> list[Item]:
    facts = claim.facts
    terms = programme.current().claims
    match facts.state:
        case ClaimState.PARKED:
            return [
                Item("hatched", _("Points due"), when=_("by %(day)s", day=_parked_day(facts))),
                Item("open", _("If they are late, we look at it"), when=_parked_day(facts)),
            ]
        case ClaimState.NEEDS_INFO if claim.question is not None:
            day = ui.weekday_day(last_day(claim.question.answer_by))
            note = _("From you, by %(day)s", day=day)
            asked = open_ask(claim)
            when = ui.sentence(ui.day_time(asked.at)) if asked else ""
            left = _working_days_left(facts, claim)
            answer_note = ngettext("Within %(num)s working day of yours", "Within %(num)s working days of yours", left)
            return [
                Item("hatched", _("We need one more thing"), note=note, when=when, mark="needs", strong=True),
                Item("open", _("Our answer"), note=answer_note),
            ]
        case ClaimState.SUBMITTED if facts.first_touched_at is None and facts.submitted_at is not None:
            club = programme.current()
            looked = ui.weekday_day(first_touch_due(calendar_of(club), terms, at=facts.submitted_at))
            return [Item("hatched", _("A person looks at it"), when=_("by %(day)s", day=looked)), _our_answer(facts)]
        case state if state in OURS_TO_ANSWER:
            agent = _agent(claim)
            title = _("%(agent)s is looking at it", agent=agent) if agent else _("We are looking at it")
            waits = _("It waits for the next free person")
            now = Item("hatched", title) if state in LOOKED_AT else Item("hatched", waits)
            return [now, _our_answer(facts)]
        case _:
            return []


def _our_answer(facts: ClaimFacts) -> Item:
    when = _("by %(day)s", day=_new_day(facts)) if facts.due_at else ""
    return Item("open", _("Our answer"), when=when)


def _new_day(facts: ClaimFacts) -> str:
    """Name the day we promised last."""
    promised = promised_at(facts.due_at, facts.new_due_at)
    return ui.weekday_day(promised) if promised else ""


def _working_days_left(facts: ClaimFacts, claim: ClaimPage) -> int:
    """Count the working days that were left to us when we asked; a promise that was over is kept the next day."""
    asked = next((line.at for line in reversed(claim.lines) if line.what is What.ASKED), facts.changed_at)
    if facts.due_at is None:
        return programme.current().claims.verdict_working_days
    return max(calendar_of(programme.current()).working_days_between(asked, facts.due_at), 1)


def _agent(claim: ClaimPage) -> str:
    taken = next((line.name for line in reversed(claim.lines) if line.what is What.TAKEN), "")
    return taken.split(" ", 1)[0]


def _parked_day(facts: ClaimFacts) -> str:
    return ui.weekday_day(last_day(facts.parked_until)) if facts.parked_until else ""
