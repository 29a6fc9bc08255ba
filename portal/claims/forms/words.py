"""Forms for the member's own words."""

from collections.abc import Callable
from typing import Any

import flask_babel
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, MultipleFileField, TextAreaField
from wtforms.validators import StopValidation

from portal import programme
from portal.web import ui
from portal.web.forms import PortalForm, clean_text

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext


class WordsField(TextAreaField):
    """Several lines, cleaned, no longer than the programme takes."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Clean what was typed and keep all of it, for the message beside it."""
        self.data = clean_text(valuelist[0]) if valuelist else ""

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401, ARG002 - WTForms' own signature
        """Refuse more than is taken, and say by how much."""
        most = programme.current().claims.statement_max
        over = len(self.data or "") - most
        if over > 0:
            words = ngettext(
                "Shorten this by %(over)s character: %(most)s fit",
                "Shorten this by %(over)s characters: %(most)s fit",
                over,
                over=ui.points(over),
                most=ui.points(most),
            )
            raise StopValidation(words)


class StatementForm(PortalForm):
    statement = WordsField(_l("Anything we should know?"))

    def ask_what_happens(self) -> None:
        """Ask about a fault, which nothing but words tells."""
        self.statement.label.text = _("What happens?")

    def ask_what_we_missed(self) -> None:
        """Ask what the one who looks afresh should see."""
        self.statement.label.text = _("What did we miss?")

    def require_words(self) -> bool:
        """Refuse a fault that nobody can tell from another."""
        if not self.statement.data:
            self.statement.errors = [_("Write what you did and what you saw")]
        return not self.errors


class MessageForm(PortalForm):
    message = WordsField(_l("Write to us"))
    files = MultipleFileField(_l("Add pictures"))

    @property
    def field(self) -> WordsField:
        return self.message

    @property
    def words(self) -> str:
        return self.message.data or ""

    def require_words(self, *, has_pictures: bool) -> bool:
        """Refuse a message of nothing."""
        if not self.message.data and not has_pictures:
            self.message.errors = [_("Write a few words, or add a picture")]
        return not self.errors


class AnswerForm(PortalForm):
    question = HiddenField()
    answer = WordsField(_l("Your answer"))
    files = MultipleFileField(_l("Add pictures"))

    @property
    def field(self) -> WordsField:
        return self.answer

    @property
    def words(self) -> str:
        return self.answer.data or ""

    def require_words(self, *, has_pictures: bool) -> bool:
        """Refuse an answer of nothing."""
        if not self.answer.data and not has_pictures:
            self.answer.errors = [_("Write your answer, add a picture, or choose “I do not have it”")]
        return not self.errors


class PlainForm(PortalForm):
    """A button: nothing but the token that the page was ours."""
