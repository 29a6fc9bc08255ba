"""How a claim is named and told to the member; for the edges, which know the language."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import flask_babel
from flask_babel import lazy_gettext as _l

from portal import programme
from portal.claims.rules import ClaimKind
from portal.web import ui

_: Callable[..., str] = flask_babel.gettext

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE
KINDS = {
    ClaimKind.MISSING: _l("Points for something I did"),
    ClaimKind.WRONG_AMOUNT: _l("The number is wrong"),
    ClaimKind.UNEXPECTED_REVERSAL: _l("Points were taken back"),
    ClaimKind.BALANCE_DIFFERS: _l("My balance looks wrong"),
    ClaimKind.TECHNICAL: _l("Something does not work"),
    ClaimKind.ACCESS: _l("I cannot get in"),
}
KIND_NOTES = {
    ClaimKind.WRONG_AMOUNT: _l("Points came, but not as many as they should"),
    ClaimKind.UNEXPECTED_REVERSAL: _l("And you do not agree"),
    ClaimKind.BALANCE_DIFFERS: _l("It is not what you saw before"),
    ClaimKind.TECHNICAL: _l("A fault hides points or keeps you from using them"),
}
# What a signed-in member can claim; who cannot get in writes from outside.
KINDS_OFFERED = tuple(kind for kind in ClaimKind if kind is not ClaimKind.ACCESS)
PICTURE_TYPES = "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic,.heif"
A_MOMENT = timedelta(microseconds=1)


def title_of(activity: str, at: date | datetime | None) -> str:
    """Name one activity of a member, such as "Order of 20 Nov"."""
    try:
        title = programme.current().activity(activity).title
    except KeyError:
        return activity
    if at is None:
        return programme.current().activity(activity).name
    return title.format(day=ui.day(at))


def subject_of(kind: ClaimKind | None, activity: str, day: date | None) -> str:
    """Say what a claim is about: the activity where there is one, else the kind of trouble."""
    if activity:
        return title_of(activity, day)
    return str(KINDS[kind]) if kind else _("Not said yet")


def kind_note(kind: ClaimKind) -> str:
    """Say more about a kind; for missing points, by the programme's own activities."""
    if kind is ClaimKind.MISSING:
        return ", ".join(activity.name for activity in programme.current().activities if activity.claimable)
    return str(KIND_NOTES[kind])


def decided_alone() -> str:
    """Say why points were granted without anybody: what agreed, and that the rule of the day was kept."""
    return _(
        "The shop’s own message names the same reference, day and activity as your claim, and it belonged to "
        "nobody yet. So your points were added at once, by the rule of that day, without anyone having to look."
    )


def last_day(at: datetime) -> date:
    """Give the last whole day before a moment: midnight still belongs to the day it ends."""
    return (at - A_MOMENT).astimezone(programme.current().club.zone).date()


def file_size(size: int) -> str:
    """Write the size of a file as coarsely as it matters: 1.2 MB, 240 KB."""
    if size >= MEGABYTE // 10:
        return _("%(size)s MB", size=flask_babel.format_decimal(round(size / MEGABYTE, 1)))
    return _("%(size)s KB", size=max(round(size / KILOBYTE), 1))


def kinds_taken() -> str:
    """Name the kinds of files that are taken as evidence."""
    return (
        _("JPEG, PNG, WebP, HEIC or PDF") if programme.current().claims.evidence_pdf else _("JPEG, PNG, WebP or HEIC")
    )


def kinds_accepted() -> str:
    """Give the same kinds as the `accept` of a field."""
    return f"{PICTURE_TYPES},application/pdf" if programme.current().claims.evidence_pdf else PICTURE_TYPES
