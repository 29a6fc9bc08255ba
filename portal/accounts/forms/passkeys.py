"""The forms of passkeys."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import DataRequired, Length

from portal.accounts.rules import LONGEST_PASSKEY_NAME
from portal.web.forms import PortalForm, clean_line


class PasskeyNameForm(PortalForm):
    """What somebody calls a passkey."""

    name = StringField(
        _l("Name"),
        [
            DataRequired(_l("Give it a name that you will know it by")),
            Length(max=LONGEST_PASSKEY_NAME, message=_l("Use %(max)d characters or fewer")),
        ],
        filters=[clean_line],
    )

    def to_name(self) -> str:
        """Give the name, in one line."""
        return self.name.data or ""


class NewPasskeyForm(PasskeyNameForm):
    """A passkey that a device has just made."""

    credential = HiddenField()


class UsePasskeyForm(PortalForm):
    """What a passkey has signed, and whether the browser should stay signed in."""

    credential = HiddenField()
    keep = BooleanField()
