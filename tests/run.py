"""One run of the tests, of however many processes: its folder, what is done once in it, and what it leaves behind."""

import fcntl
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

RUN_FOLDER = "PORTAL_TEST_RUN"
FOLDER_PREFIX = "portal-test-"
STOP_SECONDS = 10


def open_run() -> None:
    """Make the folder of this run; the processes of xdist find it in their environment."""
    _sweep_dead_runs()
    folder = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX))
    (folder / "pid").write_text(str(os.getpid()), encoding="ascii")
    os.environ[RUN_FOLDER] = str(folder)


def close_run() -> None:
    """Stop the servers of this run and remove its folder."""
    _remove_run(run_folder())
    del os.environ[RUN_FOLDER]


def run_folder() -> Path:
    """Give the folder of this run, shared by all its processes."""
    return Path(os.environ[RUN_FOLDER])


def data_folder() -> Path:
    """Give this process's own folder for files the portal keeps."""
    folder = run_folder() / os.environ.get("PYTEST_XDIST_WORKER", "main")
    folder.mkdir(exist_ok=True)
    return folder


@contextmanager
def once(name: str) -> Iterator[bool]:
    """Tell exactly one process of this run that it is the first; the others wait until that one is done."""
    with (run_folder() / f"{name}.lock").open("a+", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = run_folder() / f"{name}.done"
        yield not done.exists()
        done.touch()


def _sweep_dead_runs() -> None:
    """Clear up after runs that were killed, whose servers would otherwise stay for ever."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        with suppress(OSError, ValueError):
            owner = int((folder / "pid").read_text(encoding="ascii"))
            if not _is_alive(owner):
                _remove_run(folder)


def _remove_run(folder: Path) -> None:
    postmaster = folder / "postgres" / "postmaster.pid"
    if postmaster.exists():
        server = int(postmaster.read_text(encoding="utf-8").splitlines()[0])
        with suppress(ProcessLookupError):
            os.kill(server, signal.SIGQUIT)
        deadline = time.monotonic() + STOP_SECONDS
        while _is_alive(server) and time.monotonic() < deadline:
            time.sleep(0.05)
    shutil.rmtree(folder, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
