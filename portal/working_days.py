"""The desk's calendar: which days are worked, and when a promise counted in working days falls due."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from portal.programme import Programme

ONE_DAY = timedelta(days=1)


class HolidayFinder(Protocol):
    """Tells the bank holidays of a year."""

    def __call__(self, year: int, /) -> frozenset[date]:
        """Give the bank holidays of a year."""
        ...


class UnknownHolidays(Exception):
    """A country or a part of one whose bank holidays nobody knows."""

    def __init__(self, country: str, subdivision: str, *, is_subdivision: bool) -> None:
        super().__init__(f"{country} {subdivision}".strip())
        self.is_subdivision = is_subdivision


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days in one zone. Everything it is given and gives is an aware moment or a day of that zone."""

    zone: tzinfo
    holidays: HolidayFinder
    closes: time
    weekdays: frozenset[int]

    def local_day(self, at: datetime) -> date:
        """Give the day a moment belongs to."""
        return at.astimezone(self.zone).date()

    def is_working_day(self, day: date) -> bool:
        """Tell whether the desk works on a day."""
        return day.weekday() in self.weekdays and day not in self.holidays(day.year)

    def add_working_days(self, at: datetime, days: int) -> datetime:
        """Give, in UTC, the end of the n-th working day after the day of a moment.

        The day itself never counts, so Friday, Saturday and Sunday all count from Monday.
        """
        day = self.local_day(at)
        for _ in range(days):
            day = self.next_working_day(day)
        return self.closing_of(day)

    def next_working_day(self, day: date) -> date:
        """Give the first working day after a day."""
        day += ONE_DAY
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def working_days_between(self, start: datetime, end: datetime) -> int:
        """Count the working days after the day of `start`, up to and with the day of `end`."""
        day, last = self.local_day(start), self.local_day(end)
        count = 0
        while (day := self.next_working_day(day)) <= last:
            count += 1
        return count

    def end_of_day(self, day: date) -> datetime:
        """Give the midnight that ends a day, in UTC; days of 23 and 25 hours included."""
        return datetime.combine(day + ONE_DAY, time(), tzinfo=self.zone).astimezone(UTC)

    def closing_of(self, day: date) -> datetime:
        """Give the moment the desk closes on a day, in UTC."""
        return datetime.combine(day, self.closes, tzinfo=self.zone).astimezone(UTC)


def calendar_of(programme: "Programme") -> Calendar:
    """Build the calendar of a programme: its zone, its bank holidays, the hours of its desk."""
    club, desk = programme.club, programme.desk

    def find(year: int, /) -> frozenset[date]:
        return bank_holidays(club.holidays_country, club.holidays_subdivision, year)

    return Calendar(club.zone, find, closes=desk.closes, weekdays=desk.weekdays)


@lru_cache(maxsize=512)
def bank_holidays(country: str, subdivision: str, year: int) -> frozenset[date]:
    """Give the bank holidays of a country or a part of it, days in lieu included; raise UnknownHolidays."""
    # The package takes a tenth of a second to load: only a process that counts working days pays for it.
    from holidays import country_holidays  # noqa: PLC0415

    try:
        return frozenset(country_holidays(country, subdiv=subdivision or None, years=year))
    except NotImplementedError as error:
        raise UnknownHolidays(country, subdivision, is_subdivision="subdivision" in str(error)) from None
