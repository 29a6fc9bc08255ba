"""How claims are handled: terms, limits, reasons, replies, questions and help."""

from datetime import time
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from portal.programme.club import Key, Line, Part, Prose, known_locale
from portal.programme.earning import check_placeholders

REPLY_WORDS = frozenset({"name", "points", "reference", "subject", "day", "club"})
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
VerdictKey = Literal["approve", "part", "decline", "duplicate"]
# The acts that need a reason: the verdicts, and points moved without a claim.
ReasonFor = Literal["approve", "part", "decline", "duplicate", "adjust"]
# What the entry will be: points that were owed, or a gift.
ReasonKind = Literal["correction", "goodwill"]
Days = Annotated[int, Field(ge=1, le=3660)]


class ClaimTerms(Part):
    """What we promise about claims, and what we accept."""

    window_days: Days = 180
    first_touch_working_days: Days = 1
    verdict_working_days: Days = 3
    draft_days: Days = 30
    info_days: Days = 14
    appeal_days: Days = 30
    evidence_max: int = Field(5, ge=1, le=20)
    evidence_mb: int = Field(12, ge=1, le=12)
    evidence_keep_days: Days = 90
    # The file as it was sent, sealed; 0: only the picture made of it is kept.
    original_keep_days: int = Field(30, ge=0, le=3660)
    evidence_pdf: bool = False
    # What we say when an answer is late: within how many more working days, and the gift that goes with it.
    late_working_days: Days = 1
    late_goodwill: int = Field(0, ge=0, le=100_000)
    late_goodwill_reason: str = "goodwill_delay"
    statement_max: int = Field(2000, ge=100, le=20_000)
    upload_per_day: int = Field(60, ge=1)
    points_max: int = Field(100_000, ge=1, le=1_000_000)
    # How many claims a member can send in a day, have open at one time, and how many more by claims that were granted.
    sent_per_day: int = Field(5, ge=1, le=1000)
    open_max: int = Field(10, ge=1, le=1000)
    trust_max: int = Field(10, ge=0, le=1000)
    # How many references of the shop a member can have looked up among messages of nobody.
    lookups_per_day: int = Field(40, ge=1, le=10_000)


class DeskTerms(Part):
    """When the desk works, how long a claim stays with whoever took it, and what each role may give alone."""

    lease_minutes: int = Field(15, ge=1, le=240)
    opens: time = time(9)
    closes: time = time(17, 30)
    working_days: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
    limits: dict[Literal["agent", "lead", "admin"], int]

    def limit(self, role: str) -> int:
        """Give the points a role may give for one claim without a second person; nothing unless named."""
        return next((points for name, points in self.limits.items() if name == role), 0)

    @property
    def weekdays(self) -> frozenset[int]:
        """Give the working weekdays as Python counts them, Monday being 0."""
        return frozenset(WEEKDAYS.index(day) for day in self.working_days)


class RecordTerms(Part):
    """How long a copy of somebody's data is kept for them, and how long they can still take back that they leave."""

    export_days: Days = 7
    exports_per_day: int = Field(3, ge=1, le=50)
    closing_days: Days = 14


class JoiningTerms(Part):
    """What joining needs beyond an address and a profile, and how long points wait for whoever has not finished."""

    age_check: Key = "manual"
    age_working_days: int = Field(1, ge=0, le=30)
    hold_days: Days = 30
    unconfirmed_days: Days = 14

    @property
    def checks_age(self) -> bool:
        """Tell whether somebody looks at the age of members."""
        return self.age_check != "none"


class Reason(Part):
    """A reason code: what it may be used for, which way points go, and what the member is told.

    `sign` is +1 or -1 where points may only go one way, and 0 where no points move or either way is right. `access`
    keeps it for people who cannot get in, whom points do not help.
    """

    key: Key
    label: Line
    for_: tuple[ReasonFor, ...] = Field(alias="for", min_length=1)
    kind: ReasonKind = "correction"
    sign: Literal[-1, 0, 1] = 0
    counts_for_tier: bool
    member_text: Prose
    rule_text: str = Field("", max_length=2000)
    would_change: tuple[Line, ...] = ()
    access: bool = False

    def allows(self, points: int) -> bool:
        """Tell whether points may be moved this way for this reason."""
        return points != 0 and (self.sign == 0 or points * self.sign > 0)

    @model_validator(mode="before")
    @classmethod
    def _corrections_count(cls, values: Any) -> Any:  # noqa: ANN401 - whatever the file holds
        """Let corrections count for the tier and gifts not, unless the reason says otherwise."""
        if isinstance(values, dict) and "counts_for_tier" not in values:
            return {**values, "counts_for_tier": values.get("kind", "correction") == "correction"}
        return values


class Reply(Part):
    """Words an agent starts from. `{points}` stands for the number with its word, such as "150 points"."""

    key: Key
    label: Line
    verdict: VerdictKey
    reason: Key | None = None
    locale: str
    text: Prose
    access: bool = False

    def fill(self, **words: str) -> str:
        """Write the reply with the words of one claim in its placeholders."""
        return self.text.format(**words)

    @field_validator("text")
    @classmethod
    def _known_words(cls, value: str) -> str:
        return check_placeholders(value, REPLY_WORDS)

    @field_validator("locale")
    @classmethod
    def _known_locale(cls, value: str) -> str:
        return known_locale(value)


class Ask(Part):
    """One named thing that can be missing, and how we ask for it."""

    key: Key
    label: Line
    text: Prose


class HelpPage(Part):
    """A page of the club's own advice."""

    key: Key
    title: Line
    paragraphs: tuple[Prose, ...] = Field(min_length=1)
