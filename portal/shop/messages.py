"""What a message of the shop may say: the very models that are checked, and that the API's document is made from."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic.config import JsonDict
from pydantic_core import ErrorDetails, PydanticCustomError

from portal import programme
from portal.activities.messages import CLOCK_SKEW, Item, ShopMessage
from portal.activities.rules import EventKind, normal_subject
from portal.activities.service import hint_key
from portal.programme import Programme
from portal.shop.strict import said_twice

MOST_EVENTS = 500
MOST_ITEMS = 50
MOST_MINOR = 1_000_000_000
MOST_POINTS = 1_000_000
MOST_FAULTS = 10
LONGEST_SUBJECT = 80
LONGEST_HINT = 320
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
NO_CONTROLS = r"^[^\u0000-\u001f\u007f-\u009f]*$"


def _moment(value: object) -> datetime:
    """Read a moment in the one form there is for them; what has no zone could be any of several."""
    if not isinstance(value, str) or not MOMENT.fullmatch(value):
        raise PydanticCustomError("moment", "Write it like 2026-11-20T18:22:00Z, with its zone.")
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("moment", "There is no such moment.") from None


def _short_subject(value: str) -> str:
    """Refuse what grows too long in the form that is compared: one sign can stand for many."""
    if len(normal_subject(value)) > LONGEST_SUBJECT:
        raise PydanticCustomError("string_too_long", "It is too long.")
    return value


def _short_hint(value: str) -> str:
    if len(hint_key(value)) > LONGEST_HINT:
        raise PydanticCustomError("string_too_long", "It is too long.")
    return value


Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "description": "When it happened, with its zone."}),
]
Id = Annotated[
    str, Field(pattern=r"^[!-~]{1,120}$", description="Names the event for ever; the same again is the same event.")
]
ACTIVITY = r"^[a-z][a-z0-9_-]{0,39}$"
CURRENCY = r"^[A-Z]{3}$"
Activity = Annotated[str, Field(pattern=ACTIVITY, description="A key of the programme's activities.")]
Hint = Annotated[
    str,
    Field(min_length=1, max_length=254, pattern=NO_CONTROLS, description="A member number or an email address."),
    AfterValidator(_short_hint),
]
Subject = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_SUBJECT,
        pattern=NO_CONTROLS,
        description="The number of the order, the serial number of the device.",
    ),
    AfterValidator(_short_subject),
]
Minor = Annotated[int, Field(ge=0, le=MOST_MINOR, description="In the smallest coin of the currency.")]
Currency = Annotated[str, Field(pattern=CURRENCY, description="The club's own currency.")]
TOGETHER: JsonDict = {
    "dependentRequired": {"amount_minor": ["currency"], "currency": ["amount_minor"], "items": ["amount_minor"]}
}


class Part(BaseModel):
    """Types are taken as they are: no text for a number, nothing that is not named here."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class ItemLine(Part):
    """A part of the amount: its category, and how much of the amount it is."""

    category: Annotated[str, Field(min_length=1, max_length=60, pattern=NO_CONTROLS)]
    amount_minor: Minor


class EventLine(Part):
    """What every event says."""

    id: Id
    occurred_at: Moment


class AmountLine(EventLine):
    """An event about an activity of the programme, and the amount that was paid or given back."""

    model_config = ConfigDict(json_schema_extra=TOGETHER)

    activity: Activity
    amount_minor: Minor | None = None
    currency: Currency | None = None
    items: Annotated[tuple[ItemLine, ...], Field(max_length=MOST_ITEMS, strict=False)] = ()

    @model_validator(mode="after")
    def _amount_with_its_currency(self) -> Self:
        if (self.amount_minor is None) != (self.currency is None):
            raise PydanticCustomError("currency", "An amount and its currency are given together.")
        if sum(item.amount_minor for item in self.items) > (self.amount_minor or 0):
            raise PydanticCustomError("items", "The items are more than the amount.")
        return self


class Earned(AmountLine):
    """Something that earns points: a purchase, the registration of a device."""

    kind: Literal["earn"]
    member: Hint | None = None
    subject: Subject | None = None


