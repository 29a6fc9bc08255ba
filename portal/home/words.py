"""Why a number of points is what it is, and how a claim stands, in the member's language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import flask_babel
from flask_babel import lazy_gettext as _l

from portal import programme
from portal.activities.rules import EventKind, StepKind, steps_from
from portal.activities.why import failed, not_done, rule_text, step_result, step_words
from portal.claims.rules import ClaimState
from portal.claims.words import title_of
from portal.home.rules import Asked, Coming, Message, Part, Unpaid
from portal.points.queries import Line
from portal.points.rules import EntryKind
from portal.tiers.rules import Progress
from portal.web import ui
from portal.web.speech import gettext as _

ngettext: Callable[..., str] = flask_babel.ngettext

KINDS = {
    EntryKind.BONUS: _l("Bonus"),
    EntryKind.CORRECTION: _l("Correction"),
    EntryKind.GOODWILL: _l("Gift"),
    EntryKind.REDEMPTION: _l("Spent"),
    EntryKind.REVERSAL: _l("Taken back"),
    EntryKind.EXPIRY: _l("Lapsed"),
    EntryKind.OPENING: _l("Brought over"),
}
# Lines that belong together whatever they were for.
GROUPS = {
    "corrections": _l("Corrections"),
    "gifts": _l("Gifts"),
    "given-back": _l("Given back"),
    "taken-back": _l("Taken back"),
    EntryKind.REDEMPTION.value: _l("Spent"),
    EntryKind.EXPIRY.value: _l("Lapsed"),
    EntryKind.OPENING.value: _l("Brought over"),
}
# Why a line has its number where neither a rule nor a reason says it.
PLAIN = {
    EntryKind.REDEMPTION: _l("You spent these points. Spending never lowers your tier."),
    EntryKind.EXPIRY: _l("The time of these points was over. That never lowers your tier."),
    EntryKind.REVERSAL: _l("These points had been added before and are taken back here."),
}


@dataclass(frozen=True, slots=True)
class Headline:
    """The two halves of the first page's headline."""

    points: str
    rest: str


@dataclass(frozen=True, slots=True)
class Why:
    """How points were reached: the steps with their results, or one sentence; the rule's or the reason's own words."""

    steps: tuple[tuple[str, str], ...]
    sentence: str
    rule: str
    reason: str


def headline(stands: Progress, status_points: int) -> Headline:
    """Say in one line how many points there are, and how far it is to the next tier."""
    many = ngettext("%(n)s point", "%(n)s points", status_points, n=ui.points(status_points))
    if stands.following is None:
        return Headline(many, _("%(tier)s is yours", tier=stands.current.name))
    return Headline(many, _("%(n)s to %(tier)s", n=ui.points(stands.missing), tier=stands.following.name))


def kind_name(kind: EntryKind) -> str:
    """Name what is not simply earned."""
    return str(KINDS[kind]) if kind in KINDS else ""


def part_name(part: Part) -> str:
    """Name a group of lines and say how many there are."""
    plurals = {activity.key: activity.plural for activity in programme.current().activities}
    name = str(GROUPS[part.group]) if part.group else plurals.get(part.activity, _("Other points"))
    lines = ngettext("%(n)s line", "%(n)s lines", part.count, n=ui.points(part.count))
    return _("%(group)s, %(lines)s", group=name, lines=lines)


def why_of(thing: Line | Coming) -> Why:
    """Explain the points of a line, or of what will be one."""
    reason = _reason_text(thing.reason) if isinstance(thing, Line) else ""
    why = _why(thing.computation, rule_text(thing.activity, thing.rule_version), reason)
    if isinstance(thing, Line) and not (why.steps or why.sentence or why.rule or why.reason):
        return replace(why, sentence=str(PLAIN.get(thing.kind, "")))
    return why


def due(one: Coming, today: date) -> str:
    """Say by when points are due, and that we know when they are late."""
    if one.due_on >= today:
        return _("Due by %(day)s", day=ui.weekday_day(one.due_on))
    return _("Were due %(day)s, we are looking into it", day=ui.near_day(one.due_on))


def unpaid_title(thing: Unpaid) -> str:
    """Name what came in and did nothing."""
    spending = programme.current().club.spending_title
    match thing.kind:
        case EventKind.EARN:
            return title_of(thing.activity, thing.happened_at)
        case EventKind.REDEMPTION:
            return spending
        case EventKind.RETURN:
            return _("%(what)s, sent back", what=title_of(thing.activity, None))
        case EventKind.CANCELLATION:
            return _("%(what)s, cancelled", what=title_of(thing.activity, None) if thing.activity else spending)


def unpaid_result(thing: Unpaid) -> str:
    """Say in three words what it did not do."""
    if thing.kind is EventKind.EARN:
        return _("Brought no points")
    return _("Spent no points") if thing.kind is EventKind.REDEMPTION else _("Took no points back")


def why_unpaid(thing: Unpaid) -> Why:
    """Explain why something that came in brought no points: what failed, and by how much; or why it took none."""
    if thing.kind is not EventKind.EARN:
        return Why((), "", "", not_done(thing.code))
    steps = steps_from(thing.computation)
    shown = tuple((step_words(step), step_result(step)) for step in steps) if len(steps) > 1 else ()
    return Why(shown, "", rule_text(thing.activity, thing.rule_version), failed(thing.code, steps))


def came_in(message: Message) -> str:
    """Say when a message came in, what its sender calls it, and by when points were promised for it."""
    moment = ui.day_time(message.received_at)
    said: str = _("It came in %(moment)s as message %(reference)s.", moment=moment, reference=message.reference)
    if message.promised_by is None:
        return said
    return f"{said} {_('Its points were promised by %(day)s.', day=ui.weekday_day(message.promised_by))}"


def standing(asked: Asked, today: date) -> str:
    """Say in one line how an open claim stands, and by when it will be answered."""
    if asked.needs_an_answer:
        is_filled_in = asked.state is ClaimState.DRAFT
        late = _("Late, so we filled in a claim: one tap sends it.")
        return late if is_filled_in else _("We need one more thing from you.")
    if asked.state is ClaimState.PARKED and asked.parked_until:
        return _("Parked until %(day)s.", day=ui.weekday_day(asked.parked_until))
    if not asked.answer_by:
        return _("We have it.")
    day = ui.weekday_day(asked.answer_by)
    if asked.answer_by < today:
        return _("Our answer is late: it was due by %(day)s.", day=day)
    if asked.agent:
        return _("%(name)s is checking it. Answer by %(day)s.", name=asked.agent, day=day)
    return _("Answer by %(day)s.", day=day)


def _why(computation: Sequence[Mapping[str, Any]], rule: str, reason: str) -> Why:
    steps = steps_from(computation)
    if len(steps) == 1 and steps[0].kind is StepKind.FIXED and rule:
        return Why((), "", rule, reason)
    if len(steps) == 1:
        return Why((), _("%(step)s.", step=step_words(steps[0])), rule, reason)
    return Why(tuple((step_words(step), step_result(step)) for step in steps), "", rule, reason)


def _reason_text(key: str) -> str:
    return next((reason.member_text for reason in programme.current().reasons if reason.key == key), "")
