"""What each step from an amount to points did, in the member's language."""

from collections.abc import Callable
from decimal import Decimal

import flask_babel
from flask_babel import lazy_gettext as _l

from portal.activities.rules import Step, StepKind
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
    return words


def step_result(step: Step) -> str:
    """Give what stands behind a step: what it did to the number, or the number it left."""
    match step.kind:
        case StepKind.EXCLUDED:
            return ui.money(-int(step.value))
        case StepKind.MULTIPLIER:
            return f"× {_number(step.value)}"
        case StepKind.BONUS:
            return ui.signed_text(int(step.value))
        case _:
            return ui.points(step.points)


def short_of(step: Step) -> int:
    """Give how much an amount is short of what was asked for, in the smallest coin."""
    return int(step.value) - (step.amount_minor or 0)


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
