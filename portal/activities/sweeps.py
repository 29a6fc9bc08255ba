"""What the clock does in this room: points whose day has come are posted, and what went astray is found."""

import logging
import uuid
from datetime import datetime

from portal import programme
from portal.activities import letters, queries, service
from portal.activities.queries.friends import verified_friends
from portal.activities.service.friend_points import settle_friend
from portal.mail import outbox
from portal.tiers import letters as tier_letters
from portal.tiers.queries import addressee_of
from portal.unit_of_work import unit_of_work

log = logging.getLogger("portal.activities")

BATCH = 200


def post_due(at: datetime, *, batch: int = BATCH) -> int:
    """Post what is due, each in a transaction of its own, and give how many became entries.

    Any number of workers may run this at once, and any may be killed in between: what one has in hand the others
    pass over, and what was posted is never posted again. One that cannot be posted stops none of the others.
    """
    posted, last = 0, None
    while found := queries.due_expectations(at=at, most=batch, after=last):
        posted += sum(_post(due.id, at) for due in found)
        last = found[-1]
    return posted


def find_astray(at: datetime) -> int:
    """Give returns to the orders they are about, where both came in at the same moment and neither saw the other."""
    return sum(_look_again(event_id, at) for event_id in queries.astray(most=BATCH))


def find_late(at: datetime) -> int:
    """Tell the log of promises that are late, which the desk shows too, and give how many there are."""
    late = queries.late_promises(at=at)
    if late.promises:
        log.warning("%s promises to %s members are late", late.promises, late.members)
    return late.promises


def settle_friends(at: datetime) -> int:
    """Decide what friends whose membership has become active bring, and give how many brought points."""
    if programme.current().referral is None:
        return 0
    return sum(_settle(friend, at) for friend in verified_friends(most=BATCH))


def _settle(friend: uuid.UUID, at: datetime) -> bool:
    try:
        with unit_of_work():
            brought = settle_friend(friend, at=at)
            if brought is not None:
                outbox.add(letters.friend_joined(brought))
    except Exception:
        # It stays undecided, and the next sweep tries again.
        log.exception("what friend %s brings could not be decided", friend)
        return False
    return brought is not None


def _look_again(event_id: uuid.UUID, at: datetime) -> bool:
    try:
        with unit_of_work():
            return service.look_again(event_id, at=at)
    except Exception:
        log.exception("event %s could not be given to its order", event_id)
        return False


def _post(expectation_id: uuid.UUID, at: datetime) -> bool:
    try:
        with unit_of_work():
            credited = service.credit(expectation_id, at=at)
            if credited is not None and tier_letters.has_risen(credited.follow):
                outbox.add(tier_letters.tier_reached(addressee_of(credited.member_id), credited.follow))
    except Exception:
        # Whatever it is, the others are posted. It stays due, and `flask doctor` reports it as late.
        log.exception("expectation %s was not posted", expectation_id)
        return False
    return credited is not None
