"""A whole portal as `make run` starts it: its own process, port, folder, demo people, and a mail server to write to."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.mail_server import HOST, MailServer, Received, mail_server
from tests.run import once, run_folder

ROOT = Path(__file__).parents[2]
OPEN_WORDS = "The portal is open"
START_SECONDS = 60
STOP_SECONDS = 15
LETTER_SECONDS = 15
DATABASE, FILES = "portal.sqlite3", "files"
# Enough people and claims for lists that page, few enough to be seeded in a moment.
SEED = ("seed", "--members", "120", "--claims", "60")
# What a portal does as it starts is done before, so that a portal which begins again is as far as a new one.
FIRST_SWEEPS = ("worker", "--once")


@dataclass(frozen=True, slots=True)
class Portal:
    """A running portal; `log` is what it has printed."""

    url: str
    folder: Path
    mail: MailServer
    log: Path
    # The cookies of browsers that somebody is known on, by address.
    known: dict[str, str] = field(default_factory=dict)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def crash(self) -> None:
        """Kill the portal as if the power had gone."""
        self.processes[-1].kill()
        self.processes[-1].wait(timeout=STOP_SECONDS)

    def start(self) -> None:
        """Start it, on the same port and with what lies in its folder."""
        with self.log.open("w", encoding="utf-8") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "wsgi", "serve"],
                cwd=ROOT,
                env=_environment(self.folder, urlsplit(self.url).port or 0, self.mail.port),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.processes.append(process)
        _wait_until_open(process, self.log)

    def stop(self) -> None:
        """End it cleanly."""
        self.processes[-1].terminate()
        status = self.processes[-1].wait(timeout=STOP_SECONDS)
        assert status == 0, f"the portal ended with status {status}:\n{self.log.read_text(encoding='utf-8')}"

    def letter(self, to: str, *, after: int = 0, saying: str = "") -> Received:
        """Wait for the newest letter to somebody that says so; `after` skips those that were there before."""
        deadline = time.monotonic() + LETTER_SECONDS
        while time.monotonic() < deadline:
            found = self.letters(to, saying)
            if len(found) > after:
                return found[-1]
            time.sleep(0.05)
        message = f"no letter for {to} that says {saying!r}; the portal said:\n{self.log.read_text(encoding='utf-8')}"
        raise AssertionError(message)

    def letters(self, to: str, saying: str = "") -> list[Received]:
        return [
            message
            for message in self.mail.messages
            if message.to == to and saying in f"{message.subject}\n{message.text}"
        ]

    def command(self, *words: str) -> str:
        """Run one of the portal's commands beside it, which must end well; give what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *words],
            cwd=ROOT,
            env=_environment(self.folder, 0, self.mail.port),
            check=False,
            capture_output=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, f"{words} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def begin_again(self) -> None:
        """Put the seeded data back under the running portal, and forget all letters and browsers."""
        self._wait_until_all_is_sent()
        shutil.rmtree(self.folder / FILES, ignore_errors=True)
        seeded = _seeded_folder()
        if (seeded / FILES).exists():
            shutil.copytree(seeded / FILES, self.folder / FILES)
        with (
            closing(sqlite3.connect(seeded / DATABASE)) as before,
            closing(sqlite3.connect(self.folder / DATABASE, timeout=10)) as present,
        ):
            before.backup(present)
        self.mail.messages.clear()
        self.known.clear()

    def _wait_until_all_is_sent(self) -> None:
        """Let no letter of one test come in during the next."""
        deadline = time.monotonic() + LETTER_SECONDS
        with closing(sqlite3.connect(self.folder / DATABASE, timeout=10)) as database:
            while database.execute("SELECT count(*) FROM letter WHERE state = 'waiting'").fetchone()[0]:
                assert time.monotonic() < deadline, f"letters stay:\n{self.log.read_text(encoding='utf-8')}"
                time.sleep(0.02)


@contextmanager
def running_portal() -> Iterator[Portal]:
    """Run a portal on a copy of the seeded data; it must have started in time and end cleanly."""
    with tempfile.TemporaryDirectory(dir=run_folder()) as place, mail_server() as mail:
        folder = Path(place) / "data"
        shutil.copytree(_seeded_folder(), folder)
        portal = Portal(f"http://{HOST}:{_free_port()}", folder, mail, Path(place) / "log")
        try:
            portal.start()
            yield portal
        except BaseException:
            portal.crash()
            raise
        portal.stop()


def _seeded_folder() -> Path:
    """Give a folder with the demo club, seeded and swept once for the whole run."""
    folder = run_folder() / "demo"
    with once("demo") as is_first:
        if is_first:
            for words in (SEED, FIRST_SWEEPS):
                subprocess.run(
                    [sys.executable, "-m", "flask", "--app", "wsgi", *words],
                    cwd=ROOT,
                    env=_environment(folder, 0, 0),
                    check=True,
                    stdout=subprocess.DEVNULL,
                )
    return folder


def _environment(folder: Path, port: int, mail_port: int) -> dict[str, str]:
    """Give nothing of the outer environment's portal to the inner one."""
    outer = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    return outer | {
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        "PORTAL_MODE": "demo",
        "PORTAL_HOST": HOST,
        "PORTAL_DATA_DIR": str(folder),
        "PORTAL_SMTP_HOST": HOST,
        "PORTAL_SMTP_PORT": str(mail_port),
        "PORTAL_SMTP_SECURITY": "none",
    }


def _wait_until_open(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while OPEN_WORDS not in log.read_text(encoding="utf-8"):
        assert process.poll() is None, f"the portal did not start:\n{log.read_text(encoding='utf-8')}"
        assert time.monotonic() < deadline, f"the portal took too long:\n{log.read_text(encoding='utf-8')}"
        time.sleep(0.02)


def _free_port() -> int:
    with socket.socket() as plug:
        plug.bind((HOST, 0))
        port: int = plug.getsockname()[1]
        return port
