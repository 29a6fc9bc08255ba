"""The form of a device: its serial number, held to the programme's pattern and check digit."""

from collections.abc import Callable
from typing import Any

import flask_babel
from wtforms import Field, StringField, ValidationError

from portal.programme import LONGEST_SERIAL, Activity
from portal.web.forms import PortalForm, clean_line

_: Callable[..., str] = flask_babel.gettext


class DeviceForm(PortalForm):
    """A serial number as the programme's activity writes it."""

    serial = StringField(filters=[clean_line])

    def __init__(self, activity: Activity, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(**kwargs)
        self.activity = activity
        self.serial.label.text = activity.reference_label
        self.serial.description = activity.reference_hint

    def validate_serial(self, field: Field) -> None:
        """Refuse what is no serial number, and name the one that was meant where a single slip explains it."""
        typed = field.data or ""
        if len(typed) <= LONGEST_SERIAL and self.activity.accepts(typed):
            return
        if meant := self.activity.meant_by(typed):
            raise ValidationError(_("There is no such serial number. Is it “%(meant)s”?", meant=in_fours(meant)))
        example = self.activity.reference_example
        if typed:
            raise ValidationError(_("One sign or more is wrong. Enter it as in “%(example)s”", example=example))
        raise ValidationError(_("Enter the serial number, as in “%(example)s”", example=example))

    def to_serial(self) -> str:
        """Give the serial number as it was typed."""
        return self.serial.data or ""


def in_fours(key: str) -> str:
    """Write a serial number so that people can compare it with what they hold."""
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))
