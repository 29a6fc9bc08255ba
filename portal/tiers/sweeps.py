"""What the clock does in this room: tiers whose year is over are looked at again, and members hear of it in time."""

import logging
import uuid
from datetime import datetime

from portal import programme
from portal.errors import PortalError
from portal.mail import outbox
from portal.tiers import letters, queries, service
from portal.unit_of_work import unit_of_work

log = logging.getLogger("portal.tiers")

BATCH = 200


def look_again(at: datetime, *, batch: int = BATCH) -> int:
    """Look at every tier whose day has come, each in a transaction of its own, and give how many were looked at.

    Any number of workers may run this at once, and any may be killed in between: a look moves its own day on, in
    the same transaction as the tier and the letter.
    """
    if programme.current().standing.window == "lifetime":
        return 0
    with unit_of_work():
        service.begin_looks(at=at)
    done = 0
    while found := [_look(span_id, at) for span_id in queries.due_looks(at=at, most=batch)]:
        done += sum(found)
        if not any(found):
            # What is left is in the hands of others, or cannot be looked at.
            break
    return done


def warn_ahead(at: datetime, *, batch: int = BATCH) -> int:
    """Write to those whose tier would sink at the next look, once for each look, and give how many letters went."""
    terms = programme.current().standing
    if terms.window == "lifetime":
        return 0
    told, last = 0, None
    while found := queries.looks_ahead(at=at, days=terms.warning_days, most=batch, after=last):
        told += sum(_warn(span_id, at) for span_id in found)
        last = found[-1]
    return told


def look(span_id: uuid.UUID, at: datetime) -> bool:
    """Look at one tier inside the present unit of work, with its letter; False when there was nothing to look at."""
    looked = service.look(span_id, at=at)
    if looked is not None and looked.tier != looked.look.tier:
        outbox.add(letters.tier_lowered(queries.addressee_of(looked.member_id), looked))
    return looked is not None


def _look(span_id: uuid.UUID, at: datetime) -> bool:
    try:
        with unit_of_work():
            return look(span_id, at)
    except PortalError:
        log.exception("tier span %s could not be looked at", span_id)
        return False


def _warn(span_id: uuid.UUID, at: datetime) -> bool:
    with unit_of_work():
        ahead = service.warn(span_id, at=at)
        if ahead is not None:
            outbox.add(letters.tier_at_stake(queries.addressee_of(ahead.member_id), ahead))
    return ahead is not None
