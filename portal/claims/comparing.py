"""Comparing new pictures with those of other claims, behind the pages: it decides nothing, it shows a pair."""

import logging
import uuid
from datetime import datetime

from flask import current_app

from portal.claims.queries.near import Candidate, candidates
from portal.claims.service import pairs
from portal.db import db
from portal.storage.images import ImageRefused, show_the_same
from portal.storage.store import NotKept, Store
from portal.unit_of_work import unit_of_work

log = logging.getLogger("portal.claims")

AT_ONCE = 20


def compare_pictures(at: datetime) -> int:
    """Compare what has come since; what is cut off here is simply done again."""
    waiting = pairs.not_compared(limit=AT_ONCE)
    for each in waiting:
        near = candidates(each.dhash, but_of=each.claim_id)
        db.session.rollback()
        same = _same(each.thumb_key, near) if near and each.thumb_key else []
        with unit_of_work():
            pairs.note_compared(each.id, same, at=at)
    return len(waiting)


def _same(thumb_key: str, near: list[Candidate]) -> list[uuid.UUID]:
    store: Store = current_app.extensions["store"]
    try:
        mine = store.get(thumb_key)
    except NotKept:
        return []
    return [each.id for each in near if _shows_the_same(store, mine, each.thumb_key)]


def _shows_the_same(store: Store, mine: bytes, key: str) -> bool:
    try:
        return show_the_same(mine, store.get(key))
    except NotKept:
        return False
    except ImageRefused as error:
        log.warning("a picture could not be compared: %s", error.fault)
        return False
