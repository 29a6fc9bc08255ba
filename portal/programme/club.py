"""The club itself, its tiers and what they give."""

from functools import cached_property
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from babel.numbers import list_currencies
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class Part(BaseModel):
    """A piece of the programme: it never changes, and a key nobody knows is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Club(Part):
    """Who the club is, where it is at home, and how it looks and speaks."""

    name: Line
    short_name: Line
    motto: Line
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    currency: str
    locale: str
    timezone: str
    minimum_age: int = Field(ge=18, le=99)
    adults_only: Line
    holidays_country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,3}$")]
    holidays_subdivision: str = ""
    hue: int = Field(ge=0, lt=360)
    mail_from_name: Line
    contact: Line
    spending_title: Line

    @cached_property
    def zone(self) -> ZoneInfo:
        """Give the zone whose days the rules count."""
        return ZoneInfo(self.timezone)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        return _known(value, available_timezones(), "time zone, such as Europe/London")

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, value: str) -> str:
        return _known(value, list_currencies(), "currency, such as GBP")

    @field_validator("locale")
    @classmethod
    def _known_locale(cls, value: str) -> str:
        return known_locale(value)


class Benefit(Part):
    """One thing a tier gives. The same key in another tier is the same thing in another measure."""

    key: Key
    label: Line
    text: Line


class Tier(Part):
    """A tier, and the status points from which it is held."""

    key: Key
    name: Line
    threshold: int = Field(ge=0)
    benefits: tuple[Benefit, ...] = ()


def known_locale(value: str) -> str:
    """Refuse a locale whose dates and numbers nobody could write."""
    try:
        Locale.parse(value)
    except (UnknownLocaleError, ValueError):
        message = f"{value!r} is no known locale, such as en_GB"
        raise ValueError(message) from None
    return value


def _known(value: str, names: set[str], what: str) -> str:
    if value not in names:
        message = f"{value!r} is no known {what}"
        raise ValueError(message)
    return value
