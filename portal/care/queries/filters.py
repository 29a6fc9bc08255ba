"""Which claims an agent wants to see, in SQL whose values come with each execution."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, ColumnElement, String, and_, bindparam, func, or_

from portal.care.queries.counts import AT, ME, ONE_STATE, OURS, TOMORROW, among, is_not_mine
from portal.care.rules import View, With
from portal.claims.models import Claim
from portal.claims.rules import DECIDED_STATES, OPEN_STATES, ClaimState
from portal.claims.service.own import is_not_linked
from portal.tiers.models import TierSpan

AT_THE_DESK = (ClaimState.SUBMITTED, ClaimState.IN_REVIEW)

claim = Claim.__table__.c
span = TierSpan.__table__.c


@dataclass(frozen=True, slots=True)
class Shape:
    """What a statement looks like; the values come with each execution, so that it is put together once."""

    view: View
    with_whom: With
    kind: bool
    tier: bool
    low: bool
    high: bool
    words: int
    together: bool
    after: bool
    has_member: bool
    tiers: tuple[str, ...]

    @property
    def is_search(self) -> bool:
        """Tell whether words are looked for."""
        return bool(self.words or self.together)

    @property
    def is_newest_first(self) -> bool:
        """Tell whether the order is by change, not by promise."""
        return self.view is View.DECIDED or self.is_search

    @property
    def is_plain(self) -> bool:
        """Tell whether a view is wanted whole."""
        return not (self.is_search or self.kind or self.tier or self.low or self.high or self.with_whom)


def conditions(shape: Shape) -> list[ColumnElement[bool]]:
    """Say in SQL which claims are wanted; whatever is the asker's own, or a linked account's, is left out."""
    found = [
        _searched(shape) if shape.is_search else in_view(shape.view),
        is_not_linked(ME),
    ]
    if shape.has_member:
        found.append(is_not_mine())
    asked = func.coalesce(claim.expected_points, 0)
    wished = [
        (shape.kind, claim.kind == bindparam("kind", type_=String())),
        (shape.tier, span.tier == bindparam("tier", type_=String())),
        (shape.low, asked >= bindparam("low", type_=BigInteger())),
        (shape.high, asked <= bindparam("high", type_=BigInteger())),
        (shape.with_whom is With.ME, claim.assignee_id == ME),
        (shape.with_whom is With.NOBODY, claim.assignee_id.is_(None)),
        (shape.with_whom is With.OTHERS, and_(claim.assignee_id.is_not(None), claim.assignee_id != ME)),
    ]
    return [*found, *(condition for is_wished, condition in wished if is_wished)]


def in_view(view: View) -> ColumnElement[bool]:
    """Say in SQL which claims stand in a view."""
    conditions: dict[View, ColumnElement[bool]] = {
        View.NEXT: among(AT_THE_DESK),
        View.MINE: and_(among(AT_THE_DESK), claim.assignee_id == ME),
        View.OVERDUE: and_(among(OURS), claim.due_at <= AT),
        View.TODAY: and_(among(OURS), claim.due_at > AT, claim.due_at < TOMORROW),
        View.ALL: among(OPEN_STATES),
        View.DECIDED: among(DECIDED_STATES),
    }
    return conditions[view] if view in conditions else claim.state == ONE_STATE[view].value


def _searched(shape: Shape) -> ColumnElement[bool]:
    """Find every word somewhere in the folded text, or all of them together as one reference."""
    words = [_holds(f"word_{number}") for number in range(shape.words)]
    together = [_holds("together")] if shape.together else []
    return and_(claim.state != ClaimState.DRAFT.value, or_(and_(*words), *together))


def _holds(name: str) -> ColumnElement[bool]:
    return claim.search_text.like(bindparam(name, type_=String()), escape="!")
