"""Points that wait for somebody who has not finished joining: not for ever."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from portal import programme
from portal.accounts.models import Member
from portal.accounts.rules import UNFINISHED
from portal.activities.models import Event, Expectation
from portal.activities.rules import Outcome
from portal.db import db

HELD_TOO_LONG = "held_too_long"


def let_go(*, at: datetime) -> int:
    """Give up what was held for as long as the programme says; a claim can still bring it back."""
    waiting = select(Member.id).where(Member.state.in_([state.value for state in UNFINISHED]))
    since = at - timedelta(days=programme.current().joining.hold_days)
    events = db.session.scalars(
        update(Expectation)
        .where(
            Expectation.member_id.in_(waiting),
            Expectation.satisfied_by_id.is_(None),
            Expectation.cancelled_at.is_(None),
            Expectation.due_at <= since,
        )
        .values(cancelled_at=at)
        .returning(Expectation.event_id)
    ).all()
    db.session.execute(
        update(Event)
        .where(Event.id.in_([event for event in events if event is not None]))
        .values(outcome=Outcome.CANCELLED.value, outcome_code=HELD_TOO_LONG)
    )
    return len(events)
