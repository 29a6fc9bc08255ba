"""The clock behind the pages: which sweep of which room runs when.

Whatever must happen is a row, so a sweep may run twice, on several machines at once, or not for an hour, and
nothing is lost. APScheduler only says when; a commit in this process also wakes the letters at once.
"""

import logging
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from apscheduler.executors.pool import ThreadPoolExecutor as SweepThreads  # type: ignore[import-untyped]
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]
from flask import Flask, current_app

from portal import doctor
from portal.accounts import sweeps as accounts
from portal.activities import sweeps as activities
from portal.audit import service as audit
from portal.claims import comparing
from portal.claims import sweeps as claims
from portal.clock import now
from portal.joining import sweeps as joining
from portal.mail import outbox
from portal.mail.postbox import postbox_of
from portal.records import sweeps as records
from portal.shop import sweeps as shop
from portal.tiers import sweeps as tiers
from portal.unit_of_work import after_each_commit

log = logging.getLogger("portal.worker")

SWEEPS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Sweep:
    """One room's recurring work: `run` does what is due at a moment and gives how many things it did."""

    name: str
    seconds: int
    run: Callable[[datetime], int]


def never() -> bool:
    """Let a sweep work until it is done."""
    return False


def letters(must_stop: Callable[[], bool] = never) -> Sweep:
    """Give the sweep that every commit wakes."""
    return Sweep("letters", 2, partial(send_letters, must_stop=must_stop))


def other_sweeps() -> tuple[Sweep, ...]:
    """List the sweeps of the rooms; a room with recurring work has its line here."""
    return (
        Sweep("points that are due", 5, activities.post_due),
        Sweep("returns that missed their order", 60, activities.find_astray),
        Sweep("friends who have joined", 10, activities.settle_friends),
        Sweep("promises that are late", 3600, activities.find_late),
        Sweep("tiers whose year is over", 600, tiers.look_again),
        Sweep("tiers that may be lost", 3600, tiers.warn_ahead),
        Sweep("points whose time is over", 3600, tiers.lapse_points),
        Sweep("points that lapse soon", 3600, tiers.tell_of_lapses),
        Sweep("claims something was heard about", 3, claims.weigh_heard),
        Sweep("claims whose points arrived", 600, claims.close_arrived),
        Sweep("promises that were not kept", 60, claims.open_late),
        Sweep("parked claims", 30, claims.open_parked),
        Sweep("leases that ran out", 15, claims.end_leases),
        Sweep("answers that are late", 30, claims.tell_late),
        Sweep("questions without an answer", 300, claims.expire_unanswered),
        Sweep("pictures to compare", 5, comparing.compare_pictures),
        Sweep("old drafts", 3600, claims.lapse_drafts),
        Sweep("pictures without words", 3600, claims.drop_outside),
        Sweep("old pictures", 3600, claims.forget_pictures),
        Sweep("pictures as they were sent", 3600, claims.forget_originals),
        Sweep("pictures without a claim", 3600, claims.delete_orphans),
        Sweep("files that never became whole", 3600, claims.drop_unfinished),
        Sweep("old sessions, links and kept forms", 3600, accounts.clean_up),
        Sweep("copies to make", 2, records.make_copies),
        Sweep("old copies", 600, records.delete_copies),
        Sweep("accounts to close", 300, records.close_accounts),
        Sweep("accounts just closed", 3600, records.look_again),
        Sweep("accounts that belong together", 60, accounts.find_links),
        Sweep("sign-ins that failed", 600, accounts.watch_failures),
        Sweep("documents and points nobody waits for", 3600, joining.clean_up),
        Sweep("old letters", 3600, outbox.forget),
        Sweep("old messages of the shop", 3600, shop.clean_up),
        Sweep("books that do not agree", 3600, doctor.examine_nightly),
        Sweep("lines of the log to seal", 30, audit.seal_waiting),
    )


def send_letters(at: datetime, *, must_stop: Callable[[], bool] = never) -> int:
    """Send batch after batch until nothing is due; a batch that did not all go waits for the next sweep."""
    postbox = postbox_of(current_app)
    total = sent = outbox.send_due(postbox, at=at, must_stop=must_stop)
    while sent == outbox.BATCH:
        sent = outbox.send_due(postbox, at=at, must_stop=must_stop)
        total += sent
    return total


def run_once(app: Flask, at: datetime) -> dict[str, int]:
    """Run every sweep as if it were `at`, and give what each did; an error goes to the caller."""
    return {sweep.name: _run(app, sweep, at) for sweep in (*other_sweeps(), letters())}


def start(app: Flask) -> "Worker":
    """Start the sweeps of `app` in threads of this process."""
    return Worker(app)


def run_until_stopped(app: Flask) -> None:
    """Run the sweeps in a process of their own until it is asked to end: the command `flask worker`."""
    asked_to_end = threading.Event()
    for wish in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wish, lambda _number, _frame: asked_to_end.set())
    worker = start(app)
    asked_to_end.wait()
    worker.stop()


class Worker:
    """The running sweeps of one process.

    Letters have a thread of their own: a nudge while they are being sent means one more round, and never
    touches the scheduler's locks, which a sweep that commits during the scheduler's end would wait for in vain.
    """

    def __init__(self, app: Flask) -> None:
        """Start at once: every sweep runs now, and from then on each by its own clock."""
        self._app = app
        self._is_stopping = threading.Event()
        self._queue = threading.Lock()
        self._is_queued = False
        self._sending_thread = 0
        self._letters = letters(self._is_stopping.is_set)
        self._letter_thread = ThreadPoolExecutor(1, thread_name_prefix="letters")
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": SweepThreads(SWEEPS_AT_ONCE)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        # It tells of every run at level INFO; what matters of a run is logged here.
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        self._tick(self._letters, self.nudge)
        for sweep in other_sweeps():
            self._tick(sweep, partial(self._survive, sweep))
        _running.add(self)
        after_each_commit(_nudge_all)
        self._scheduler.start()

    def nudge(self) -> None:
        """Send letters now; cheap, and safe to call from any thread at any time."""
        with self._queue:
            if self._is_queued or self._is_stopping.is_set():
                return
            if threading.get_ident() == self._sending_thread:
                # What the letters' own commits leave due is for the next round.
                return
            self._is_queued = True
            self._letter_thread.submit(self._send)

    def stop(self) -> None:
        """End the sweeps; each finishes the thing it has in hand, and what it had not begun is done another time."""
        _running.discard(self)
        with self._queue:
            self._is_stopping.set()
        self._scheduler.shutdown()
        self._letter_thread.shutdown()

    def _send(self) -> None:
        with self._queue:
            self._is_queued = False
            self._sending_thread = threading.get_ident()
        self._survive(self._letters)

    def _survive(self, sweep: Sweep) -> None:
        try:
            done = _run(self._app, sweep, now())
        except Exception:
            # The rows are still there: the next run tries again.
            log.exception("sweep %s failed", sweep.name)
        else:
            if done:
                log.info("sweep %s did %s", sweep.name, done)

    def _tick(self, sweep: Sweep, run: Callable[[], None]) -> None:
        self._scheduler.add_job(run, "interval", seconds=sweep.seconds, next_run_time=now(), name=sweep.name)


_running: set[Worker] = set()


def _nudge_all() -> None:
    for worker in tuple(_running):
        worker.nudge()


def _run(app: Flask, sweep: Sweep, at: datetime) -> int:
    with app.app_context():
        return sweep.run(at)
