"""What a member has by one rule already, for the caps that hold for all of a day, a month or a year."""

import uuid
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from portal.activities import pricing
from portal.activities.models import Expectation
from portal.db import db
from portal.points.models import Entry
from portal.points.rules import EntryKind
from portal.programme import EarnRule


def granted_by(rule: EarnRule, member_id: uuid.UUID, day: date) -> int:
    """Sum what a member was granted or promised by a rule in the period of a day, less what was taken back since.

    Call it while the member's row is held, so that two activities never share the same room. A rule without a cap
    asks nothing of the database.
    """
    if rule.member_cap is None:
        return 0
    since, before = pricing.cap_span(rule, day)
    given, taken = aliased(Entry), aliased(Entry)
    is_given = and_(
        given.member_id == member_id,
        given.happened_at >= since,
        given.happened_at < before,
        given.activity == rule.activity,
        given.rule_version == rule.version,
        given.kind.in_((EntryKind.EARN.value, EntryKind.CORRECTION.value)),
        given.points > 0,
    )
    # What was taken names its entry as the one it undoes, or as the one it takes a part of.
    is_its_taking = or_(taken.reverses_id == given.id, taken.takes_from_id == given.id)
    posted = select(func.sum(given.points)).where(is_given)
    undone = select(func.sum(taken.points)).join(given, is_its_taking).where(is_given)
    promised = select(func.sum(Expectation.points)).where(
        Expectation.member_id == member_id,
        Expectation.happened_at >= since,
        Expectation.happened_at < before,
        Expectation.activity == rule.activity,
        Expectation.rule_version == rule.version,
        Expectation.event_id.is_not(None),
        Expectation.satisfied_by_id.is_(None),
        Expectation.cancelled_at.is_(None),
    )
    return sum(int(db.session.scalar(part) or 0) for part in (posted, undone, promised))
