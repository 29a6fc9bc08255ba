"""What the member does to a claim that has been sent: writes, answers, takes it back."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from portal.claims.lines import By, What
from portal.claims.models import Claim, ClaimEvent, Evidence
from portal.claims.rules import OPEN_STATES, ClaimState
from portal.claims.service.moves import PORTAL, Actor, StaleClaim, add_line, locked, move, open_question
from portal.db import db

SAME_AGAIN = timedelta(minutes=10)


def write(claim_id: uuid.UUID, text: str, *, actor: Actor, at: datetime) -> ClaimEvent | None:
    """Add the member's words and waiting pictures to an open claim; while we wait for the member, they answer.

    None means that the same words had just been sent: a double tap. Raises StaleClaim when it is closed.
    """
    claim = locked(claim_id)
    if claim.state not in OPEN_STATES:
        raise StaleClaim(claim)
    if is_said_twice(claim, text, at):
        return None
    if claim.state is ClaimState.NEEDS_INFO:
        return _answer(claim, text, actor=actor, at=at)
    line = add_line(claim, What.MESSAGE, actor=actor, at=at, member_text=text)
    send_pictures_with(line)
    return line


def answer(claim_id: uuid.UUID, question_id: uuid.UUID, text: str, *, actor: Actor, at: datetime) -> ClaimEvent | None:
    """Answer the one thing we asked for: our clock runs again, and the claim goes back to whoever asked.

    None means a double tap. Raises StaleClaim when that question is no longer open.
    """
    claim = locked(claim_id)
    question = open_question(claim.id)
    if claim.state is ClaimState.NEEDS_INFO and question is not None and question.id == question_id:
        # What was said before we asked, in the same words, was no answer.
        return _answer(claim, text, actor=actor, at=at)
    if is_said_twice(claim, text, at):
        return None
    raise StaleClaim(claim)


def withdraw(claim_id: uuid.UUID, *, actor: Actor, at: datetime) -> bool:
    """Take an open claim back; False means it had been taken back before.

    Raises StaleClaim when it was closed in another way first.
    """
    claim = locked(claim_id)
    if claim.state is ClaimState.WITHDRAWN:
        return False
    move(claim, ClaimState.WITHDRAWN, what=What.WITHDRAWN, actor=actor, at=at)
    return True


def _answer(claim: Claim, text: str, *, actor: Actor, at: datetime) -> ClaimEvent:
    """Go back to the agent who asked; whose lease has run out waits in the queue, in the claim's old place."""
    line = move(claim, ClaimState.IN_REVIEW, what=What.ANSWERED, actor=actor, at=at, member_text=text)
    if claim.leased_until is None or claim.leased_until <= at:
        move(claim, ClaimState.SUBMITTED, what=What.LEASE_OVER, actor=PORTAL, at=at)
    send_pictures_with(line)
    return line


def send_pictures_with(line: ClaimEvent) -> None:
    """Let the pictures that wait go with a line."""
    db.session.execute(
        update(Evidence)
        .where(Evidence.claim_id == line.claim_id, Evidence.sent_with_id.is_(None), Evidence.removed_at.is_(None))
        .values(sent_with_id=line.id)
    )


def is_said_twice(claim: Claim, text: str, at: datetime) -> bool:
    """Tell whether the member's last words are these, moments ago, and no new picture waits to go with them."""
    last = db.session.execute(
        select(ClaimEvent.member_text, ClaimEvent.at)
        .where(ClaimEvent.claim_id == claim.id, ClaimEvent.by == By.MEMBER.value)
        .order_by(ClaimEvent.sequence.desc())
        .limit(1)
    ).one_or_none()
    if last is None or last.member_text != text or last.at < at - SAME_AGAIN:
        return False
    waiting = select(func.count()).where(
        Evidence.claim_id == claim.id, Evidence.sent_with_id.is_(None), Evidence.removed_at.is_(None)
    )
    return not db.session.scalar(waiting)
