"""What the history is asked; forms that are sent by GET, so that what was chosen stands in the address."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

import flask_babel
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, ValidationError
from wtforms.validators import InputRequired, Length, StopValidation

from portal import programme
from portal.claims.forms.fields import THOUSANDS, DayField, LineField
from portal.clock import now
from portal.home.rules import Remembered
from portal.points.queries import Group, Wanted
from portal.web.forms import PortalForm

_: Callable[..., str] = flask_babel.gettext

LONGEST_SEARCH = 80
EARLIEST_YEAR = 2000
# A balance may be below nothing, where points that were spent have been taken back.
FIGURE = re.compile(r"[-−]?[0-9]{1,9}", re.ASCII)


class HistoryForm(PortalForm):
    activity = HiddenField()
    kind = HiddenField()
    words = LineField(
        _l("Words, a reference or a number of points"),
        [Length(max=LONGEST_SEARCH, message=_l("Search for up to %(max)d characters"))],
    )
    since = DayField(_l("From"))
    until = DayField(_l("To"))

    def validate_since(self, field: DayField) -> None:
        _check_year(field)

    def validate_until(self, field: DayField) -> None:
        _check_year(field)
        if field.day and self.since.day and field.day < self.since.day:
            raise ValidationError(_("Choose a day that is not before the first one"))

    def to_wanted(self, zone: tzinfo) -> Wanted:
        """Give what is wanted; what is not understood narrows nothing, and its field says so."""
        since, until = self._good_day(self.since), self._good_day(self.until)
        return Wanted(
            activity=self.chosen_activity,
            group=self.chosen_group,
            words=self._good_words,
            since=_start(since, zone) if since else None,
            until=_start(until + timedelta(days=1), zone) if until else None,
        )

    def to_query(self) -> dict[str, str]:
        """Give the parts of an address that choose the same again."""
        days = {name: self._good_day(getattr(self, name)) for name in ("since", "until")}
        chosen = {
            "activity": self.chosen_activity,
            "kind": self.chosen_group or "",
            "words": self._good_words,
            **{name: day.isoformat() for name, day in days.items() if day},
        }
        return {name: str(value) for name, value in chosen.items() if value}

    @property
    def chosen_activity(self) -> str:
        known = {activity.key for activity in programme.current().activities}
        return self.activity.data if self.activity.data in known else ""

    @property
    def chosen_group(self) -> Group | None:
        if self.chosen_activity or self.kind.data not in set(Group):
            return None
        return Group(self.kind.data)

    @property
    def _good_words(self) -> str:
        return "" if self.words.errors else self.words.data or ""

    @staticmethod
    def _good_day(field: DayField) -> date | None:
        return None if field.errors else field.day


class FigureField(LineField):
    """A balance as people write it, nothing and less included; `figure` is what was understood."""

    figure: int | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number; marks between thousands and either minus are understood."""
        super().process_formdata(valuelist)
        plain = THOUSANDS.sub("", self.data or "")
        self.figure = int(plain.replace("−", "-")) if FIGURE.fullmatch(plain) else None

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401, ARG002 - WTForms' own signature
        """Refuse what is no number of points."""
        if self.data and self.figure is None:
            raise StopValidation(_("Enter whole points in digits, such as 1,240"))


class BalanceForm(PortalForm):
    figure = FigureField(_l("The balance you remember"), [InputRequired(_l("Enter the balance you remember"))])
    day = DayField(_l("The day you saw it"), [InputRequired(_l("Enter the day you saw it"))])

    def validate_day(self, field: DayField) -> None:
        _check_year(field)
        if field.day and field.day > _today():
            raise ValidationError(_("Choose today or a day before it"))

    def to_remembered(self, zone: tzinfo) -> Remembered | None:
        """Give the figure and its day, once both are understood."""
        if self.figure.figure is None or self.day.day is None:
            return None
        day = self.day.day
        return Remembered(self.figure.figure, _start(day, zone), _start(day + timedelta(days=1), zone))


class StatementForm(PortalForm):
    since = DayField(_l("From"))
    until = DayField(_l("To"))

    def validate_since(self, field: DayField) -> None:
        _check_year(field)

    def validate_until(self, field: DayField) -> None:
        _check_year(field)
        if field.errors or self.since.errors:
            return
        if self.last_day < self.first_day:
            raise ValidationError(_("Choose a day that is not before the first one"))

    @property
    def first_day(self) -> date:
        """Give the day it begins with: unless another is chosen, the first of this year."""
        return self.since.day or _today().replace(month=1, day=1)

    @property
    def last_day(self) -> date:
        """Give the day it ends with: unless another is chosen, today."""
        return self.until.day or _today()

    def show_days(self) -> None:
        """Show the days that are meant where none were typed."""
        self.since.fill(self.first_day)
        self.until.fill(self.last_day)

    def to_period(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Give the moments between which lines were counted."""
        return _start(self.first_day, zone), _start(self.last_day + timedelta(days=1), zone)


def _check_year(field: DayField) -> None:
    """Keep to years that can be computed with."""
    latest = now().year + 1
    if field.day is not None and not EARLIEST_YEAR <= field.day.year <= latest:
        raise ValidationError(_("Choose a day of the years %(first)s to %(last)s", first=EARLIEST_YEAR, last=latest))


def _today() -> date:
    return now().astimezone(programme.current().club.zone).date()


def _start(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
