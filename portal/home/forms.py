"""Choosing what a history shows; a form that is sent by GET, so that what was chosen stands in the address."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, HiddenField, SearchField, ValidationError
from wtforms.validators import Length, Optional

from portal import programme
from portal.points.queries import Group, Wanted
from portal.web.forms import PortalForm, clean_line

LONGEST_SEARCH = 80
EARLIEST_YEAR = 2000


class HistoryForm(PortalForm):
    activity = HiddenField(filters=[clean_line])
    kind = HiddenField(filters=[clean_line])
    words = SearchField(
        _l("Words, a reference or a number of points"),
        [Length(max=LONGEST_SEARCH, message=_l("Search for up to %(max)d characters"))],
        filters=[clean_line],
    )
    since = DateField(_l("From"), [Optional()])
    until = DateField(_l("To"), [Optional()])

    def validate_since(self, field: Field) -> None:
        _check_day(field.data)

    def validate_until(self, field: Field) -> None:
        _check_day(field.data)
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(str(_l("Choose a day that is not before the first one")))

    def to_wanted(self, zone: tzinfo) -> Wanted:
        """Give what is wanted; what is not understood narrows nothing, and its field says so."""
        good = {name: getattr(self, name).data for name in ("words", "since", "until") if name not in self.errors}
        since, until = good.get("since"), good.get("until")
        return Wanted(
            activity=self.chosen_activity,
            group=self.chosen_group,
            words=good.get("words") or "",
            since=_start(since, zone) if since else None,
            until=_start(until + timedelta(days=1), zone) if until else None,
        )

    @property
    def chosen_activity(self) -> str:
        known = {activity.key for activity in programme.current().activities}
        return self.activity.data if self.activity.data in known else ""

    @property
    def chosen_group(self) -> Group | None:
        known = set(Group)
        return Group(self.kind.data) if self.kind.data in known and not self.chosen_activity else None

    def to_query(self) -> dict[str, str]:
        """Give the parts of an address that choose the same again."""
        days = {name: getattr(self, name).data for name in ("since", "until") if name not in self.errors}
        chosen = {
            "activity": self.chosen_activity,
            "kind": self.chosen_group or "",
            "words": "" if "words" in self.errors else self.words.data or "",
            **{name: day.isoformat() for name, day in days.items() if day},
        }
        return {name: str(value) for name, value in chosen.items() if value}


def _check_day(day: date | None) -> None:
    if day is not None and day.year < EARLIEST_YEAR:
        raise ValidationError(str(_l("Choose a day from the year 2000 on")))


def _start(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
