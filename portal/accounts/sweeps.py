"""Clearing away what no longer opens anything."""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete, func, select

from portal.accounts.models import UserSession
from portal.accounts.service import attempts, challenges, devices, kept, limits, linked, links
from portal.alarms import service as alarms
from portal.audit.models import AuditEvent
from portal.audit.rules import Verb
from portal.config import Settings
from portal.db import db
from portal.storage.store import Store
from portal.unit_of_work import unit_of_work

SESSIONS_KEPT_DAYS = 30
ORPHAN_DAYS = 1
GUESSING = "sign_in_failures"


def clean_up(at: datetime) -> int:
    """Drop what opens nothing any more, from sessions to kept forms with their pictures; sweep up lost ones."""
    store: Store = current_app.extensions["store"]
    with unit_of_work():
        done = limits.purge(at=at) + links.purge(at=at) + challenges.purge(at=at) + attempts.purge(at=at)
        done += devices.purge(at=at) + _drop_sessions(at)
        stale = kept.take_expired(at=at)
    stale += _orphans(store, at)
    for key in stale:
        store.delete(key)
    return done + len(stale)


def _orphans(store: Store, at: datetime) -> list[str]:
    """Find files of past days that no kept form names: something was cut off between the store and the database."""
    # A file is put into the store before its row is written: the days that may not be over are left alone.
    young = f"{kept.FOLDER}/{at - timedelta(days=ORPHAN_DAYS):%Y-%m-%d}/"
    old = [key for key in store.keys(f"{kept.FOLDER}/") if key < young]
    known = kept.known_files() if old else set()
    db.session.rollback()
    return [key for key in old if key not in known]


def find_links(at: datetime) -> int:
    """Note which accounts belong to people at the desk, so that they never meet their claims."""
    pairs = linked.new_pairs()
    db.session.rollback()
    if not pairs:
        return 0
    with unit_of_work():
        return linked.note_pairs(pairs, at=at)


def watch_failures(at: datetime) -> int:
    """Raise an alarm while far more sign-ins fail than usual: somebody may be trying passwords on many accounts.

    It is over when fewer than half as many fail.
    """
    settings: Settings = current_app.extensions["settings"]
    refused = select(func.count(), func.count(AuditEvent.about_id.distinct())).where(
        AuditEvent.verb == Verb.SIGN_IN_REFUSED.value, AuditEvent.at > at - timedelta(hours=1)
    )
    failures, accounts = db.session.execute(refused).one()
    db.session.rollback()
    if failures >= settings.sign_in_failures_alarm_per_hour:
        words = f"{failures} sign-ins failed within an hour, at {accounts} accounts we know"
        with unit_of_work():
            alarms.raise_alarm(GUESSING, facts={"found": words}, at=at)
        return 1
    if failures * 2 < settings.sign_in_failures_alarm_per_hour:
        with unit_of_work():
            return int(alarms.clear(GUESSING, at=at))
    return 0


def _drop_sessions(at: datetime) -> int:
    old = at - timedelta(days=SESSIONS_KEPT_DAYS)
    gone = db.session.execute(delete(UserSession).where(UserSession.expires_at < old).returning(UserSession.id))
    return len(gone.all())
