"""The forms of the claims room, one for each thing a member does."""

from portal.claims.forms.about import AboutForm
from portal.claims.forms.access import AccessForm
from portal.claims.forms.evidence import PicturesForm, code_words, file_name, refusal_words
from portal.claims.forms.words import AnswerForm, MessageForm, PlainForm, StatementForm

__all__ = [
    "AboutForm",
    "AccessForm",
    "AnswerForm",
    "MessageForm",
    "PicturesForm",
    "PlainForm",
    "StatementForm",
    "code_words",
    "file_name",
    "refusal_words",
]
