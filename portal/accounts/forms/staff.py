"""The forms of looking after staff accounts: none of them has a password in it."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Field, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from portal.accounts.forms import ADDRESS_WORDS
from portal.accounts.rules import Address, AddressFault, BadAddress, Role, read_address
from portal.accounts.words import ROLES
from portal.web.forms import PortalForm, clean_line, clean_text

LONGEST_NAME = 120
LONGEST_REASON = 500
SHORTEST_REASON = 10


class NewcomerForm(PortalForm):
    """Who a new colleague is; made before the role, so that faults are listed as the page stands."""

    name = StringField(
        _l("Name"),
        [
            InputRequired(_l("Enter their name, as it should stand below what they write")),
            Length(max=LONGEST_NAME, message=_l("Use 120 characters or fewer")),
        ],
        filters=[clean_line],
    )
    email = EmailField(_l("Email"), filters=[clean_line])

    def validate_email(self, field: Field) -> None:
        """Judge the shape; whether it is free is decided when the account is made."""
        try:
            self._address = read_address(field.data or "")
        except BadAddress as error:
            words = _("Enter their email address") if error.fault is AddressFault.EMPTY else ADDRESS_WORDS[error.fault]
            raise ValidationError(str(words)) from None

    def to_address(self) -> Address:
        """Give the address as typed and in its canonical form."""
        return self._address


class RoleForm(PortalForm):
    """What a colleague may do."""

    role = RadioField(_l("Role"), validate_choice=False)

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - what a form takes
        """Offer the roles of the desk, and no other."""
        super().__init__(**kwargs)
        self.role.choices = list(ROLES.items())

    def validate_role(self, field: Field) -> None:
        """Take one of the roles of the desk; a member's is not given here."""
        if field.data not in ROLES:
            raise ValidationError(_("Choose a role"))

    def to_role(self) -> Role:
        """Give the role."""
        return Role(self.role.data)


class InviteForm(NewcomerForm, RoleForm):
    """A new colleague, and what they may do."""


class ResetFactorForm(PortalForm):
    """Why a colleague's second step is taken away, and how it was made sure that it is them who asked."""

    reason = TextAreaField(
        _l("How you know it is them"),
        [
            InputRequired(_l("Write how they reached you and how you made sure it is them")),
            Length(min=SHORTEST_REASON, message=_l("Write it so that somebody else can follow it later")),
            Length(max=LONGEST_REASON, message=_l("Use 500 characters or fewer")),
        ],
        filters=[clean_text],
    )
