"""Fields that read what people type: days and whole points."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import flask_babel
from babel.dates import parse_date
from flask_babel import get_locale
from wtforms import StringField
from wtforms.validators import StopValidation

from portal import programme
from portal.web import ui
from portal.web.forms import clean_line

_: Callable[..., str] = flask_babel.gettext

LONGEST_DAY = 40
POINTS = re.compile(r"[0-9]{1,9}", re.ASCII)
THOUSANDS = re.compile(r"(?<=[0-9])[ ,.’'](?=[0-9]{3}(?:[^0-9]|$))", re.ASCII)


class LineField(StringField):
    """One line of text without anything invisible in it."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Clean what was typed."""
        self.data = clean_line(valuelist[0]) if valuelist else ""


class DayField(StringField):
    """A day, as the browser's calendar sends it or as people write it; `day` is what was understood."""

    day: date | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day; what cannot be read stays as typed, for the message beside it."""
        self.data = clean_line(valuelist[0]) if valuelist else ""
        self.day = read_day(self.data)

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401, ARG002 - WTForms' own signature
        """Refuse what is no day at all."""
        if self.data and self.day is None:
            raise StopValidation(_("Enter a real day, such as %(day)s", day=ui.day(date(2026, 11, 20))))

    def fill(self, day: date | None) -> None:
        """Show a day that is known already."""
        self.day = day
        self.data = day.isoformat() if day else ""


class PointsField(StringField):
    """A whole number of points above nothing, or nothing typed; `points` is what was understood."""

    points: int | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number; only the digits 0 to 9 count, with or without marks between thousands."""
        self.data = clean_line(valuelist[0]) if valuelist else ""
        plain = THOUSANDS.sub("", self.data)
        self.points = int(plain) if POINTS.fullmatch(plain) else None

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401, ARG002 - WTForms' own signature
        """Refuse what is no number of points."""
        if not self.data:
            return
        most = programme.current().claims.points_max
        if self.points is None:
            raise StopValidation(_("Enter whole points in digits, such as 150"))
        if not 1 <= self.points <= most:
            raise StopValidation(_("Enter points between 1 and %(most)s", most=ui.points(most)))


def read_day(text: str) -> date | None:
    """Read a day in the form of the web, else in the form of the member's language; None when it is neither."""
    if not text or len(text) > LONGEST_DAY or not text.isascii():
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return parse_date(text, locale=get_locale() or programme.current().club.locale)
    except (ValueError, IndexError, OverflowError):
        return None
