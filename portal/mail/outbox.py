"""The outbox: letters are rows of the transaction that caused them, and a sweep hands them over afterwards.

Every letter is handed over at least once, and always under the same Message-ID: a sender that is killed loses
its lease, and its letters go again.
"""

import logging
import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import String, cast, delete, func, or_, select, update

from portal.clock import now
from portal.config import Settings
from portal.db import db
from portal.mail import copies, leases, render, rules
from portal.mail.leases import Held
from portal.mail.letter import CODE, DECOY, SECRET, Letter, code_of, is_one_address
from portal.mail.models import DemoLetter, LetterRow
from portal.mail.postbox import Away, Never, NotNow, Postbox
from portal.unit_of_work import unit_of_work

log = logging.getLogger("portal.mail")

BATCH = 20
FORGOTTEN_AT_ONCE = 500

_dice = secrets.SystemRandom().random


@dataclass(frozen=True, slots=True)
class Counts:
    """How the outbox stands; `oldest` is when the letter that waits longest was written."""

    waiting: int
    dead: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Dead:
    """A letter that was given up; `error` is what the mail server said last."""

    id: UUID
    kind: str
    written_at: datetime
    error: str


def add(letter: Letter) -> None:
    """Put a letter into the present unit of work: it goes out if and only if that commits.

    An address that is more than one address is a mistake of the caller and raises ValueError.
    """
    if not is_one_address(letter.to):
        message = "a letter goes to one e-mail address"
        raise ValueError(message)
    at = now()
    db.session.add(
        LetterRow(
            kind=letter.kind,
            recipient=letter.to,
            locale=letter.locale,
            facts=dict(letter.facts),
            token_id=letter.token_id,
            user_id=letter.user_id,
            created_at=at,
            next_try_at=at,
        )
    )


def use_secrets(app: Flask, maker: Callable[[UUID], str]) -> None:
    """Name what makes the secret of a link from its token's id; start-up calls it once for each portal.

    It must give the same secret every time, so that a letter that has to be sent twice carries the same link.
    """
    app.extensions["link_secrets"] = maker


def secret_of(token_id: UUID) -> str:
    """Give the secret that belongs into the link of this token; it is written down nowhere."""
    maker: Callable[[UUID], str] = current_app.extensions["link_secrets"]
    return maker(token_id)


def send_due(
    postbox: Postbox,
    *,
    at: datetime,
    limit: int = BATCH,
    must_stop: Callable[[], bool] = lambda: False,
) -> int:
    """Claim up to `limit` due letters, hand them over outside of any transaction, and give how many went.

    When the server is away, when the lease grows short, or when `must_stop` says so, the rest goes back untried.
    """
    if not leases.is_any_due(at):
        return 0
    begun = time.monotonic()
    untried = leases.claim(at, limit)
    sent = 0
    try:
        while untried:
            if must_stop() or time.monotonic() - begun > rules.HAND_OVER_SECONDS:
                leases.put_back(untried, at)
                break
            sent += _send(untried[0], postbox, at)
            del untried[0]
    except Away as error:
        log.warning("the mail server is away, %s letters wait: %s", len(untried), error)
        leases.put_back(untried, at + timedelta(seconds=rules.AWAY_SECONDS))
    finally:
        postbox.close()
    return sent


def counts() -> Counts:
    """Count what waits and what is dead, for those who run the portal."""
    found = {
        state: (number, oldest)
        for state, number, oldest in db.session.execute(
            select(LetterRow.state, func.count(), func.min(LetterRow.created_at))
            .where(LetterRow.state.in_(("waiting", "dead")))
            .group_by(LetterRow.state)
        )
    }
    waiting, oldest = found.get("waiting", (0, None))
    dead, _ = found.get("dead", (0, None))
    return Counts(waiting, dead, oldest)


def dead_letters() -> tuple[Dead, ...]:
    """List the letters that were given up, the oldest first."""
    columns = (LetterRow.id, LetterRow.kind, LetterRow.created_at, LetterRow.last_error)
    wanted = select(*columns).where(LetterRow.state == "dead").order_by(LetterRow.created_at, LetterRow.id)
    return tuple(Dead(*row) for row in db.session.execute(wanted))


