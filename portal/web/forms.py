"""What all forms share: typed text is cleaned the same way everywhere, and kept forms come back filled in."""

import unicodedata
from typing import Any

from flask import g, request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

# Marks that turn the direction of what follows: in one line of text they only mislead.
BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
KEEPS_LINES = frozenset("\n\t")


def clean_line(text: str | None) -> str:
    """Give one line of text without control or direction characters, composed, and trimmed."""
    if not text:
        return ""
    composed = unicodedata.normalize("NFC", text)
    shown = (" " if char.isspace() else char for char in composed if _may_stand(char))
    return " ".join("".join(shown).split())


def clean_text(text: str | None) -> str:
    """Give several lines of text with their line ends kept and everything invisible removed."""
    if not text:
        return ""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(char for char in composed if char in KEEPS_LINES or _may_stand(char))
    return "\n".join(line.rstrip() for line in kept.split("\n")).strip()


def _may_stand(char: str) -> bool:
    return char.isspace() or (unicodedata.category(char) not in {"Cc", "Cs", "Co", "Cn"} and char not in BIDI_CONTROLS)


class PortalForm(FlaskForm):  # type: ignore[misc]
    """The base of every form; a GET that names a kept form fills it with what was typed."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Where the fields come from."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:  # noqa: ANN401 - WTForms' own signature
            """Take the kept fields on a GET, and only then."""
            kept: MultiDict[str, str] | None = g.get("kept_fields")
            if kept is not None and request.method == "GET":
                return kept
            return super().wrap_formdata(form, formdata)
