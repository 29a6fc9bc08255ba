"""The forms of what people change about themselves."""

from typing import Any

from babel import Locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, PasswordField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired

from portal import programme
from portal.accounts.forms import NewPasswordForm
from portal.accounts.rules import countries, read_name, time_zones
from portal.accounts.service.profile import Profile
from portal.errors import Refused
from portal.web import ui
from portal.web.forms import PortalForm, clean_line

NAME_WORDS = {
    "empty": _l("Enter your name"),
    "too_long": _l("Use 120 characters or fewer"),
    "odd": _l("Enter your name without signs such as @, / or <"),
}


class ProfileForm(PortalForm):
    """Name, country, language, time zone and news."""

    name = StringField(_l("Name"), filters=[clean_line])
    country = SelectField(_l("Country you live in"))
    locale = SelectField(_l("Language"))
    time_zone = SelectField(_l("Time zone"))
    wants_news = BooleanField(_l("Evenings and news"))

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        club = programme.current().club
        self.country.choices = list(countries(ui.spoken()).items())
        self.locale.choices = [(name, _own_name(name)) for name in programme.current().locales]
        if len(self.locale.choices) == 1:
            del self.locale
        self.time_zone.choices = [
            ("", _("The club’s, %(zone)s", zone=club.timezone.replace("_", " "))),
            *((name, name.replace("_", " ")) for name in time_zones() if name != club.timezone),
        ]

    def validate_name(self, field: Field) -> None:
        """Judge what somebody wants to be called."""
        try:
            read_name(field.data or "")
        except Refused as refusal:
            raise ValidationError(str(NAME_WORDS[refusal.code])) from None

    def to_profile(self, *, locale: str) -> Profile:
        """Give what was filled in; `locale` stays where there is no choice of languages."""
        return Profile(
            name=self.name.data or "",
            country=self.country.data or "",
            locale=self.locale.data if self.locale else locale,
            time_zone=self.time_zone.data or "",
            wants_news=bool(self.wants_news.data),
        )


class OwnPasswordForm(NewPasswordForm):
    """The present password, and the one that follows it."""

    present = PasswordField(_l("Present password"), [InputRequired(_l("Enter your present password"))])
    others = BooleanField(_l("Sign out everywhere else"), default=True)


def _own_name(locale: str) -> str:
    """Give what a language is called by those who speak it."""
    parsed = Locale.parse(locale)
    return ui.sentence(parsed.get_display_name(parsed) or locale)
