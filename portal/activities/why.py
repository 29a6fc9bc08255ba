"""What each step from an amount to points did, in the member's language."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import flask_babel
from flask_babel import lazy_gettext as _l

from portal import programme
from portal.activities.rules import Ineligible, Step, StepKind
from portal.web import ui
from portal.web.speech import gettext as _

ngettext: Callable[..., str] = flask_babel.ngettext

# The most a member gets by one rule, of which some was there already.
PERIODS = {
    "day": _l("%(most)s in a day at the most, of which you had %(had)s"),
    "month": _l("%(most)s in a month at the most, of which you had %(had)s"),
    "year": _l("%(most)s in a year at the most, of which you had %(had)s"),
    "ever": _l("%(most)s altogether at the most, of which you had %(had)s"),
}
# Why something brings nothing before any rule is asked, or where its steps say no more.
FAILED = {
    Ineligible.UNKNOWN_ACTIVITY: _l("The club gives no points for this."),
    Ineligible.OTHER_CURRENCY: _l("It was not paid in the club’s own currency."),
    Ineligible.IN_FUTURE: _l("The day it names had not come when we were told."),
    Ineligible.BEFORE_JOINING: _l("It happened before you joined."),
    Ineligible.NO_RULE: _l("On that day the club gave no points for this."),
    Ineligible.NO_AMOUNT: _l("Points come from the amount, and we were told none."),
    Ineligible.NO_POINTS: _l("What was paid comes to less than one point."),
    Ineligible.ALL_EXCLUDED: _l("Nothing of what was paid counts for points."),
    Ineligible.IN_USE: _l(
        "This one could not be counted for you. If you hold it in your hand, please ask us to check it."
    ),
    Ineligible.TOO_MANY_POINTS: _l("It came to more points than we add without looking. Please ask us to check it."),
}
# Why something that was to be taken back or spent was not; the rest is as above.
UNDONE = {
    Ineligible.NO_AMOUNT: _l("What was sent back does not fit what was bought."),
    Ineligible.NO_REFERENCE: _l("We were not told what it is about."),
    Ineligible.NOTHING_LEFT: _l("Nothing of it was left: it had been sent back or cancelled before."),
    Ineligible.MORE_THAN_BOUGHT: _l("More was sent back than was bought, as far as we know."),
    Ineligible.NOT_ENOUGH: _l("There were fewer points than it asked for."),
    Ineligible.NO_POINTS: _l("We were not told how many points."),
    Ineligible.TOO_MANY_POINTS: _l("It asked for more points than can be spent at once."),
}


def not_done(code: str) -> str:
    """Say why something that was to be taken back or spent was not."""
    return str(UNDONE[Ineligible(code)]) if code in UNDONE else failed(code, ())


def failed(code: str, steps: Sequence[Step]) -> str:
    """Say which condition left something without points, and by how much."""
    last = steps[-1] if steps else None
    if last is not None and last.kind is StepKind.MINIMUM:
        numbers = {"least": ui.money(int(last.value)), "amount": ui.money(last.amount_minor or 0)}
        return _(
            "Points begin at %(least)s. What counts is %(amount)s: %(short)s short.",
            short=ui.money(short_of(last)),
            **numbers,
        )
    if last is not None and last.kind is StepKind.MEMBER_CAP:
        return _("%(limit)s.", limit=step_words(last))
    amount = next((step for step in steps if step.kind is StepKind.AMOUNT), None)
    if code == Ineligible.NO_POINTS and amount and 0 <= (amount.amount_minor or 0) < (amount.unit_minor or 0):
        unit, paid = amount.unit_minor or 0, amount.amount_minor or 0
        return _(
            "Points come for each full %(unit)s. What counts is %(amount)s: %(short)s short.",
            unit=ui.money(unit),
            amount=ui.money(paid),
            short=ui.money(unit - paid),
        )
    return str(FAILED[Ineligible(code)]) if code in FAILED else _("It does not fit the rules for points.")


def rule_text(activity: str, version: str) -> str:
    """Give a rule's own words."""
    rules = programme.current().rules
    return next((rule.text for rule in rules if (rule.activity, rule.version) == (activity, version)), "")


def step_words(step: Step) -> str:
    """Say what a step did."""
    words: str
    match step.kind:
        case StepKind.EXCLUDED:
            words = _("Does not count: %(what)s", what=step.label)
        case StepKind.AMOUNT:
            words = _rate(step)
        case StepKind.FIXED:
            words = _("Points for this")
        case StepKind.MINIMUM:
            words = _("Nothing below %(amount)s", amount=ui.money(int(step.value)))
        case StepKind.MULTIPLIER | StepKind.BONUS:
            words = step.label
        case StepKind.MISSED:
            least, short = ui.money(int(step.value)), ui.money(short_of(step))
            words = _("%(what)s: from %(least)s on, %(short)s short", what=step.label, least=least, short=short)
        case StepKind.CAP:
            words = _("At the most")
        case StepKind.MEMBER_CAP:
            numbers = {"most": ui.points(int(step.value)), "had": ui.points(step.granted or 0)}
            words = str(PERIODS[step.period]) % numbers
        case StepKind.LAPSED | StepKind.NOT_TWICE:
            words = _lapsed(step)
        case _:
            words = _undone(step)
    return words


def step_result(step: Step) -> str:
    """Give what stands behind a step: what it did to the number, or the number it left."""
    match step.kind:
        case StepKind.EXCLUDED:
            return ui.money(-int(step.value))
        case StepKind.MULTIPLIER:
            return f"× {_number(step.value)}"
        case StepKind.RETURNED | StepKind.SENT_BACK:
            return ui.signed_text(-int(step.value))
        case StepKind.BONUS | StepKind.TAKEN_BEFORE:
            return ui.signed_text(int(step.value))
        case _:
            return ui.points(step.points)


def short_of(step: Step) -> int:
    """Give how much an amount is short of what was asked for, in the smallest coin."""
    return int(step.value) - (step.amount_minor or 0)


def _lapsed(step: Step) -> str:
    if step.kind is StepKind.NOT_TWICE:
        return _("These points had lapsed before they were taken back, and nothing is taken twice")
    return ngettext(
        "Points last %(num)s month, and these came %(day)s",
        "Points last %(num)s months, and these came %(day)s",
        int(step.value),
        day=ui.day(date.fromisoformat(step.label)),
    )


def _undone(step: Step) -> str:
    """Say what a return or a cancellation did."""
    if step.kind is StepKind.TAKEN_BEFORE:
        return _("Taken back before")
    if step.kind is StepKind.CANCELLED:
        return _("This was cancelled, so what it had done is undone here")
    if step.unit_minor is None:
        return _("All of it was sent back")
    amounts = {"amount": ui.money(step.amount_minor or 0), "whole": ui.money(step.unit_minor)}
    if step.granted is None:
        return _("%(amount)s of %(whole)s sent back", **amounts)
    return _("%(amount)s of %(whole)s sent back, of %(had)s points", **amounts, had=ui.points(step.granted))


def _rate(step: Step) -> str:
    amount, unit = ui.money(step.amount_minor or 0), ui.money(step.unit_minor or 0)
    return ngettext(
        "%(amount)s, %(rate)s point for each %(unit)s",
        "%(amount)s, %(rate)s points for each %(unit)s",
        1 if step.value == 1 else 2,
        amount=amount,
        rate=_number(step.value),
        unit=unit,
    )


def _number(value: Decimal) -> str:
    """Write a factor without zeros that say nothing: 2, 1.5."""
    return str(flask_babel.format_decimal(value.normalize()))
