"""The forms of signing in and of a forgotten password."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import BooleanField, EmailField, Field, PasswordField, StringField, ValidationError
from wtforms.validators import InputRequired

from portal.accounts.rules import (
    Address,
    AddressFault,
    BadAddress,
    PasswordCode,
    PasswordFault,
    context_words,
    judge_password,
    read_address,
)
from portal.accounts.rules.codes import typed_code
from portal.web.forms import PortalForm, clean_line

ADDRESS_WORDS = {
    AddressFault.EMPTY: _l("Enter your email address"),
    AddressFault.TOO_LONG: _l("This is longer than an email address can be. Check it for a slip"),
    AddressFault.NO_AT: _l("An email address has an @ in it, such as name@example.com"),
    AddressFault.MALFORMED: _l("This does not look like an email address. Check it for a slip"),
}
PASSWORD_WORDS = {
    PasswordCode.EMPTY: _l("Choose a password"),
    PasswordCode.UNREADABLE: _l("This contains a character we cannot read. Type it again"),
    PasswordCode.PERSONAL: _l(
        "This is too close to your name, your address or the club. Choose words that have nothing to do with you"
    ),
    PasswordCode.COMMON: _l(
        "This, or something very like it, is on the lists of leaked passwords. "
        "Three or four words that do not belong together are better"
    ),
    PasswordCode.REPEATED: _l(
        "The same characters again and again are quickly guessed. Three or four words are better"
    ),
    PasswordCode.SEQUENCE: _l("A run such as abcd or 1234 is quickly guessed. Three or four words are better"),
    PasswordCode.KEYBOARD: _l("Neighbouring keys are quickly guessed. Three or four words are better"),
    PasswordCode.DATE: _l("A date is quickly guessed. Three or four words are better"),
    PasswordCode.GUESSABLE: _l("This could be guessed. Add a word or two"),
}


class SignInForm(PortalForm):
    """Address and password; what is wrong with the pair is said once, for both."""

    email = EmailField(_l("Email"), [InputRequired(_l("Enter your email address"))], filters=[clean_line])
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password"))])
    keep = BooleanField(_l("Keep me signed in"))

    def address(self) -> str:
        """Give the canonical address, or what was typed when it is none: it will match nobody."""
        try:
            return read_address(self.email.data or "").canonical
        except BadAddress:
            return (self.email.data or "").casefold()


class CodeForm(PortalForm):
    """A code from an app, from a letter or from the recovery sheet; spaces and hyphens do not count."""

    code = StringField(_l("Code"), [InputRequired(_l("Enter the code"))], filters=[clean_line])

    def to_code(self) -> str:
        """Give the code in capitals and digits alone."""
        return typed_code(self.code.data or "")


class PasswordAgainForm(PortalForm):
    """The password of somebody who is signed in already."""

    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password"))])


class ForgotPasswordForm(PortalForm):
    """The address a reset link should go to."""

    email = EmailField(_l("Email"), filters=[clean_line])

    def validate_email(self, field: Field) -> None:
        """Judge the shape only; whether somebody has it is not for this page to say."""
        try:
            self._address = read_address(field.data or "")
        except BadAddress as error:
            raise ValidationError(str(ADDRESS_WORDS[error.fault])) from None

    def to_address(self) -> Address:
        """Give the address as typed and in its canonical form."""
        return self._address


class NewPasswordForm(PortalForm):
    """A new password, judged with the person's own words in mind."""

    password = PasswordField(
        _l("New password"), description=_l("Three or four words make a strong one. Pasting is fine.")
    )

    def is_strong(self, *, minimum: int, about: tuple[str, ...]) -> bool:
        """Judge the password; put the words for what is wrong on the field."""
        fault = judge_password(self.password.data or "", minimum=minimum, context=context_words(*about))
        if fault is None:
            return True
        self.password.errors = [*self.password.errors, _words(fault)]
        return False


def _words(fault: PasswordFault) -> str:
    if fault.code is PasswordCode.TOO_SHORT:
        return str(
            ngettext(
                "Use %(minimum)s characters or more. This has one",
                "Use %(minimum)s characters or more. This has %(num)s",
                fault.length,
                minimum=fault.minimum,
            )
        )
    if fault.code is PasswordCode.TOO_LONG:
        return str(_("Use %(maximum)s characters or fewer", maximum=fault.maximum))
    return str(PASSWORD_WORDS[fault.code])
