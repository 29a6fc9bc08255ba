"""How a member came to a tier, in their language."""

from collections.abc import Sequence
from itertools import pairwise

from flask import url_for

from portal import programme
from portal.home.queries import Held
from portal.web import ui
from portal.web.speech import gettext as _


def name_of(key: str) -> str:
    """Name a tier; one the programme has given up is called by its key."""
    return next((tier.name for tier in programme.current().tiers if tier.key == key), key)


def days_of(held: Held) -> str:
    """Say from when to when a tier was held."""
    if held.until is None:
        return _("Since %(day)s", day=ui.day(held.since))
    return ui.day_range(held.since, held.until)


def cause_of(held: Held, before: Held | None) -> str:
    """Say what brought a member to a tier."""
    if held.cause == "joined":
        return _("yours from the first day")
    if not held.text:
        return ""
    if before is not None and _rank(held) < _rank(before):
        return _("after points were taken back: %(line)s", line=held.text)
    return _("reached with: %(line)s", line=held.text)


def link_of(held: Held) -> str:
    """Give the address of the claim or the line that brought a member to a tier."""
    if held.claim:
        return url_for("claims.show_claim", reference=held.claim)
    return url_for("home.show_points", before=held.sequence + 1) if held.sequence else ""


def story_of(spans: Sequence[Held]) -> list[tuple[Held, str]]:
    """Pair each tier, the present one first, with what brought the member to it."""
    return [(held, cause_of(held, before)) for held, before in pairwise([*spans, None]) if held]


def _rank(held: Held) -> int:
    return next((place for place, tier in enumerate(programme.current().tiers) if tier.key == held.tier), -1)