class Returned(AmountLine):
    """Something was sent back: the amount of the part that was, or all of it where there is none."""

    kind: Literal["return"]
    subject: Subject
    member: Hint | None = None


class Redeemed(EventLine):
    """A member spent points; `subject` names what for, so that it can be cancelled."""

    kind: Literal["redemption"]
    member: Hint
    subject: Subject
    points: Annotated[int, Field(ge=1, le=MOST_POINTS)]


class Cancelled(EventLine):
    """Something is undone altogether: an activity, or a redemption where no activity is named."""

    kind: Literal["cancellation"]
    subject: Subject
    activity: Activity | None = None
    member: Hint | None = None


AnyLine = Annotated[Earned | Returned | Redeemed | Cancelled, Field(discriminator="kind")]
_LINE: TypeAdapter[Earned | Returned | Redeemed | Cancelled] = TypeAdapter(AnyLine)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line: the field, a code for programs and a sentence for people."""

    field: str
    code: str
    words: str


class BadLine(ValueError):
    """A line that is not taken, with everything that is wrong with it."""

    def __init__(self, *faults: Fault) -> None:
        """Keep the faults."""
        super().__init__("; ".join(f"{fault.field}: {fault.words}" for fault in faults))
        self.faults = faults


def read_line(value: object, *, source: str, at: datetime) -> ShopMessage:
    """Take one line for what it says; raises BadLine with each field that is wrong and why."""
    if not isinstance(value, dict):
        raise BadLine(Fault("", "type", "An event is an object."))
    if twice := said_twice(value):
        raise BadLine(Fault(twice[:80], "twice", "It stands there twice."))
    try:
        line = _LINE.validate_python(value)
    except ValidationError as error:
        raise BadLine(*(_fault(found) for found in error.errors(include_url=False)[:MOST_FAULTS])) from None
    message = _message(line, source)
    if faults := tuple(_without_sense(message, at)):
        raise BadLine(*faults)
    return message


def _message(line: Earned | Returned | Redeemed | Cancelled, source: str) -> ShopMessage:
    said: Mapping[str, Any] = {name: getattr(line, name) for name in type(line).model_fields}
    return ShopMessage(
        source=source,
        external_id=line.id,
        activity=said.get("activity") or "",
        occurred_at=line.occurred_at,
        member_hint=said.get("member") or "",
        subject=said.get("subject") or "",
        amount_minor=said.get("amount_minor"),
        currency=said.get("currency") or "",
        kind=EventKind(line.kind),
        points=said.get("points"),
        items=tuple(Item(item.category, item.amount_minor) for item in said.get("items") or ()),
    )


def _without_sense(message: ShopMessage, at: datetime) -> Iterator[Fault]:
    """Find what is well written and cannot be: another currency, an activity nobody knows, a day that has not come."""
    club = programme.current()
    if message.activity and all(activity.key != message.activity for activity in club.activities):
        yield Fault("activity", "unknown_activity", "The programme has no such activity.")
    if message.currency and message.currency != club.club.currency:
        yield Fault("currency", "other_currency", f"The club reckons in {club.club.currency}.")
    if message.occurred_at > at + CLOCK_SKEW:
        yield Fault("occurred_at", "in_future", "It lies in the future.")
    if message.occurred_at < beginning(club):
        yield Fault("occurred_at", "before_club", "There was no club yet.")


def beginning(club: Programme) -> datetime:
    """Give the moment from which the club knows activities: the first day of its first rule."""
    first = min(rule.valid_from for rule in club.rules)
    return datetime.combine(first, time(), tzinfo=club.club.zone)


def _fault(found: ErrorDetails) -> Fault:
    """Say what pydantic found in our words: the field as it was written, without the kind in front."""
    if found["type"].startswith("union_tag"):
        return Fault("kind", "kind", "Say what happened: earn, return, redemption or cancellation.")
    where = [str(part) for part in found["loc"][1:]]
    name = ".".join(where) or found["type"]
    return Fault(name[:80], CODES.get(found["type"], "value"), f"{found['msg'].rstrip('.')}.")


CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "moment": "moment",
    "currency": "currency",
    "items": "items",
}
