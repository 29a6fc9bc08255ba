"""The page of parts: every macro in every state, for those who build pages; only the demo has it."""

from datetime import date, timedelta

from flask import Blueprint
from flask.typing import ResponseReturnValue
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    Field,
    MultipleFileField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)

from portal import programme
from portal.clock import now
from portal.points.rules import MonthSum, bars
from portal.tiers.rules import ladder_of, level, storeys
from portal.web.access import public
from portal.web.forms import PortalForm
from portal.web.htmx import page

bp = Blueprint("parts", __name__)

STANDINGS = ((0, 45, 0), (1240, 200, 150), (1490, 50, 0), (1500, 0, 200), (3240, 500, 0))
DECISIONS = ((1240, 150, 200), (1490, 90, 0), (1560, -90, 0))
TAKEN_BACK = {2: 90}
MONTHS = (110, 80, 430, 440)


class SampleForm(PortalForm):
    """One field of each kind."""

    kind = RadioField(
        "What is missing?", choices={"missing": "Points for something I did", "amount": "The number is wrong"}
    )
    subject = RadioField(
        "Which one?", choices={"a": "Order of 20 Nov, £120.00", "b": "Order of 6 Nov, £75.00"}, default="a"
    )
    email = EmailField("Email", description="The one you ordered with.")
    password = PasswordField("New password")
    day = DateField("When did it happen?")
    reason = SelectField("Reason", choices={"late": "Never counted", "low": "Counted too low"})
    note = TextAreaField("Anything we should know?", default="I ordered as a guest, as I was signed out.")
    number = StringField("Order number", default="7041 88")
    keep = BooleanField("Keep me signed in")
    files = MultipleFileField("Add pictures")


@bp.get("/_parts")
@public
def show_parts() -> ResponseReturnValue:
    """Show every part in every state."""
    at = now()
    ladder = ladder_of(programme.current())
    return page(
        "parts.html",
        at=at,
        moments=[at + timedelta(minutes=minutes) for minutes in (-4300, -1500, -125, -3, 40, 80, 1800, 5800)],
        fields=SampleForm(None, prefix="well-", meta={"csrf": False}),
        failed=_failed(),
        rungs=[rung.name for rung in ladder.rungs],
        ladders=[storeys(ladder, *standing) for standing in STANDINGS],
        benefits={tier.key: tier.benefits for tier in programme.current().tiers},
        levels=[level(ladder, before=before, added=added, pending=pending) for before, added, pending in DECISIONS],
        chart=bars(_months(at.date()), current=at.date()),
    )


def _failed() -> SampleForm:
    form = SampleForm(None, prefix="wrong-", meta={"csrf": False})
    fields: tuple[Field, ...] = (form.kind, form.email, form.day, form.number, form.reason, form.note, form.files)
    for field in fields:
        field.errors = (f"This is how a message under “{field.label.text}” looks",)
    return form


def _months(today: date) -> tuple[MonthSum, ...]:
    first = today.replace(day=1)
    months: list[MonthSum] = []
    for number, earned in reversed(list(enumerate(MONTHS))):
        pending = 200 if number == len(MONTHS) - 1 else 0
        months.insert(0, MonthSum(first, earned, TAKEN_BACK.get(number, 0), 0, pending))
        first = (first - timedelta(days=1)).replace(day=1)
    return tuple(months)
