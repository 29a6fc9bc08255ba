"""Why an appeal cannot be sent just now, said beside the words that were typed."""

from collections.abc import Callable

import flask_babel

from portal.claims import queries
from portal.claims.queries import ClaimFacts
from portal.claims.service.drafts import AlreadyClaimed
from portal.claims.words import last_day
from portal.errors import PortalError
from portal.web import ui

_: Callable[..., str] = flask_babel.gettext


def appeal_words(facts: ClaimFacts, error: PortalError) -> str:
    """Name the claim that is open on the same thing, or the day until which an appeal could be sent."""
    if isinstance(error, AlreadyClaimed):
        reference = error.claim.reference
        return _("Your claim %(reference)s is open on the same thing: write in that one", reference=reference)
    original = queries.kin_of(facts).original
    ends = queries.appealable_until(original) if original else None
    day = ui.weekday_day(last_day(ends)) if ends else ""
    return _("This could be appealed until %(day)s", day=day)
