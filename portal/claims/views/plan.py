"""What will happen to a claim and by when, told before it is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import flask_babel

from portal import programme
from portal.claims import queries
from portal.claims.queries import Answer, ClaimFacts
from portal.claims.rules import first_touch_due, verdict_due
from portal.claims.words import last_day
from portal.web import ui
from portal.working_days import calendar_of

_: Callable[..., str] = flask_babel.gettext


@dataclass(frozen=True, slots=True)
class Item:
    """One step of a path; `state` is solid, hatched or open, `mark` another picture than that."""

    state: str
    title: str
    note: str = ""
    when: str = ""
    mark: str = ""
    strong: bool = False


def what_comes_next(facts: ClaimFacts, *, at: datetime) -> list[Item]:
    """Tell the days we promise for a claim that is sent now."""
    found = queries.look_up(facts, at=at)
    sent = Item("hatched", _("You send it"), when=_("today"))
    if found.answer is Answer.EARLY and found.due_at is not None and not facts.is_appeal:
        day = ui.weekday_day(last_day(found.due_at))
        return [
            sent,
            Item("open", _("Points due"), when=_("by %(day)s", day=day)),
            Item("open", _("If they are late, we look at it"), when=_promise(found.due_at)),
        ]
    club = programme.current()
    looked = first_touch_due(calendar_of(club), club.claims, at=at)
    return [
        sent,
        Item(
            "open",
            _("Someone else looks at it") if facts.is_appeal else _("A person looks at it"),
            when=_("by %(day)s", day=ui.weekday_day(looked)),
        ),
        Item("open", _("You have our answer"), when=_promise(at)),
    ]


def way_of_points(found: queries.LookUp) -> list[Item]:
    """Tell where points are that are not due yet."""
    items: list[Item] = []
    thing, due = found.match, found.due_at
    if thing is not None:
        what = [ui.money(thing.amount_minor)] if thing.amount_minor else []
        note = ", ".join([*what, *([thing.subject] if thing.subject else [])])
        items.append(Item("solid", _("It happened"), note=note, when=ui.day(thing.happened_at)))
        noted = _("%(points)s points set aside", points=ui.points(thing.points))
        items.append(Item("solid", _("Seen by us"), note=noted))
    if due is not None:
        day = ui.weekday_day(last_day(due))
        items.append(Item("hatched", _("Points due"), when=_("by %(day)s", day=day)))
        items.append(Item("open", _("If they are late, we look at it"), note=_answer_note(due)))
    return items


def _promise(at: datetime) -> str:
    club = programme.current()
    return _("by %(day)s", day=ui.weekday_day(verdict_due(calendar_of(club), club.claims, at=at)))


def _answer_note(at: datetime) -> str:
    club = programme.current()
    return _("With an answer by %(day)s", day=ui.weekday_day(verdict_due(calendar_of(club), club.claims, at=at)))
