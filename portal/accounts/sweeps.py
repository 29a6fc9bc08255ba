"""Clearing away what no longer opens anything."""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete

from portal.accounts.models import UserSession
from portal.accounts.service import kept, limits, links
from portal.db import db
from portal.storage.store import Store
from portal.unit_of_work import unit_of_work

SESSIONS_KEPT_DAYS = 30


def clean_up(at: datetime) -> int:
    """Drop old sessions, links, counters and kept forms; the pictures of a kept form go with it."""
    store: Store = current_app.extensions["store"]
    with unit_of_work():
        done = limits.purge(at=at) + links.purge(at=at) + _drop_sessions(at)
        stale = kept.take_expired(at=at)
    for key in stale:
        store.delete(key)
    return done + len(stale)


def _drop_sessions(at: datetime) -> int:
    old = at - timedelta(days=SESSIONS_KEPT_DAYS)
    gone = db.session.execute(delete(UserSession).where(UserSession.expires_at < old).returning(UserSession.id))
    return len(gone.all())
