"""Pictures as they come in, and what we say about files that are none."""

import unicodedata
from collections.abc import Callable
from typing import Any

import flask_babel
from flask_babel import lazy_gettext as _l
from wtforms import MultipleFileField

from portal import programme
from portal.storage.images import ImageFault, ImageRefused, OtherKind
from portal.web.forms import PortalForm, clean_line

_: Callable[..., str] = flask_babel.gettext

LONGEST_NAME = 120
WHAT_IT_IS = {
    OtherKind.FILM: _l("This is a film. Choose a picture."),
    OtherKind.SOUND: _l("This is a sound recording. Choose a picture."),
    OtherKind.PDF: _l("This is a PDF. Take a screenshot of it and choose that."),
    OtherKind.SVG: _l("This is a drawing. Take a screenshot of it and choose that."),
    OtherKind.WEB_PAGE: _l("This is a web page. Take a screenshot of it and choose that."),
    OtherKind.TEXT: _l("This is a text. Take a screenshot of it and choose that."),
    OtherKind.ARCHIVE: _l("This is an archive. Take the picture out of it and choose that."),
    OtherKind.GIF: _l("This is a GIF. Take a screenshot of it and choose that."),
    OtherKind.MOVING_HEIC: _l("This picture moves. Take a screenshot of it and choose that."),
    OtherKind.OTHER_PICTURE: _l("We cannot read this kind of picture. Choose a JPEG, PNG, WebP or HEIC."),
}
FAULTS = {
    ImageFault.EMPTY: _l("This file is empty. Choose it again, or take a new screenshot."),
    ImageFault.DAMAGED: _l("This picture is damaged or cut off. Take the screenshot again."),
    ImageFault.TOO_MANY_PIXELS: _l("This picture has too many pixels. Take a screenshot of it and choose that."),
    ImageFault.ANIMATED: _l("This picture moves. Take a screenshot of it and choose that."),
    ImageFault.TOO_SLOW: _l("Reading this picture took too long. Take a screenshot of it and choose that."),
    ImageFault.FAILED: _l("We could not read this picture, and that is our fault. Try again."),
    ImageFault.LOCKED: _l("This PDF opens with a password alone. Take a screenshot of it and choose that."),
    ImageFault.HARMFUL: _l("Our scanner takes this file for harmful. Take a new screenshot and choose that."),
    ImageFault.UNCHECKED: _l("We cannot check files at the moment, and that is our fault. Try again in a few minutes."),
}


class PicturesForm(PortalForm):
    files = MultipleFileField(_l("Add pictures"))

    @property
    def chosen(self) -> list[Any]:
        """Give the files that were really sent; a form without one sends an empty part."""
        return [file for file in self.files.data or () if getattr(file, "filename", "")]


def refusal_words(error: ImageRefused) -> str:
    """Say what a file is and what to do instead."""
    if error.recognised is not None and error.recognised in WHAT_IT_IS:
        return str(WHAT_IT_IS[error.recognised])
    most = programme.current().claims.evidence_mb
    if error.fault is ImageFault.TOO_LARGE:
        return _("This is larger than %(most)s MB. Choose a smaller picture.", most=most)
    if error.fault in FAULTS:
        return str(FAULTS[error.fault])
    return _("We cannot tell what this is. Choose a JPEG, PNG, WebP or HEIC up to %(most)s MB.", most=most)


def code_words(code: str) -> str:
    """Say why no further picture is taken."""
    terms = programme.current().claims
    if code == "twice":
        return _("We have this picture already.")
    if code == "many":
        return _("You can add up to %(most)s pictures. Remove one first.", most=terms.evidence_max)
    return _(
        "You can add %(most)s pictures a day. Add this one tomorrow, or go on without it.", most=terms.upload_per_day
    )


def file_name(given: str | None) -> str:
    """Give the name a file is shown under: its last part, in one visible line, and never taken for a path."""
    last = clean_line((given or "").replace("\\", "/").rpartition("/")[2])
    shown = "".join(char for char in last if unicodedata.category(char) != "Cf")
    if len(shown) > LONGEST_NAME:
        shown = f"{shown[: LONGEST_NAME - 12]}…{shown[-10:]}"
    return shown or _("picture")
