"""What the clock does about joining: documents nobody needs go, and points are not held for ever."""

from datetime import datetime, timedelta

from flask import current_app

from portal.db import db
from portal.joining.service import ages, forgetting, held
from portal.joining.service.ages import FOLDER
from portal.storage.store import Store
from portal.unit_of_work import unit_of_work


def clean_up(at: datetime) -> int:
    """Take back needless looks and their documents, give up what was held too long, forget who never confirmed.

    A file is kept before its row is written, so those of the day that may not be over are left alone.
    """
    store: Store = current_app.extensions["store"]
    with unit_of_work():
        done = ages.withdraw_orphaned(at=at) + held.let_go(at=at)
    done += _forget_unconfirmed(at)
    known = ages.known_files()
    db.session.rollback()
    young = f"{FOLDER}/{at - timedelta(days=1):%Y-%m-%d}/"
    for key in store.keys(f"{FOLDER}/"):
        if key < young and key not in known:
            store.delete(key)
            done += 1
    return done


def _forget_unconfirmed(at: datetime) -> int:
    people = forgetting.long_unconfirmed(at=at)
    db.session.rollback()
    done = 0
    for who in people:
        with unit_of_work():
            done += forgetting.forget(who)
    return done
