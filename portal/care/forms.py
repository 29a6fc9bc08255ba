"""The forms of the desk, one for each thing an agent does."""

import re
import uuid
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, StringField, ValidationError

from portal import programme
from portal.care.service import Adjustment
from portal.care.words import ACCESS_VERDICTS, VERDICTS
from portal.claims.forms.fields import THOUSANDS
from portal.claims.forms.words import WordsField
from portal.claims.rules import ClaimKind, Verdict
from portal.claims.service.verdicts import GRANTING, Decision, may_be_nothing
from portal.web import ui
from portal.web.forms import PortalForm, clean_line

FIGURE = re.compile(r"[+\-−]?[0-9]{1,9}", re.ASCII)
OWED = re.compile(r"[0-9]{1,9}", re.ASCII)
GIVING = frozenset(verdict.value for verdict in GRANTING)
ASK = "ask"
NO_VERSION = -1
LONGEST_LINE = 300


class FigureField(StringField):
    """Whole points, with a sign where points can be taken away; `points` is what was understood."""

    points: int | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number; only the digits 0 to 9 count, with or without marks between thousands."""
        self.data = clean_line(valuelist[0]) if valuelist else ""
        plain = THOUSANDS.sub("", self.data)
        self.points = int(plain.replace("−", "-")) if FIGURE.fullmatch(plain) else None

    def show(self, points: int | None) -> None:
        """Show a number that is known already."""
        self.points = points
        self.data = "" if points is None else str(points)

    def require(self) -> None:
        """Refuse what is no number, and more than the programme ever moves at once."""
        most = programme.current().claims.points_max
        if self.points is None:
            self.errors = [_("Enter whole points in digits, such as 150")]
        elif abs(self.points) > most:
            self.errors = [_("Enter %(most)s points or fewer", most=ui.points(most))]


class VersionedForm(PortalForm):
    """A form about a claim; it carries the version its page showed."""

    version = HiddenField()

    @property
    def shown_version(self) -> int:
        """Give the version; one that is none counts as out of date."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else NO_VERSION  # noqa: PLR2004


