"""What the clock does in this room: tiers are looked at again, points lapse, and members hear of it in time."""

import logging
import uuid
from datetime import datetime, timedelta

from portal import programme
from portal.mail import outbox
from portal.points.ageing import members_losing
from portal.tiers import letters, queries, service
from portal.tiers.figures import local_day
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


def lapse_points(at: datetime, *, batch: int = BATCH) -> int:
    """End points whose time is over, member by member, and give how many points are gone.

    Whoever is killed or comes second ends nothing twice; a member somebody is busy with waits for the next time.
    """
    gone, last = 0, None
    while found := members_losing(local_day(at), most=batch, after=last):
        gone += sum(_lapse(member_id, at) for member_id in found)
        last = found[-1]
    return gone


def tell_of_lapses(at: datetime, *, batch: int = BATCH) -> int:
    """Write to members whose points lapse soon, once for each day on which some do, and give how many letters went."""
    told, last = 0, None
    soon = local_day(at) + timedelta(days=programme.current().standing.warning_days)
    while found := members_losing(soon, most=batch, after=last):
        told += sum(_tell(member_id, at) for member_id in found)
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
    except Exception:
        log.exception("tier span %s could not be looked at", span_id)
        return False


def _lapse(member_id: uuid.UUID, at: datetime) -> int:
    try:
        with unit_of_work():
            return service.lapse(member_id, at=at)
    except Exception:
        log.exception("points of member %s could not lapse", member_id)
        return 0


def _tell(member_id: uuid.UUID, at: datetime) -> bool:
    try:
        with unit_of_work():
            lapses = service.tell(member_id, at=at)
            if lapses:
                outbox.add(letters.points_lapse(queries.addressee_of(member_id), lapses))
    except Exception:
        log.exception("member %s could not be told of points that lapse", member_id)
        return False
    return bool(lapses)


def _warn(span_id: uuid.UUID, at: datetime) -> bool:
    try:
        with unit_of_work():
            ahead = service.warn(span_id, at=at)
            if ahead is not None:
                outbox.add(letters.tier_at_stake(queries.addressee_of(ahead.member_id), ahead))
    except Exception:
        log.exception("the holder of tier span %s could not be told of its look", span_id)
        return False
    return ahead is not None
