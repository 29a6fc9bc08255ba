"""What the claims pages show: the list, and one claim with its timeline, in as many statements however long it is."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, literal, select
from sqlalchemy.orm import aliased

from portal.activities.models import Expectation
from portal.claims.lines import By, What
from portal.claims.models import ClaimEvent, Evidence, InfoRequest
from portal.claims.queries.facts import FACTS, ClaimFacts, claim, facts_from, shaped
from portal.claims.rules import OPEN_STATES, ClaimState
from portal.db import UtcDateTime, db
from portal.errors import NotFound
from portal.points.models import Entry

MOST_ON_A_PAGE = 50
UNSETTLED = sorted({ClaimState.DRAFT, *OPEN_STATES})

evidence = Evidence.__table__.c
question = InfoRequest.__table__.c
line = ClaimEvent.__table__.c
expectation = Expectation.__table__.c
posted = aliased(Entry.__table__, name="posted")
arrived = aliased(Entry.__table__, name="arrived")
matched = aliased(Entry.__table__, name="matched")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as its page shows it; `sent_with_id` is the line it went with, None while it waits to be sent."""

    id: uuid.UUID
    file_name: str
    original_bytes: int
    position: int
    had_place: bool
    has_left: bool
    sent_with_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Question:
    """The one missing thing; `ask` is a key of the programme."""

    id: uuid.UUID
    ask: str
    words: str
    answer_by: datetime


@dataclass(frozen=True, slots=True)
class Credit:
    """The line of the ledger that a claim led to, or that made it needless."""

    entry_id: uuid.UUID
    points: int
    balance_after: int
    happened_at: datetime
    recorded_at: datetime
    counts_for_tier: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline, as the member may read it."""

    id: uuid.UUID
    what: What
    at: datetime
    by: By
    name: str
    text: str

    @property
    def is_ours(self) -> bool:
        """Tell whether the club speaks."""
        return self.by is not By.MEMBER


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """A claim with everything its page shows."""

    facts: ClaimFacts
    question: Question | None
    credit: Credit | None
    pictures: tuple[Picture, ...]
    lines: tuple[Line, ...]
    on_their_way: int
    last_due_at: datetime | None

    @property
    def unsent(self) -> tuple[Picture, ...]:
        """Give the pictures that wait for words to go with."""
        return tuple(picture for picture in self.pictures if picture.sent_with_id is None)


_CREDIT = ("id", "points", "balance_after", "happened_at", "recorded_at", "counts_for_tier")


def _first_of(name: str) -> Any:  # noqa: ANN401 - a column of any type
    """Take the line the claim led to, else the one that made it needless."""
    columns = (posted.c[name], arrived.c[name], matched.c[name])
    return func.coalesce(*columns, type_=columns[0].type)


def _coming(figure: Any) -> Any:  # noqa: ANN401 - a scalar of any type
    return (
        select(figure)
        .where(
            expectation.member_id == claim.member_id,
            expectation.satisfied_by_id.is_(None),
            expectation.cancelled_at.is_(None),
        )
        .correlate(claim.id.table)
        .scalar_subquery()
    )


_PAGE = (
    select(
        *FACTS,
        question.id,
        question.ask,
        question.question,
        question.answer_by,
        *(_first_of(name) for name in _CREDIT),
        _coming(func.coalesce(func.sum(expectation.points), literal(0))),
        _coming(func.max(expectation.due_at, type_=UtcDateTime)),
        evidence.id,
        evidence.file_name,
        evidence.original_bytes,
        evidence.position,
        evidence.had_place,
        evidence.removed_at,
        evidence.sent_with_id,
    )
    .select_from(
        claim.id.table.outerjoin(
            InfoRequest.__table__,
            and_(question.claim_id == claim.id, question.answered_at.is_(None), question.closed_at.is_(None)),
        )
        .outerjoin(posted, posted.c.claim_id == claim.id)
        .outerjoin(Expectation.__table__, expectation.id == claim.expectation_id)
        .outerjoin(arrived, and_(arrived.c.id == expectation.satisfied_by_id, posted.c.id.is_(None)))
        .outerjoin(matched, and_(matched.c.event_id == claim.matched_event_id, posted.c.id.is_(None)))
        .outerjoin(Evidence.__table__, evidence.claim_id == claim.id)
    )
    .where(claim.reference == bindparam("reference"), claim.member_id == bindparam("member"))
    .order_by(evidence.position)
)
_LINES = (
    select(line.id, line.what, line.at, line.by, line.actor_name, line.member_text)
    .where(line.claim_id == bindparam("claim"), line.visibility == "member")
    .order_by(line.sequence)
)
_WIDTHS = (len(FACTS), 4, len(_CREDIT), 2)


def claim_page(member_id: uuid.UUID, reference: str) -> ClaimPage:
    """Read one of the member's own claims with its whole timeline; raises NotFound for everybody else's."""
    rows = db.session.execute(_PAGE, {"reference": shaped(reference), "member": member_id}).all()
    if not rows:
        raise NotFound
    asked, credited, coming = (_part(rows[0], index) for index in (1, 2, 3))
    facts = facts_from(rows[0])
    lines = db.session.execute(_LINES, {"claim": facts.id})
    return ClaimPage(
        facts=facts,
        question=Question(*asked) if asked[0] else None,
        credit=Credit(*credited) if credited[0] else None,
        pictures=_pictures(rows),
        lines=tuple(Line(row.id, What(row.what), row.at, By(row.by), row.actor_name, row.member_text) for row in lines),
        on_their_way=coming[0] or 0,
        last_due_at=coming[1],
    )


def unsettled_claims(member_id: uuid.UUID) -> list[ClaimFacts]:
    """List the member's drafts and open claims, newest first."""
    return _newest_first(claim.member_id == member_id, claim.state.in_(UNSETTLED))


def closed_claims(member_id: uuid.UUID, *, before: datetime | None = None) -> list[ClaimFacts]:
    """List the member's closed claims, newest first, one more than a page holds when there are older ones."""
    older = [claim.created_at < before] if before is not None else []
    return _newest_first(claim.member_id == member_id, claim.state.not_in(UNSETTLED), *older)


def _newest_first(*conditions: ColumnElement[bool]) -> list[ClaimFacts]:
    wanted = select(*FACTS).where(*conditions).order_by(claim.created_at.desc(), claim.id)
    return [facts_from(row) for row in db.session.execute(wanted.limit(MOST_ON_A_PAGE + 1))]


def _part(row: Any, index: int) -> tuple[Any, ...]:  # noqa: ANN401 - a row of _PAGE
    start = sum(_WIDTHS[:index])
    return tuple(row[start : start + _WIDTHS[index]])


def _pictures(rows: Any) -> tuple[Picture, ...]:  # noqa: ANN401 - rows of _PAGE
    start = sum(_WIDTHS)
    found = (tuple(row[start:]) for row in rows)
    # One that was taken back before it was sent is nobody's business any more.
    return tuple(
        Picture(key, name, size, position, had_place, removed is not None, sent_with)
        for key, name, size, position, had_place, removed, sent_with in found
        if key is not None and (removed is None or sent_with is not None)
    )
