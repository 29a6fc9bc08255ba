"""Every look of ours at somebody's personal data leaves one line in the log."""

import uuid
from collections.abc import Mapping

from portal.audit.rules import Verb
from portal.audit.service import record
from portal.clock import now
from portal.unit_of_work import unit_of_work
from portal.web.trail import actor, where


def note_look(
    verb: Verb,
    thing: tuple[str, str],
    *,
    about: uuid.UUID | None = None,
    facts: Mapping[str, str | int | bool | None] | None = None,
    words: Mapping[str, str] | None = None,
) -> None:
    """Write down who looked at what; call it when the page is drawn: what cannot be noted is not shown."""
    with unit_of_work():
        record(verb, at=now(), actor=actor(), where=where(), about=about, thing=thing, facts=facts, words=words)
