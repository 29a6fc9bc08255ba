"""The forms about addresses: a new one, and the yes of its owner."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Field, PasswordField, ValidationError

from portal.accounts.forms import ForgotPasswordForm
from portal.web.forms import PortalForm, clean_line

UNREACHABLE = _l("We can only write to addresses without accents before the @. Use another one")


class NewAddressForm(ForgotPasswordForm):
    """An address somebody says is theirs."""

    email = EmailField(_l("New email"), filters=[clean_line])

    def validate_email(self, field: Field) -> None:
        """Judge the shape, and refuse what no letter of ours could reach."""
        super().validate_email(field)
        if not self.to_address().can_be_written_to:
            raise ValidationError(str(UNREACHABLE))


class OwnerForm(PortalForm):
    """A yes; who is not signed in with this browser gives the password with it."""

    password = PasswordField(_l("Your password"))


class LinkedAccountForm(ForgotPasswordForm):
    """The address of an account that belongs to the same person or household."""

    email = EmailField(_l("Email of the other account"), filters=[clean_line])
