"""What members can do to earn points, and the rules that say how many."""

import re
from datetime import date, timedelta
from decimal import Decimal
from string import Formatter
from typing import Annotated, Literal

from pydantic import Field, field_validator

from portal.programme.club import Key, Line, Part, Prose
from portal.programme.serials import fits_check_digit, meant_by
from portal.programme.subjects import normal_subject

# Where an activity comes from: messages of the shop, or what members do in the portal itself.
DoneBy = Literal["shop", "device", "quiz", "referral"]
# How the last sign of a serial number is reckoned from the others, if it is.
CheckDigit = Literal["", "luhn", "mod36"]
Rounding = Literal["down", "half_up", "up"]
CapPeriod = Literal["day", "month", "year", "ever"]

TITLE_WORDS = frozenset({"day"})
Factor = Annotated[Decimal, Field(gt=0, le=1000)]
Points = Annotated[int, Field(gt=0, le=1_000_000)]
# Nobody is asked to type more; what is longer is not searched for slips.
LONGEST_SERIAL = 80


class Activity(Part):
    """A kind of thing that happens in the world and earns points; `reference` is how members name one of them."""

    key: Key
    name: Line
    plural: Line
    title: Line
    reference_label: Line
    reference_hint: Line
    reference_pattern: str
    reference_example: Line
    delay_hours: int = Field(ge=0, le=24 * 90)
    claimable: bool = True
    has_amount: bool = False
    done_by: DoneBy = "shop"
    check_digit: CheckDigit = ""

    @property
    def delay(self) -> timedelta:
        """Give the time that points normally take."""
        return timedelta(hours=self.delay_hours)

    def accepts(self, reference: str) -> bool:
        """Tell whether a reference, its spaces and signs aside, can be one of these."""
        key = normal_subject(reference)
        return re.fullmatch(self.reference_pattern, key) is not None and fits_check_digit(key, self.check_digit)

    def meant_by(self, reference: str) -> str:
        """Give the reference somebody meant who made one slip, when the check digit tells; else nothing."""
        key = normal_subject(reference)
        meant = meant_by(key, self.check_digit) if self.check_digit and len(key) <= LONGEST_SERIAL else ""
        return meant if re.fullmatch(self.reference_pattern, meant) else ""

    @field_validator("title")
    @classmethod
    def _known_words(cls, value: str) -> str:
        return check_placeholders(value, TITLE_WORDS)

    @field_validator("reference_pattern")
    @classmethod
    def _sound_pattern(cls, value: str) -> str:
        try:
            re.compile(value)
        except (re.error, OverflowError, RecursionError) as error:
            message = f"is no regular expression: {error}"
            raise ValueError(message) from None
        return value


class Promotion(Part):
    """Some days on which a rule gives more: its first and last day belong to it.

    It multiplies, adds a bonus, or both; `minimum_minor` is the least amount it asks for.
    """

    key: Key
    label: Annotated[str, Field(min_length=1, max_length=200)]
    first: date
    last: date
    multiplier: Factor = Decimal(1)
    bonus: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    minimum_minor: int | None = Field(None, ge=1)

    def is_on(self, day: date) -> bool:
        """Tell whether it runs on a day of the programme's zone."""
        return self.first <= day <= self.last


class EarnRule(Part):
    """How many points an activity earned while this version was in force; its first and last day belong to it.

    Points come from the amount (`points_per_unit` for every full `unit_minor` of the smallest coin) or are
    `fixed`. A multiplier counts on the days it names, or always when it names none. `excludes` are categories whose
    part of the amount does not count; `cap` limits one activity, `member_cap` all of a member's within a period.
    """

    activity: Key
    version: Annotated[str, Field(min_length=1, max_length=60)]
    valid_from: date
    valid_until: date | None = None
    points_per_unit: Factor | None = None
    unit_minor: int = Field(100, ge=1)
    fixed: Points | None = None
    multiplier: Factor = Decimal(1)
    multiplier_from: date | None = None
    multiplier_until: date | None = None
    multiplier_label: str = Field("", max_length=200)
    minimum_minor: int | None = Field(None, ge=1)
    cap: Points | None = None
    promotions: tuple[Promotion, ...] = ()
    excludes: tuple[Key, ...] = ()
    rounding: Rounding = "down"
    member_cap: Points | None = None
    member_cap_period: CapPeriod = "month"
    text: Prose

    def is_valid_on(self, day: date) -> bool:
        """Tell whether this version was in force on a day of the programme's zone."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def check_placeholders(text: str, known: frozenset[str]) -> str:
    """Refuse a text with a placeholder nobody fills; only the bare `{word}` is allowed."""
    try:
        fields = [field for _, *field in Formatter().parse(text) if field[0] is not None]
    except ValueError as error:
        message = f"has a broken placeholder: {error}"
        raise ValueError(message) from None
    allowed = ", ".join(f"{{{word}}}" for word in sorted(known))
    for name, spec, conversion in fields:
        if name not in known or spec or conversion:
            message = f"has the placeholder {{{name}}}, allowed are {allowed}"
            raise ValueError(message)
    return text
