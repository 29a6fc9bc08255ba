"""What the member told us, as it is read back: before sending, and on the claim's page."""

from collections.abc import Callable
from dataclasses import dataclass

import flask_babel
from flask import url_for
from markupsafe import Markup, escape

from portal.claims.queries import ClaimFacts, Picture
from portal.claims.words import KINDS, title_of
from portal.web import ui

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and its value, and where it can be changed."""

    name: str
    value: str | Markup
    href: str = ""


def told_so_far(facts: ClaimFacts, pictures: tuple[Picture, ...]) -> list[Fact]:
    """Read a draft back, each part with the step where it is changed."""
    # An appeal is about what its claim was about.
    subject = "" if facts.is_appeal else url_for("claims.show_subject", reference=facts.reference)
    evidence = url_for("claims.show_evidence", reference=facts.reference)
    added = ngettext("%(num)s picture", "%(num)s pictures", len(pictures)) if pictures else _("None")
    return [
        *(Fact(fact.name, fact.value, subject) for fact in _about(facts)),
        Fact(_("Evidence"), added, evidence),
    ]


def told(facts: ClaimFacts, pictures: tuple[Picture, ...]) -> list[Fact]:
    """Read a sent claim back, with its pictures."""
    sent = [picture for picture in pictures if picture.sent_with_id is not None]
    names = Markup(", ").join(_picture(facts, picture) for picture in sent)
    return [*_about(facts), Fact(_("Evidence"), names or _("None"))]


def _about(facts: ClaimFacts) -> list[Fact]:
    about = [Fact(_("What"), str(KINDS[facts.kind]) if facts.kind else _("Not said yet"))]
    if facts.activity:
        title = title_of(facts.activity, facts.activity_day)
        # A title that names no day needs it beside it.
        parts = [title, *([facts.subject] if facts.subject else [])]
        if facts.activity_day and ui.day(facts.activity_day) not in title:
            parts.append(ui.day(facts.activity_day))
        about.append(Fact(_("Which"), ", ".join(parts)))
    elif facts.activity_day:
        about.append(Fact(_("When"), ui.day(facts.activity_day)))
    points = ui.points(facts.expected_points) if facts.expected_points else _("You did not say how many")
    return [*about, Fact(_("Points"), points)]


def _picture(facts: ClaimFacts, picture: Picture) -> Markup:
    if picture.has_left:
        return escape(_("%(name)s (deleted)", name=picture.file_name))
    href = url_for("claims.show_picture", reference=facts.reference, evidence_id=picture.id)
    return Markup('<a href="{}">{}</a>').format(href, picture.file_name)
