"""Many at once: threads that begin at the same moment, each in an app context of its own."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from portal.db import db


def together(app: Flask, work: Sequence[Callable[[], object]]) -> list[BaseException]:
    """Run every piece of work in a thread of its own, all at the same moment; give what went wrong."""
    start = threading.Barrier(len(work))

    def run(piece: Callable[[], object]) -> None:
        with app.app_context():
            start.wait()
            piece()

    with ThreadPoolExecutor(len(work)) as threads:
        ends = [threads.submit(run, piece) for piece in work]
    db.session.rollback()
    return [error for end in ends if (error := end.exception()) is not None]
