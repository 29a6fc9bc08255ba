"""Looking at an open claim again when something was heard about it: closed, decided, taken up, or left as it is."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from portal.claims.rules import ClaimState
from portal.claims.service import arrivals
from portal.claims.service.automatic import decide_alone
from portal.claims.service.moves import locked
from portal.claims.service.verdicts import Decided


@dataclass(frozen=True, slots=True)
class Weighed:
    """What became of a claim: `arrived` points closed it, it was `decided`, or `taken_up` because too few came."""

    arrived: int = 0
    decided: Decided | None = None
    taken_up: bool = False

    def __bool__(self) -> bool:
        """Tell whether anything became of it."""
        return bool(self.arrived or self.decided or self.taken_up)


NOTHING = Weighed()


def weigh(claim_id: uuid.UUID, *, at: datetime) -> Weighed:
    """Look at one claim with everything that is known by now, under its lock; what is over stays as it is."""
    arrived = arrivals.resolve(claim_id, at=at)
    if arrived:
        return Weighed(arrived=arrived)
    decided = decide_alone(claim_id, at=at)
    if decided is not None:
        return Weighed(decided=decided)
    if arrivals.open_short(claim_id, at=at):
        return Weighed(taken_up=True)
    claim = locked(claim_id)
    if claim.state is ClaimState.PARKED:
        awaited = arrivals.promise_of(claim)
        if awaited is not None and awaited.due_at > at:
            arrivals.wait_for(claim, awaited, at=at)
    return NOTHING
