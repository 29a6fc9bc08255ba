"""What the clock does to claims; each thing in a unit of work of its own, safe to do twice."""

import logging
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import groupby

from flask import current_app

from portal.activities.service import credit
from portal.claims import letters, queries, telling
from portal.claims.service import arrivals, desk, late, news, originals, parts, proposals, weighing
from portal.claims.service.evidence import FOLDER
from portal.db import db
from portal.errors import PortalError
from portal.mail import outbox
from portal.storage.store import Store
from portal.unit_of_work import unit_of_work

log = logging.getLogger("portal.claims")

ORPHAN_DAYS = 1
PARTS_DAYS = 2


def weigh_heard(at: datetime) -> int:
    """Look again at the claims something was heard about: they close, are decided or taken up, each with its letter."""
    done = 0
    while found := _news():
        for claim_id, rows in found.items():
            done += _weigh(claim_id, rows, at)
    return done


def open_late(at: datetime) -> int:
    """See to promises that are late: post what can be posted, grant what agrees, and fill in a claim for the rest."""
    store = _store()
    for claim_id in _listed(proposals.overtaken()):
        with unit_of_work():
            files = proposals.drop(claim_id)
        _delete(store, files)
    return sum(_see_to(expectation_id, at) for expectation_id in _listed(proposals.late(at=at)))


def close_arrived(at: datetime) -> int:
    """Close open claims whose points have come by themselves, with a letter."""
    done = 0
    for claim_id in _listed(arrivals.arrived()):
        with unit_of_work():
            points = arrivals.resolve(claim_id, at=at)
            if points:
                outbox.add(letters.claim_closed(claim_id, points=points))
                done += 1
    return done


def open_parked(at: datetime) -> int:
    """Make parked claims real ones when their day has come and their points have not, with a letter."""

    def open_one(claim_id: uuid.UUID) -> bool:
        if not arrivals.open_parked(claim_id, at=at):
            return False
        outbox.add(letters.claim_received(claim_id))
        return True

    return _each(arrivals.ripe(at=at), open_one)


def expire_unanswered(at: datetime) -> int:
    """Close claims whose question was not answered in time, with a letter."""

    def expire_one(claim_id: uuid.UUID) -> bool:
        if not arrivals.expire(claim_id, at=at):
            return False
        outbox.add(letters.claim_expired(claim_id))
        return True

    return _each(arrivals.unanswered(at=at), expire_one)


def tell_late(at: datetime) -> int:
    """Tell members whose answer is late before they ask, with a new day, in the moment the promise passes."""

    def tell_one(claim_id: uuid.UUID) -> bool:
        passed = late.own_up(claim_id, at=at)
        if passed is None:
            return False
        outbox.add(letters.claim_late(claim_id, due_at=passed.due_at, points=passed.points))
        return True

    return _each(late.passing(at=at), tell_one)


def end_leases(at: datetime) -> int:
    """Give claims back to the queue whose agent went away; they keep their place."""
    return _each(desk.run_out(at), lambda claim_id: desk.give_back(claim_id, at=at))


def lapse_drafts(at: datetime) -> int:
    """Throw drafts away that nobody came back to, with a letter."""
    store = _store()
    done = 0
    for claim_id in _listed(arrivals.forgotten_drafts(at=at)):
        with unit_of_work():
            writing = queries.writing_of(claim_id)
            files = arrivals.lapse(claim_id, at=at)
            if files is not None:
                outbox.add(letters.draft_lapsed(writing))
                done += 1
        _delete(store, files or ())
    return done


def drop_outside(at: datetime) -> int:
    """Throw pictures away that came from outside without a word; there is nobody to write to."""
    store = _store()
    left = _listed(arrivals.left_outside(at=at))
    for claim_id in left:
        with unit_of_work():
            files = arrivals.drop_outside(claim_id)
        _delete(store, files)
    return len(left)


