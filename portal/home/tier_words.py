"""How a member came to a tier, and how they keep it, in their language."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import flask_babel
from flask import url_for

from portal import programme
from portal.home.queries import Held
from portal.tiers.queries import Look
from portal.web import ui
from portal.web.speech import gettext as _

ngettext: Callable[..., str] = flask_babel.ngettext


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
    if held.cause == "review":
        return _("when your year was over")
    if not held.text:
        return ""
    if before is not None and _rank(held) < _rank(before):
        return _("after points were taken back: %(line)s", line=held.text)
    return _("reached with: %(line)s", line=held.text)


def counts() -> str:
    """Say which points count for the tier."""
    match programme.current().standing.window:
        case "rolling_year":
            return _("Your tier counts what you earned in the last 12 months.")
        case "calendar_year":
            return _("Your tier counts what you earn from January to December.")
        case _:
            return _("Your tier counts the points you have collected.")


def kept() -> str:
    """Say for how long a tier is kept once it is reached."""
    terms = programme.current().standing
    if terms.window == "lifetime":
        return _("A tier you have reached stays yours. Only points that are taken back may lower it.")
    grace = ngettext(" and %(num)s day more", " and %(num)s days more", terms.grace_days) if terms.grace_days else ""
    fall = _("it sinks by one tier") if terms.fall == "one" else _("it becomes the one they reach")
    return _(
        "A tier you have reached is yours for a year%(grace)s. If your points no longer reach it then, %(fall)s;"
        " we write to you before.",
        grace=grace,
        fall=fall,
    )


def lapsing() -> str:
    """Say when points lapse, if they do."""
    terms = programme.current().standing
    if not terms.expiry_months:
        return _("Points do not lapse while you are a member.")
    return ngettext(
        "Points you do not spend lapse %(num)s month after they came, the oldest first. We write to you before.",
        "Points you do not spend lapse %(num)s months after they came, the oldest first. We write to you before.",
        terms.expiry_months,
    )


def keeping(look: Look) -> str:
    """Say when the tier is looked at again, and what is missing to keep it."""
    words = {"tier": name_of(look.tier), "day": ui.day(look.on)}
    if not look.missing:
        return _("%(tier)s is looked at again on %(day)s. You have the points to keep it.", **words)
    missing = ngettext("%(n)s more point", "%(n)s more points", look.missing, n=ui.points(look.missing))
    return _(
        "%(tier)s is looked at again on %(day)s. To keep it you need %(missing)s before then.", **words, missing=missing
    )


def counted_then(look: Look) -> str:
    """Say what counts when the tier is looked at, and what it becomes when that is not enough."""
    has = _(
        "What counts then is what you earn from %(since)s on: %(n)s so far.",
        since=ui.day(look.counts_from),
        n=ui.points(look.has),
    )
    if not look.missing:
        return has
    return f"{has} {_('If it is not enough, your tier becomes %(tier)s.', tier=name_of(look.otherwise))}"


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
