"""The first step: what is missing, which one, and what it can be found by."""

import secrets
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import flask_babel
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField

from portal import programme
from portal.claims.forms.fields import DayField, LineField, PointsField
from portal.claims.queries import ClaimFacts, Thing
from portal.claims.rules import ClaimKind, DayCode, check_day, claimable_days, normal_subject
from portal.claims.service.drafts import About
from portal.claims.words import KINDS, KINDS_OFFERED, kind_note
from portal.programme import Activity
from portal.web import ui
from portal.web.forms import PortalForm

_: Callable[..., str] = flask_babel.gettext

OTHER = "other"
# These are about one thing that happened; the rest is about the account as a whole.
ABOUT_ONE_THING = frozenset({ClaimKind.MISSING, ClaimKind.WRONG_AMOUNT, ClaimKind.UNEXPECTED_REVERSAL})
LONGEST_REFERENCE = 80
KEY_CHARACTERS = 64


class AboutForm(PortalForm):
    key = HiddenField()
    # The day and the rest have been asked for, as the reference alone did not answer it.
    more = HiddenField()
    kind = RadioField(_l("What is missing?"), validate_choice=False)
    which = RadioField(_l("Which one?"), validate_choice=False)
    reference = LineField(_l("A number or name to find it by"))
    activity = RadioField(_l("What was it?"), validate_choice=False)
    day = DayField(_l("When did it happen?"))
    points = PointsField(_l("How many points did you expect?"))

    def __init__(self, things: Sequence[Thing], *, today: date, joined: date, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        club = programme.current()
        self.things = {thing.key: thing for thing in things}
        self.today, self.joined = today, joined
        self.named: Thing | None = None
        self.days = claimable_days(today=today, window_days=club.claims.window_days, joined=joined)
        self.activities = {activity.key: activity for activity in club.activities if activity.claimable}
        self.kind.choices = [(kind.value, KINDS[kind]) for kind in KINDS_OFFERED]
        self.which.choices = [(key, key) for key in (*self.things, OTHER)]
        self.activity.choices = [(key, activity.name) for key, activity in self.activities.items()]
        # Most claims are about this; whoever means another chooses it.
        self.kind.data = self.kind.data or (None if self.is_submitted() else ClaimKind.MISSING.value)
        self.key.data = (self.key.data or secrets.token_hex(16))[:KEY_CHARACTERS]
        if not self.things and not self.which.data:
            self.which.data = OTHER
        self.choose_activity(self.activity.data or "")

    @property
    def chosen_kind(self) -> ClaimKind | None:
        return next((kind for kind in KINDS_OFFERED if kind.value == self.kind.data), None)

    @property
    def chosen_thing(self) -> Thing | None:
        return self.things.get(self.which.data or "")

    @property
    def chosen_activity(self) -> Activity | None:
        return self.activities.get(self.activity.data or "")

    @property
    def asks_by_reference(self) -> bool:
        """Tell whether it is a reference alone that says what is meant."""
        return self.chosen_kind in ABOUT_ONE_THING and self.chosen_thing is None and self.which.data == OTHER

    @property
    def asks_more(self) -> bool:
        """Tell whether the day and the rest are asked for: once that was needed, they stay."""
        told = self.more.data or self.activity.data or self.day.data
        return bool(told or self.activity.errors or self.day.errors or self.points.errors)

    @property
    def lacks_more(self) -> bool:
        """Tell whether nothing of the member's own has the reference, and nothing else was asked yet."""
        return self.asks_by_reference and self.named is None and not self.asks_more

    def recognise(self, things: Sequence[Thing]) -> None:
        """Take the member's own thing that has the reference; then nothing else need be asked."""
        wanted = self.activity.data
        self.named = next((thing for thing in things if wanted in {"", None, thing.activity}), None)

    @property
    def is_untouched(self) -> bool:
        is_as_shown = self.kind.data in {None, ClaimKind.MISSING.value} and self.chosen_thing is None
        return is_as_shown and not any((self.activity.data, self.day.data, self.reference.data, self.points.data))

    def choose_activity(self, key: str) -> None:
        self.activity.data = key
        if self.chosen_activity is not None:
            self.reference.label.text = self.chosen_activity.reference_label

    @property
    def reference_hint(self) -> str:
        if self.chosen_activity is not None:
            return self.chosen_activity.reference_hint
        return "; ".join(f"{known.name}: {known.reference_label}" for known in self.activities.values())

    @staticmethod
    def is_about_one_thing(kind: str) -> bool:
        return kind in {known.value for known in ABOUT_ONE_THING}

    @staticmethod
    def note(kind: str) -> str:
        return kind_note(ClaimKind(kind))

    def show(self, draft: ClaimFacts) -> None:
        """Show what a draft says already; a form that was sent shows what was typed."""
        if self.is_submitted() or not self.is_untouched:
            return
        self.kind.data = draft.kind.value if draft.kind else None
        self.which.data = next((key for key, thing in self.things.items() if _is_about(draft, thing)), OTHER)
        self.choose_activity(draft.activity)
        self.day.fill(draft.activity_day)
        self.reference.data = draft.subject
        self.points.data = str(draft.expected_points) if draft.expected_points else ""

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own signature
        super().validate(extra_validators)
        if self.chosen_kind is None:
            _refuse(self.kind, _("Choose what is missing"))
        elif self.chosen_kind in ABOUT_ONE_THING and self.chosen_thing is None:
            if self.which.data != OTHER:
                _refuse(self.which, _("Choose which one it is, or “Something else”"))
            else:
                self._check_something_else()
        return not self.errors

    def to_about(self) -> About:
        """Give what was said; only after the form was found right."""
        kind = self.chosen_kind or ClaimKind.MISSING
        thing = self.chosen_thing or (self.named if self.asks_by_reference else None)
        if kind not in ABOUT_ONE_THING:
            # One claim of this kind at a time, as there is nothing else to tell them apart by.
            return About(kind, subject_key=normal_subject(kind.value), expected_points=self.points.points)
        if thing is not None:
            is_awaited = thing.expectation_id is not None
            return About(
                kind=kind,
                activity=thing.activity,
                day=thing.day,
                subject=thing.subject,
                subject_key=thing.subject_key,
                expected_points=self.points.points or (thing.points if is_awaited else None),
                expectation_id=thing.expectation_id,
            )
        return About(
            kind=kind,
            activity=self.activity.data,
            day=self.day.day,
            subject=self.reference.data or "",
            subject_key=normal_subject(self.reference.data or ""),
            expected_points=self.points.points,
        )

    def to_typed(self) -> About:
        """Give what was typed so far, right or not, as far as a draft can hold it."""
        if self.chosen_thing is None and self.chosen_kind in {None, *ABOUT_ONE_THING}:
            subject = (self.reference.data or "")[:LONGEST_REFERENCE]
            return About(
                kind=self.chosen_kind or ClaimKind.MISSING,
                activity=self.activity.data if self.chosen_activity else "",
                day=self.day.day,
                subject=subject,
                subject_key=normal_subject(subject),
                expected_points=self.points.points,
            )
        return self.to_about()

    def _check_something_else(self) -> None:
        if self.named is not None:
            return
        if self.lacks_more:
            self._check_reference_alone()
            return
        activity = self.chosen_activity
        if activity is None:
            _refuse(self.activity, _("Choose what it was"))
        self._check_day()
        reference = self.reference.data or ""
        if activity is not None and (len(reference) > LONGEST_REFERENCE or not activity.accepts(reference)):
            example = activity.reference_example
            words = _("%(label)s: enter it as in “%(example)s”", label=activity.reference_label, example=example)
            if meant := activity.meant_by(reference):
                words = _(
                    "%(label)s: this one does not exist. Is it “%(meant)s”?",
                    label=activity.reference_label,
                    meant=meant,
                )
            _refuse(self.reference, words)
        elif not reference or len(reference) > LONGEST_REFERENCE:
            words = _("Enter the number or the name of it, up to %(most)s characters", most=LONGEST_REFERENCE)
            _refuse(self.reference, words)

    def _check_reference_alone(self) -> None:
        if not any(activity.accepts(self.reference.data or "") for activity in self.activities.values()):
            _refuse(
                self.reference,
                _("Enter the number or the name of it, up to %(most)s characters", most=LONGEST_REFERENCE),
            )

    def _check_day(self) -> None:
        first, last = ui.day(self.days.first), ui.day(self.days.last)
        if self.day.day is None:
            if not self.day.errors:
                _refuse(self.day, _("Enter a day between %(first)s and %(last)s", first=first, last=last))
            return
        window = programme.current().claims.window_days
        refusal = check_day(self.day.day, today=self.today, window_days=window, joined=self.joined)
        if refusal is None:
            return
        words = {
            DayCode.FUTURE: _("This day is still to come. Enter one up to %(day)s", day=last),
            DayCode.BEFORE_JOINING: _("You joined on %(day)s. Enter a day from then on", day=ui.day(self.joined)),
            DayCode.TOO_LONG_AGO: _(
                "You can claim for the last %(days)s days. Enter a day from %(day)s on", days=window, day=first
            ),
        }
        _refuse(self.day, words[refusal.code])


def _refuse(field: Any, words: str) -> None:  # noqa: ANN401 - any field
    field.errors = [*field.errors, words]


def _is_about(draft: ClaimFacts, thing: Thing) -> bool:
    if draft.expectation_id is not None:
        return thing.id == draft.expectation_id
    return (thing.activity, thing.subject_key, thing.day) == (draft.activity, draft.subject_key, draft.activity_day)
