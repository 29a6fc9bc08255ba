"""The forms of inviting: a label for one's own eyes, what a friend says of themselves, and taking it back."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from portal.web.forms import PortalForm, clean_line

LONGEST_LABEL = 80


class InviteForm(PortalForm):
    """A new invitation."""

    label = StringField(
        _l("Note for yourself"),
        [Length(max=LONGEST_LABEL, message=_l("Use %(max)d characters or fewer"))],
        filters=[clean_line],
    )

    def to_label(self) -> str:
        """Give the label, in one line."""
        return self.label.data or ""


class FriendForm(PortalForm):
    """What the programme asks a friend to confirm of themselves."""

    agreed = BooleanField(validators=[InputRequired(_l("Tick this to go on: the invitation is for nobody else"))])

    def __init__(self, statement: str, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.agreed.label.text = statement
