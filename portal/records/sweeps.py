"""What the clock does to records: copies are made and deleted, and accounts close when their day has come."""

import logging
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from portal import programme
from portal.accounts.service import leaving
from portal.clock import now
from portal.db import db
from portal.mail import outbox
from portal.records import letters, queries
from portal.records.making import make
from portal.records.queries import Owner
from portal.records.service import closing, copies
from portal.records.service.copies import FOLDER, MOST_TRIES, Job, LostJob
from portal.storage.store import Store
from portal.unit_of_work import unit_of_work

log = logging.getLogger("portal.records")

# No request and no letter takes longer, unless the mail server is away: then it is looked at again.
STILL_ON_THEIR_WAY = timedelta(hours=1)


def make_copies(at: datetime) -> int:
    """Make every copy that waits, one after the other; one whose maker was killed is taken up again."""
    done = 0
    while (job := _next(at)) is not None:
        done += _make(job)
    return done


def delete_copies(at: datetime) -> int:
    """Delete the copies whose days are over, and files that no copy names any more.

    The file goes first: what is cut off here is simply done again.
    """
    store = _store()
    outdated = copies.outdated(at=at)
    db.session.rollback()
    for export_id, key in outdated:
        store.delete(key)
        with unit_of_work():
            copies.mark_gone(export_id)
    unwanted = [key for key in store.keys(f"{FOLDER}/") if not copies.is_wanted(key)]
    db.session.rollback()
    for key in unwanted:
        store.delete(key)
    return len(outdated) + len(unwanted)


def close_accounts(at: datetime) -> int:
    """Close the accounts whose time to take it back is over, each in a unit of work of its own."""
    done = 0
    for user_id in _listed(leaving.due(at=at)):
        who = queries.owner_of(user_id)
        files = _close(who, at) if who else None
        _delete(files or ())
        done += files is not None
    return done


def look_again(at: datetime) -> int:
    """Look again for somebody who has left: a request may have been on its way, and the last letter was."""
    gone = _listed(leaving.gone_since(at - STILL_ON_THEIR_WAY))
    for user_id in gone:
        with unit_of_work():
            files = closing.look_again(user_id, at=at)
        _delete(files)
    return len(gone)


def _delete(keys: Iterable[str]) -> None:
    for key in keys:
        _store().delete(key)


def _close(who: Owner, at: datetime) -> list[str] | None:
    with force_locale(programme.current().club.locale):
        text = str(_("Account closed"))
    with unit_of_work():
        return closing.close(who.user_id, letters.account_closed(who), text=text, at=at)


def _listed(ids: list[uuid.UUID]) -> list[uuid.UUID]:
    """End the read that listed them, so that each is looked at anew."""
    db.session.rollback()
    return ids


def _next(at: datetime) -> Job | None:
    waits = copies.is_any_waiting(at=at)
    db.session.rollback()
    if not waits:
        return None
    with unit_of_work():
        return copies.take(at=at)


def _make(job: Job) -> bool:
    """Make one copy and tell its owner; what fails is tried again when its lease is over."""
    store = _store()
    who = queries.owner_of(job.user_id)
    try:
        if who is None or job.number > MOST_TRIES:
            _give_up(job)
            return False
        _hand_over(job, who, make(job, who, store))
    except LostJob:
        log.warning("a copy took longer than its lease, or nobody wants it any more")
        if not copies.is_wanted(job.storage_key):
            store.delete(job.storage_key)
        return False
    except Exception:
        # One bad copy must not hold up the others.
        log.exception("copy %s could not be made, try %s", job.export_id, job.number)
        return False
    return True


def _hand_over(job: Job, who: Owner, size: int) -> None:
    keep = timedelta(days=programme.current().records.export_days)
    with unit_of_work():
        until = copies.finish(job, size=size, keep=keep, at=now())
        outbox.add(letters.export_ready(who, until=until))


def _give_up(job: Job) -> None:
    log.error("copy %s is given up", job.export_id)
    with unit_of_work():
        copies.give_up(job)


def _store() -> Store:
    store: Store = current_app.extensions["store"]
    return store