def forget_pictures(at: datetime) -> int:
    """Delete pictures whose time is over; their fingerprints and the verdict stay.

    The files go first: what is cut off here is simply done again.
    """
    store = _store()
    outdated = _listed(arrivals.outdated_pictures(at=at))
    for evidence_id in outdated:
        files = arrivals.files_of(evidence_id)
        db.session.rollback()
        _delete(store, files)
        with unit_of_work():
            arrivals.forget_picture(evidence_id, at=at)
    return len(outdated)


def forget_originals(at: datetime) -> int:
    """Delete files as they were sent, whose time is shorter than that of the pictures made of them."""
    store = _store()
    outdated = _listed(originals.outdated(at=at))
    for evidence_id in outdated:
        with unit_of_work():
            files = originals.forget(evidence_id)
        _delete(store, files)
    return len(outdated)


def delete_orphans(at: datetime) -> int:
    """Delete files of past days that no row names: something was cut off between the store and the database."""
    return sum(_delete_orphans(folder, at) for folder in (FOLDER, originals.FOLDER))


def _delete_orphans(root: str, at: datetime) -> int:
    store = _store()
    # A file is put into the store before its row is written: the days that may not be over are left alone.
    young = f"{root}/{at - timedelta(days=ORPHAN_DAYS):%Y-%m-%d}/"
    done = 0
    for folder, keys in groupby(store.keys(f"{root}/"), key=lambda key: key[: len(young)]):
        if folder >= young:
            break
        known = arrivals.known_files(folder)
        db.session.rollback()
        orphans = [key for key in keys if key not in known]
        _delete(store, orphans)
        done += len(orphans)
    return done


def drop_unfinished(at: datetime) -> int:
    """Delete what came of files whose rest never came, and parts that a killed process left without a row."""
    store = _store()
    with unit_of_work():
        files = parts.drop_unfinished(at=at)
    # No row names a part of these days any more.
    young = f"{parts.FOLDER}/{at - timedelta(days=PARTS_DAYS):%Y-%m-%d}/"
    files += [key for key in store.keys(f"{parts.FOLDER}/") if key < young]
    _delete(store, files)
    return len(files)


def _news() -> dict[uuid.UUID, list[uuid.UUID]]:
    found = news.waiting()
    db.session.rollback()
    return found


def _weigh(claim_id: uuid.UUID, rows: list[uuid.UUID], at: datetime) -> bool:
    """Look at one claim; what cannot be dealt with is told to the log, and left to a person."""
    try:
        with unit_of_work():
            news.forget(rows)
            weighed = weighing.weigh(claim_id, at=at)
            telling.tell_weighed(claim_id, weighed)
    except PortalError:
        log.exception("claim %s could not be looked at again", claim_id)
        with unit_of_work():
            news.forget(rows)
        return False
    return bool(weighed)


def _see_to(expectation_id: uuid.UUID, at: datetime) -> bool:
    try:
        with unit_of_work():
            credited = credit(expectation_id, at=at)
            if credited is not None:
                telling.tell_risen(credited.member_id, credited.follow)
                return True
    except PortalError:
        log.exception("late promise %s could not be posted", expectation_id)
    with unit_of_work():
        proposed = proposals.propose(expectation_id, at=at)
        if proposed is not None:
            telling.tell_proposed(proposed)
    return proposed is not None


def _each(claim_ids: Iterable[uuid.UUID], act: Callable[[uuid.UUID], bool]) -> int:
    done = 0
    for claim_id in _listed(claim_ids):
        with unit_of_work():
            done += act(claim_id)
    return done


def _listed(ids: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    """End the read that listed them, so that each is looked at anew."""
    listed = list(ids)
    db.session.rollback()
    return listed


def _store() -> Store:
    store: Store = current_app.extensions["store"]
    return store


def _delete(store: Store, keys: Iterable[str]) -> None:
    for key in keys:
        try:
            store.delete(key)
        except OSError:
            # The row is gone or marked: the next sweep of orphans finds the file.
            log.warning("a file of a picture could not be deleted: %s", key)
