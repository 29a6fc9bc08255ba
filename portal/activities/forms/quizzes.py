"""The form of a quiz: one question after the other, each with its choices."""

from collections.abc import Callable
from typing import Any

import flask_babel
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, ValidationError

from portal.points.rules import read_sequence
from portal.programme import Question, Quiz
from portal.web.forms import PortalForm

_: Callable[..., str] = flask_babel.gettext


class QuizForm(PortalForm):
    """The try the answers are for; the questions come from the programme."""

    number = HiddenField()

    def to_answers(self) -> list[int]:
        """Give the places of the choices, counted from 1."""
        return [int(field.data) for field in self.questions]

    def to_number(self) -> int:
        """Give the try they are for; what is no number is the first, which counts once."""
        return read_sequence(self.number.data or "") or 1

    @property
    def questions(self) -> list[Any]:
        """List the fields of the questions."""
        return [field for field in self if isinstance(field, RadioField)]


def quiz_form(quiz: Quiz) -> QuizForm:
    """Make the form of a quiz."""
    fields = {f"question_{number}": _field(question) for number, question in enumerate(quiz.questions, start=1)}
    form: QuizForm = type("QuizForm", (QuizForm,), fields)()
    return form


def _field(question: Question) -> RadioField:
    choices = {str(place): choice for place, choice in enumerate(question.choices, start=1)}
    return RadioField(question.text, [_is_chosen], choices=choices, validate_choice=False)


def _is_chosen(_form: PortalForm, field: RadioField) -> None:
    if field.data not in (field.choices or {}):
        raise ValidationError(str(_l("Choose one answer: “%(question)s”", question=field.label.text)))
