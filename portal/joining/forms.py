"""The forms of joining: who somebody is, that an address is theirs, and what was missing or wrong."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, Field, FileField, PasswordField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired

from portal import programme
from portal.accounts.forms import ADDRESS_WORDS, NewPasswordForm
from portal.accounts.forms.profile import NAME_WORDS
from portal.accounts.rules import Address, BadAddress, countries, read_address, read_name
from portal.claims.forms.fields import DayField
from portal.clock import now
from portal.errors import Refused
from portal.joining.rules import BirthFault, judge_birth
from portal.joining.service.details import Details
from portal.joining.service.joins import Applicant
from portal.web.forms import PortalForm, clean_line
from portal.web.speech import spoken

FOUR_DIGITS = re.compile(r"\d{4}", re.ASCII)
BIRTH_WORDS = {
    BirthFault.SHORT_YEAR: _l("Write the year you were born with four digits, such as 1985"),
    BirthFault.TOO_LONG_AGO: _l("This is too long ago. Check the year for a slip"),
    BirthFault.AHEAD: _l("This day is still to come. Check the year for a slip"),
}


class BirthDayField(DayField):
    """A day of birth; a year of two digits could be two of them, so it is none."""

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401 - WTForms' own signature
        """Refuse what is no day, and a year that is not whole."""
        if not self.data:
            raise ValidationError(_("Enter your date of birth"))
        super().pre_validate(form)
        if not FOUR_DIGITS.search(self.data):
            raise ValidationError(str(BIRTH_WORDS[BirthFault.SHORT_YEAR]))


class EntryForm(NewPasswordForm):
    """What somebody signs in with; made before the details, so that faults are listed as the page stands."""

    email = EmailField(_l("Email"), filters=[clean_line])
    password = PasswordField(_l("Password"), description=_l("Three or four words make a strong one. Pasting is fine."))

    def validate_email(self, field: Field) -> None:
        """Judge the shape only; whether somebody has it is not for this page to say."""
        try:
            self._address = read_address(field.data or "")
        except BadAddress as error:
            raise ValidationError(str(ADDRESS_WORDS[error.fault])) from None
        # Few mail servers take other letters there, and nothing looks so much like somebody else's address.
        if not self._address.canonical.rpartition("@")[0].isascii():
            raise ValidationError(_("We can write to addresses with plain letters in front of the @ only"))

    def to_address(self) -> Address:
        """Give the address as typed and in its canonical form."""
        return self._address


class DetailsForm(PortalForm):
    """Name, date of birth and country."""

    name = StringField(_l("Name"), filters=[clean_line])
    birth_date = BirthDayField(_l("Date of birth"))
    country = SelectField(_l("Country you live in"))
    consent = BooleanField(_l("I agree to the club’s rules, and that it keeps what I enter here for my membership"))

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        kwargs.setdefault("data", {}).setdefault("country", programme.current().club.country)
        super().__init__(**kwargs)
        self.country.choices = dict(countries(spoken()))

    def validate_name(self, field: Field) -> None:
        """Judge what somebody wants to be called."""
        try:
            read_name(field.data or "")
        except Refused as refusal:
            raise ValidationError(str(NAME_WORDS[refusal.code])) from None

    def validate_birth_date(self, field: DayField) -> None:
        """Judge the day, and whether they are old enough."""
        club = programme.current().club
        fault = judge_birth(field.day, minimum_age=club.minimum_age, at=now(), zone=club.zone) if field.day else None
        if fault is BirthFault.TOO_YOUNG:
            raise ValidationError(_("You can join once you are %(age)s", age=club.minimum_age))
        if fault:
            raise ValidationError(str(BIRTH_WORDS[fault]))

    def validate_consent(self, field: Field) -> None:
        """Ask for the tick: without it we may keep nothing."""
        if not field.data:
            raise ValidationError(_("Tick this to join: without it we may keep nothing about you"))

    def to_details(self) -> Details:
        """Give what was filled in."""
        if self.birth_date.day is None:
            message = "a form that was found good has no date of birth"
            raise AssertionError(message)
        return Details(self.name.data or "", self.birth_date.day, self.country.data or "")


class JoinForm(EntryForm, DetailsForm):
    """An address and a password, and who it is."""

    def to_applicant(self, password_hash: str) -> Applicant:
        """Give what was filled in, with the password hashed."""
        details = self.to_details()
        return Applicant(
            address=self.to_address(),
            name=details.name,
            birth_date=details.birth_date,
            country=details.country,
            locale=programme.current().club.locale,
            password_hash=password_hash,
        )


class ConfirmForm(PortalForm):
    """The password that was set when joining, asked for on any other browser than that one."""

    password = PasswordField(_l("Password"), [InputRequired(_l("Enter the password you chose when you joined"))])


class DocumentForm(PortalForm):
    """One picture of a document."""

    document = FileField(_l("Picture of a document"))