class DecideForm(VersionedForm):
    verdict = RadioField(_l("Verdict"), validate_choice=False)
    points = FigureField(_l("Points"))
    reason = SelectField(_l("Reason"), validate_choice=False)
    ask = SelectField(_l("What is missing"), validate_choice=False)
    template = SelectField(_l("Start from"), validate_choice=False)
    reply = WordsField(_l("Reply"))
    note = WordsField(_l("Note for us"))
    event = HiddenField()
    owed = HiddenField()
    seen = HiddenField()
    filled = HiddenField()

    def __init__(self, kind: ClaimKind | None, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.is_access = kind is ClaimKind.ACCESS
        self.is_about_points = not may_be_nothing(kind)
        self.verdicts = ACCESS_VERDICTS if self.is_access else VERDICTS
        self.verdict.choices = list(self.verdicts.items())
        self.ask.choices = [(thing.key, thing.label) for thing in programme.current().asks]

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own signature
        super().validate(extra_validators)
        if self.verdict.data not in self.verdicts:
            self.verdict.errors = [_("Choose a verdict")]
        elif self.verdict.data in GIVING and not self.is_access and (self.points.data or self.is_about_points):
            # What is about something else may be settled without points.
            self.points.require()
        return not self.errors

    @property
    def granted(self) -> int:
        """Give the points of a verdict that grants any."""
        return (self.points.points or 0) if self.verdict.data in GIVING and not self.is_access else 0

    def to_decision(self, *, takes: bool) -> Decision:
        """Give what was decided; only after the form was found right, and not for a question."""
        return Decision(
            verdict=Verdict(self.verdict.data),
            version=self.shown_version,
            points=self.granted,
            reason=self.reason.data or "",
            reply=self.reply.data or "",
            note=self.note.data or "",
            event_id=_uuid(self.event.data),
            takes=takes,
            owed=int(owed) if OWED.fullmatch(owed := self.owed.data or "") else None,
        )


class NoteForm(VersionedForm):
    note_words = WordsField(_l("Note for us"))

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own signature
        super().validate(extra_validators)
        if not self.errors and not self.note_words.data:
            self.note_words.errors = [_("Write a few words")]
        return not self.errors


class MessageForm(VersionedForm):
    message_words = WordsField(_l("Message"))

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own signature
        super().validate(extra_validators)
        if not self.errors and not self.message_words.data:
            self.message_words.errors = [_("Write a few words")]
        return not self.errors


class AdjustForm(PortalForm):
    key = HiddenField()
    points = FigureField(_l("Points"), description=_l("With a minus to take points away, such as −90."))
    reason = SelectField(_l("Reason"), validate_choice=False)
    words = WordsField(_l("Words for the member"))
    note = WordsField(_l("Note for us"))

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.reason.choices = [
            ("", _("Choose a reason")),
            *((reason.key, reason.label) for reason in programme.current().reasons_for("adjust")),
        ]
        if _uuid(self.key.data) is None:
            self.renew()

    def renew(self) -> None:
        """Give the form a key of its own: what is sent with it is something new."""
        self.key.data = str(uuid.uuid4())

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own signature
        super().validate(extra_validators)
        self.points.require()
        if not self.points.errors and self.points.points == 0:
            self.points.errors = [_("Enter a number other than 0")]
        if len(self.words.data or "") > LONGEST_LINE:
            self.words.errors = [
                _("Use %(most)s characters or fewer: this stands in a line of the history", most=LONGEST_LINE)
            ]
        if self.reason.data not in {reason.key for reason in programme.current().reasons_for("adjust")}:
            self.reason.errors = [_("Choose a reason")]
        return not self.errors

    def to_adjustment(self) -> Adjustment:
        """Give what is to be done; only after the form was found right."""
        return Adjustment(
            id=_uuid(self.key.data) or uuid.uuid4(),
            points=self.points.points or 0,
            reason=self.reason.data,
            words=self.words.data or "",
            note=self.note.data or "",
        )


class AgeForm(PortalForm):
    """The verdict about somebody's age; a refusal says what would help."""

    verdict = RadioField(_l("Does the document say the same?"))
    reason = StringField(_l("What the member is told"), filters=[clean_line])

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.verdict.choices = {
            "approve": _("Yes, name and date of birth agree"),
            "decline": _("No, or it cannot be read"),
        }

    @property
    def is_approved(self) -> bool:
        """Tell whether the age is confirmed."""
        return bool(self.verdict.data == "approve")

    def validate_reason(self, field: StringField) -> None:
        """Ask for words where the member has to do something."""
        if not self.is_approved and not field.data:
            raise ValidationError(_("Say what is wrong and which picture would do"))
        if len(field.data or "") > LONGEST_LINE:
            raise ValidationError(_("Use %(most)s characters or fewer", most=LONGEST_LINE))


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def refuse(form: PortalForm, code: str, *, limit: int = 0, is_lead: bool = False) -> None:
    """Put the words for a refusal beside the field it belongs to, or above the form where it belongs to none."""
    most = ui.points(programme.current().claims.points_max)
    if is_lead:
        above = _("This is above your limit of %(limit)s points. It needs a second person", limit=ui.points(limit))
    else:
        above = _("This is above your limit of %(limit)s points. A lead must decide it", limit=ui.points(limit))
    words = {
        "reason": ("reason", _("Choose a reason that fits this verdict and these points")),
        "sign": ("points", _("This reason moves points the other way")),
        "points": ("points", _("Enter 1 point or more")),
        "points_max": ("points", _("Enter %(most)s points or fewer", most=most)),
        "not_part": ("points", _("This is all that was asked for. Choose Approve, or enter fewer points")),
        "limit": ("points", above),
        "no_account": ("points", _("This claim belongs to no account, so no points can go to it")),
        "ask": ("ask", _("Choose the one thing that is missing")),
        "verdict": ("verdict", _("Whoever cannot get in is helped or declined")),
        "words": ("reply", _("Write the answer: it goes out as a letter, and is all they get")),
        "reply": ("reply", _("These words belong to another verdict. Choose others, or change them")),
        "event": ("", _("What the shop told us has changed meanwhile. Look at it again, then decide")),
        "owed": (
            "",
            _("Something has changed meanwhile, and the rule gives other points now. Look at it again"),
        ),
        "not_taken": ("", _("Nobody holds this claim. Take it first")),
    }
    name, message = words.get(code, ("", _("This cannot be done")))
    if name and name in form:
        form[name].errors = [*form[name].errors, message]
    else:
        form.form_errors.append(message)