def resend(letter_ids: Collection[UUID], *, at: datetime) -> int:
    """Let dead letters wait for the next sweep, with all their tries; give how many, as others are left alone."""
    reviving = (
        update(LetterRow)
        .where(LetterRow.id.in_(letter_ids), LetterRow.state == "dead")
        .values(state="waiting", attempts=0, next_try_at=at, leased_until=None)
        .returning(LetterRow.id)
    )
    with unit_of_work():
        revived = db.session.scalars(reviving.execution_options(synchronize_session=False)).all()
    return len(revived)


def forget(at: datetime) -> int:
    """Empty the letters that went out long ago, and remove the decoys; give how many."""
    is_old = (
        LetterRow.state == "sent",
        LetterRow.next_try_at <= at,
        LetterRow.sent_at < at - timedelta(days=rules.FACTS_DAYS),
        cast(LetterRow.facts, String) != "{}",
    )
    old = list(db.session.scalars(select(LetterRow.id).where(*is_old).limit(FORGOTTEN_AT_ONCE)))
    db.session.rollback()
    if old:
        with unit_of_work():
            db.session.execute(delete(LetterRow).where(LetterRow.id.in_(old), LetterRow.kind == DECOY))
            db.session.execute(update(LetterRow).where(LetterRow.id.in_(old)).values(facts={}))
    return len(old)


def erase(user_id: UUID, addresses: Collection[str] = ()) -> None:
    """Delete the letters somebody got, under a further address too, with their copies; those that wait still go out."""
    theirs = or_(LetterRow.user_id == user_id, func.lower(LetterRow.recipient).in_(addresses))
    gone = select(LetterRow.id).where(theirs, LetterRow.state != "waiting")
    db.session.execute(delete(DemoLetter).where(DemoLetter.letter_id.in_(gone)))
    db.session.execute(delete(LetterRow).where(theirs, LetterRow.state != "waiting"))


def _send(held: Held, postbox: Postbox, at: datetime) -> bool:
    """Try one letter and settle it; Away passes through, as no letter is at fault."""
    if held.tries > rules.MOST_TRIES:
        leases.give_up(held, "its sender ended each time without a word")
        return False
    try:
        _hand_over(held, postbox)
    except Away:
        raise
    except Never as error:
        _give_up(held, error)
    except Exception as error:
        if not isinstance(error, NotNow):
            log.exception("letter %s (%s) could not be written", held.id, held.letter.kind)
            error = NotNow(type(error).__name__)
        if rules.is_given_up(held.tries):
            _give_up(held, error)
        else:
            leases.try_later(held, at + rules.next_wait(held.tries, _dice()), str(error))
    else:
        if leases.mark_sent(held, at):
            return True
        log.warning("letter %s took longer than its lease and may arrive twice", held.id)
    return False


def _hand_over(held: Held, postbox: Postbox) -> None:
    if held.letter.kind == DECOY:
        return
    message = render.compose(_with_secret(held.letter), letter_id=held.id, written_at=held.written_at)
    settings: Settings = current_app.extensions["settings"]
    if settings.is_demo:
        copies.keep(held.id, message, now())
    postbox.deliver(message)


def _with_secret(letter: Letter) -> Letter:
    """Put the secret into link and code, and only there: what people typed is never searched for a place for it."""
    if letter.token_id is None:
        return letter
    secret = secret_of(letter.token_id)
    facts = dict(letter.facts)
    link = facts.get("link")
    if isinstance(link, str):
        facts["link"] = link.replace(SECRET, secret)
    if facts.get("code") == CODE:
        facts["code"] = code_of(secret)
    return replace(letter, facts=facts)


def _give_up(held: Held, error: Exception) -> None:
    log.error("letter %s (%s) is dead: %s", held.id, held.letter.kind, error)
    leases.give_up(held, str(error))
