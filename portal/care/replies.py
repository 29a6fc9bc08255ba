"""Replies from templates: filled in the member's language, and told apart from what an agent wrote."""

from dataclasses import dataclass

from flask_babel import force_locale, ngettext

from portal import programme
from portal.care.queries.claim import Sheet
from portal.claims.words import subject_of
from portal.programme import Reply
from portal.web import ui

VERDICTS = ("approve", "part", "decline", "duplicate")


@dataclass(frozen=True, slots=True)
class Group:
    """The replies for one verdict."""

    verdict: str
    replies: tuple[Reply, ...]


def groups_for(sheet: Sheet) -> tuple[Group, ...]:
    """List the replies in the member's language, by verdict."""
    spoken = _locale_of(sheet)
    club = programme.current()
    groups = (Group(verdict, club.replies_for(verdict, locale=spoken, access=sheet.is_access)) for verdict in VERDICTS)
    return tuple(group for group in groups if group.replies)


def reply_called(key: str, sheet: Sheet) -> Reply | None:
    """Find a reply by its key in the member's language."""
    known = (reply for group in groups_for(sheet) for reply in group.replies)
    return next((reply for reply in known if reply.key == key), None)


def first_for(verdict: str, sheet: Sheet, *, reason: str = "") -> Reply | None:
    """Give the reply an agent starts from: the one for this reason, else the first without any."""
    replies = programme.current().replies_for(verdict, locale=_locale_of(sheet), access=sheet.is_access)
    fitting = [reply for reply in replies if reply.reason in {None, reason or None}]
    return next((reply for reply in fitting if reason and reply.reason == reason), fitting[0] if fitting else None)


def fill(reply: Reply, sheet: Sheet, points: int) -> str:
    """Write a reply with the facts of a claim, in the member's language."""
    with force_locale(_locale_of(sheet)):
        return reply.fill(
            name=sheet.owner.first_name if sheet.owner else sheet.contact_email,
            points=ngettext("%(n)s point", "%(n)s points", points, n=ui.points(points)),
            reference=sheet.reference,
            subject=subject_of(sheet.kind, sheet.activity, sheet.activity_day),
            day=ui.weekday_day(sheet.activity_day or sheet.about.asked_at),
            club=programme.current().club.short_name,
        ).strip()


def _locale_of(sheet: Sheet) -> str:
    return sheet.owner.locale if sheet.owner else programme.current().club.locale
