"""What somebody who cannot get in tells us."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Field, MultipleFileField, ValidationError

from portal.accounts.forms import ADDRESS_WORDS
from portal.accounts.rules import Address, BadAddress, read_address
from portal.claims.forms.words import WordsField
from portal.web.forms import PortalForm, clean_line


class AccessForm(PortalForm):
    email = EmailField(_l("Email"), filters=[clean_line])
    words = WordsField(_l("What happens?"))
    files = MultipleFileField(_l("Add a picture"))

    def validate_email(self, field: Field) -> None:
        """Judge the shape only; whether somebody has it is not for this page to say."""
        try:
            self._address = read_address(field.data or "")
        except BadAddress as error:
            raise ValidationError(str(ADDRESS_WORDS[error.fault])) from None

    def validate_words(self, field: Field) -> None:
        """Want a few words: without them nobody can help."""
        if not field.data:
            raise ValidationError(_("Write what you did and what you saw"))

    def to_address(self) -> Address:
        """Give the address as typed and in its canonical form; only after the form was found right."""
        return self._address
