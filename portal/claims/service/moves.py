"""The one place where a claim changes state: lock it, check its version, move it, write the line.

Everything here runs inside a unit of work. Whoever acts reads the claim with `locked`, compares the version
their page carried with `check_version`, sets what is theirs to set, and calls `move` or `add_line` last.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from portal import programme
from portal.accounts.models import Member
from portal.claims.lines import AMONG_STAFF, LAST_WORDS, By, What
from portal.claims.models import Claim, ClaimEvent, Evidence, InfoRequest
from portal.claims.rules import (
    OPEN_STATES,
    ClaimState,
    IllegalMove,
    require_move,
    resumed_due,
    verdict_due,
)
from portal.claims.service import news
from portal.db import db
from portal.errors import Conflict, NotFound
from portal.folding import fold
from portal.working_days import calendar_of

LONGEST_SEARCH_TEXT = 60_000
WAITING = frozenset({ClaimState.PARKED, ClaimState.SUBMITTED})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts on a claim; `name` is what the timeline shows."""

    by: By
    user_id: uuid.UUID | None = None
    name: str = ""


PORTAL = Actor(By.PORTAL)


class StaleClaim(Conflict):
    """The page was out of date: somebody did `what` first, at `at`; the portal itself has no name."""

    def __init__(self, claim: Claim) -> None:
        """Look up who was faster."""
        last = db.session.execute(
            select(ClaimEvent.what, ClaimEvent.by, ClaimEvent.actor_id, ClaimEvent.actor_name, ClaimEvent.at)
            .where(ClaimEvent.claim_id == claim.id)
            .order_by(ClaimEvent.sequence.desc())
            .limit(1)
        ).one_or_none()
        self.claim_id = claim.id
        self.reference = claim.reference
        self.state = claim.state
        self.version = claim.version
        self.what = What(last.what) if last else None
        self.by = By(last.by) if last else None
        self.who_id: uuid.UUID | None = last.actor_id if last else None
        self.who: str = last.actor_name if last else ""
        self.at: datetime = last.at if last else claim.changed_at
        super().__init__(f"claim {claim.reference} has changed: {self.what} by {self.who or self.by}")


def locked(claim_id: uuid.UUID) -> Claim:
    """Read a claim afresh under its member's lock, which serialises all writes for that member.

    The member comes first, then the claim, then (in points) the account: one order everywhere.
    Raises NotFound.
    """
    found = db.session.execute(select(Claim.member_id).where(Claim.id == claim_id)).one_or_none()
    if found is None:
        raise NotFound
    if found.member_id is not None:
        lock_member(found.member_id)
    wanted = select(Claim).where(Claim.id == claim_id).with_for_update()
    return db.session.scalars(wanted.execution_options(populate_existing=True)).one()


def lock_member(member_id: uuid.UUID) -> None:
    """Take the lock of a member; SQLite holds the whole database already.

    Not of its key: rows that only refer to the member are written by others meanwhile, and PostgreSQL checks what a
    claim refers to whenever a row is changed twice in one transaction. With the key locked, that was a deadlock.
    """
    db.session.execute(select(Member.id).where(Member.id == member_id).with_for_update(key_share=True)).one()


def check_version(claim: Claim, version: int) -> None:
    """Refuse what was decided on an older page; raises StaleClaim, which names who was faster."""
    if claim.version != version:
        raise StaleClaim(claim)


def move(
    claim: Claim,
    to: ClaimState,
    *,
    what: What,
    actor: Actor,
    at: datetime,
    member_text: str = "",
    internal_note: str = "",
) -> ClaimEvent:
    """Bring a locked claim to another state with everything that follows, and write the line.

    The promise starts when a claim is sent or a parked one opens, and moves by the time we waited for the
    member. A closed claim gives back its lease, closes its question and dates the end of its pictures.
    Raises StaleClaim when the way there does not exist: then somebody else was faster.
    """
    before = claim.state
    try:
        require_move(before, to)
    except IllegalMove as error:
        raise StaleClaim(claim) from error
    claim.state = to
    if to is ClaimState.SUBMITTED:
        _wait_for_agent(claim, at)
    if to in WAITING:
        # What was heard while it was not sent, or in somebody's hands, counts now.
        news.note([claim.id], at=at)
    if before is ClaimState.NEEDS_INFO:
        _end_question(claim, to, at)
    if to not in OPEN_STATES:
        _close(claim, at)
    return add_line(claim, what, actor=actor, at=at, member_text=member_text, internal_note=internal_note)


def add_line(
    claim: Claim,
    what: What,
    *,
    actor: Actor,
    at: datetime,
    member_text: str = "",
    internal_note: str = "",
) -> ClaimEvent:
    """Write the next line of a locked claim's timeline; every line makes a new version.

    Words for the member and words among staff go to separate columns; a line among staff has none for the member.
    """
    last = db.session.scalar(select(func.max(ClaimEvent.sequence)).where(ClaimEvent.claim_id == claim.id))
    line = ClaimEvent(
        claim_id=claim.id,
        sequence=(last or 0) + 1,
        what=what.value,
        visibility="internal" if what in AMONG_STAFF else "member",
        at=at,
        actor_id=actor.user_id,
        actor_name=actor.name,
        by=actor.by.value,
        state_after=claim.state,
        member_text=member_text,
        internal_note=internal_note,
    )
    db.session.add(line)
    claim.version += 1
    claim.changed_at = at
    if what in LAST_WORDS and actor.by is not By.PORTAL:
        claim.last_by = actor.by.value
    if actor.by is By.AGENT and claim.first_touched_at is None:
        claim.first_touched_at = at
    if member_text or internal_note:
        claim.search_text = f"{claim.search_text} {fold(member_text, internal_note)}"[:LONGEST_SEARCH_TEXT]
    db.session.flush()
    return line


def open_question(claim_id: uuid.UUID) -> InfoRequest | None:
    """Give the one thing a claim waits for, if it does."""
    return db.session.scalar(
        select(InfoRequest).where(
            InfoRequest.claim_id == claim_id, InfoRequest.answered_at.is_(None), InfoRequest.closed_at.is_(None)
        )
    )


def _wait_for_agent(claim: Claim, at: datetime) -> None:
    """Start the promise once, a parked claim's at the day it was parked until; one that comes back keeps its place."""
    club = programme.current()
    claim.submitted_at = claim.submitted_at or at
    if claim.due_at is None:
        claim.due_at = verdict_due(calendar_of(club), club.claims, at=claim.parked_until or at)
    claim.parked_until = None
    claim.leased_until = None


def _end_question(claim: Claim, to: ClaimState, at: datetime) -> None:
    """Close the question; only an answer moves the promise, by the working days we waited."""
    question = open_question(claim.id)
    if question is None:
        return
    if to in OPEN_STATES:
        question.answered_at = at
        if claim.due_at is not None:
            calendar = calendar_of(programme.current())
            claim.due_at = resumed_due(calendar, claim.due_at, asked_at=question.asked_at, answered_at=at)
    else:
        question.closed_at = at


def _close(claim: Claim, at: datetime) -> None:
    claim.decided_at = at
    claim.leased_until = None
    claim.parked_until = None
    terms = programme.current().claims
    keep, as_sent = timedelta(days=terms.evidence_keep_days), timedelta(days=terms.original_keep_days)
    db.session.execute(
        update(Evidence)
        .where(Evidence.claim_id.in_([claim.id, claim.appeal_of_id]), Evidence.retention_until.is_(None))
        .values(retention_until=at + keep, original_until=at + as_sent)
    )
