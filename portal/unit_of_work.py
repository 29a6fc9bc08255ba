"""One unit of work: everything in it is committed together, or nothing is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from portal.db import WRITES, db

_after_commit: list[Callable[[], None]] = []


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Begin a write, commit it once at the end, roll all of it back on any error.

    The read that came before is ended first: what a service re-reads inside is the
    present state under the lock, never what the page saw. Keep it short: no network,
    no password hash, no image work inside.
    """
    db.session.rollback()
    db.session.connection(execution_options={WRITES: True})
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    for nudge in _after_commit:
        nudge()


def after_each_commit(nudge: Callable[[], None]) -> None:
    """Call `nudge` after every commit; the embedded worker wakes up by it."""
    if nudge not in _after_commit:
        _after_commit.append(nudge)
