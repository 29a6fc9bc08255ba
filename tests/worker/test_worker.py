"""The worker: sweeps by the clock, letters by the nudge of a commit, faults survived, a clean end."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask

from portal import worker
from portal.clock import now
from portal.mail import rules
from portal.mail.postbox import Memory, Postbox
from tests.mail import sender
from tests.mail.postboxes import Watching
from tests.mail.posting import post, rows, sent_to, to
from tests.mail_server import mail_server
from tests.servers import Database

PATIENCE_SECONDS = 20


def eventually(is_so: Callable[[], bool]) -> bool:
    """Wait until something is so; False when it takes too long."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.005)
    return False


@contextmanager
def running(app: Flask, postbox: Postbox, *, by_its_clock: bool = True) -> Iterator[worker.Worker]:
    """Run a worker; one that does not go by its clock does only what it is nudged to do."""
    app.extensions["postbox"] = postbox
    started = worker.start(app)
    if not by_its_clock:
        started._scheduler.pause()
    try:
        yield started
    finally:
        started.stop()


def elsewhere(app: Flask, act: Callable[[], object]) -> None:
    """Do something in another thread, as a web request would, and wait for it."""

    def run() -> None:
        with app.app_context():
            act()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def test_letter_from_before_the_start_goes_out(free_app: Flask):
    postbox = Memory()
    post(to("asha"))

    with running(free_app, postbox):
        assert eventually(lambda: sent_to(postbox) == ["asha"])


def test_sweep_comes_back_by_its_clock(free_app: Flask):
    postbox = Memory()
    with running(free_app, postbox) as started:
        # Without the nudge of the commit, only the clock is left.
        worker._running.discard(started)
        post(to("asha"))

        assert eventually(lambda: sent_to(postbox) == ["asha"])


def test_commit_wakes_the_letters(free_app: Flask):
    postbox = Memory()
    with running(free_app, postbox, by_its_clock=False):
        post(to("asha"))

        assert eventually(lambda: sent_to(postbox) == ["asha"])


def test_letter_written_while_another_is_in_hand_goes_right_after_it(free_app: Flask):
    to_come = [to("bruno")]

    def write() -> None:
        if to_come:
            elsewhere(free_app, lambda: post(to_come.pop()))

    postbox = Watching(write)
    with running(free_app, postbox, by_its_clock=False):
        post(to("asha"))

        assert eventually(lambda: sent_to(postbox.kept) == ["asha", "bruno"])


def test_many_letters_go_out_in_one_round(free_app: Flask):
    postbox = Memory()
    with running(free_app, postbox, by_its_clock=False):
        post(*[to(f"member{number}") for number in range(50)])

        assert eventually(lambda: len(postbox.messages) == 50)


class Broken(Memory):
    """Fails in a way nobody has thought of."""

    def close(self) -> None:
        message = "nobody has thought of this"
        raise RuntimeError(message)


def test_sweep_that_fails_is_logged_and_comes_again(free_app: Flask, caplog: pytest.LogCaptureFixture):
    broken, mended = Broken(), Memory()
    with running(free_app, broken, by_its_clock=False):
        post(to("asha"))
        assert eventually(lambda: "sweep letters failed" in caplog.text)
        free_app.extensions["postbox"] = mended
        post(to("bruno"))

        assert eventually(lambda: sent_to(mended) == ["bruno"])


def test_worker_that_is_stopped_finishes_the_letter_in_hand_and_leaves_the_rest(free_app: Flask):
    in_hand, go_on = threading.Event(), threading.Event()

    def dawdle() -> None:
        in_hand.set()
        go_on.wait(PATIENCE_SECONDS)

    postbox = Watching(dawdle)
    free_app.extensions["postbox"] = postbox
    post(to("asha"), to("bruno"), to("cara"))

    started = worker.start(free_app)
    assert in_hand.wait(PATIENCE_SECONDS)
    stopping = threading.Thread(target=started.stop)
    stopping.start()
    assert eventually(started._is_stopping.is_set)
    go_on.set()
    stopping.join(PATIENCE_SECONDS)

    assert len(postbox.kept.messages) == 1
    assert sorted((row.state, row.attempts) for row in rows()) == [("sent", 1), ("waiting", 0), ("waiting", 0)]
    assert not any(thread.name.startswith(("letters", "APScheduler")) for thread in threading.enumerate())


def test_commit_after_the_end_wakes_nobody(free_app: Flask):
    postbox = Memory()
    with running(free_app, postbox) as started:
        pass

    post(to("asha"))
    started.nudge()

    assert (postbox.messages, [row.state for row in rows()]) == ([], ["waiting"])


# --- One round ------------------------------------------------------------------------------------


def test_one_round_runs_every_sweep(free_app: Flask):
    free_app.extensions["postbox"] = Memory()
    post(to("asha"))

    first = worker.run_once(free_app, now())
    later = worker.run_once(free_app, now() + timedelta(days=rules.FACTS_DAYS, seconds=1))

    assert first.keys() == {sweep.name for sweep in (worker.letters(), *worker.other_sweeps())}
    assert (first["letters"], first["old letters"]) == (1, 0)
    assert (later["letters"], later["old letters"]) == (0, 1)


def test_error_in_one_round_goes_to_the_caller(free_app: Flask):
    free_app.extensions["postbox"] = Broken()
    post(to("asha"))

    with pytest.raises(RuntimeError, match="nobody has thought of this"):
        worker.run_once(free_app, now())


def test_sweeps_have_names_of_their_own_and_a_pace():
    sweeps = (worker.letters(), *worker.other_sweeps())

    assert len({sweep.name for sweep in sweeps}) == len(sweeps)
    assert all(sweep.seconds > 0 for sweep in sweeps)


# --- A process of its own -------------------------------------------------------------------------


@pytest.mark.parametrize("wish", [signal.SIGTERM, signal.SIGINT])
def test_worker_in_a_process_of_its_own_sends_and_ends_when_asked(free_app: Flask, database: Database, wish: int):
    own = Database(database.kind, free_app.extensions["settings"].database_url)
    post(to("asha"))

    with mail_server() as server:
        run = "from portal import app, worker; worker.run_until_stopped(app.create_app())"
        process = subprocess.Popen([sys.executable, "-c", run], env=sender.environment(own, port=server.port))
        try:
            assert eventually(lambda: [letter.to for letter in server.messages] == ["asha@club.example"])
            process.send_signal(wish)
            assert process.wait(PATIENCE_SECONDS) == 0
        finally:
            process.kill()

    assert [row.state for row in rows()] == ["sent"]
