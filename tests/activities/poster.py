"""A worker in a process of its own that posts what is due: `python -m tests.activities.poster [before|after]`.

It says "ready", waits for a line, posts, and says how many. One that is to die kills itself at its second commit:
`before` it, with the entry written and not yet kept, or `after` it, before it could begin the next.
"""

import os
import signal
import subprocess
import sys

from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.activities import sweeps
from portal.app import create_app
from portal.clock import now
from tests.mail.sender import environment
from tests.servers import Database

COMMITS_TO_DIE_AT = 2


def start(database: Database, *, dies: str = "") -> subprocess.Popen[str]:
    """Start a worker; it waits for the word."""
    command = [sys.executable, "-m", "tests.activities.poster", *([dies] if dies else [])]
    return subprocess.Popen(
        command, env=environment(database, port=0), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def go(*workers: subprocess.Popen[str]) -> list[str]:
    """Let all of them begin at the same moment; give what each says at its end."""
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    return [worker.communicate(timeout=120)[0] for worker in workers]


def _die(when: str) -> None:
    commits: list[Session] = []

    @event.listens_for(Session, f"{when}_commit")
    def count(session: Session) -> None:
        commits.append(session)
        if len(commits) == COMMITS_TO_DIE_AT:
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    app = create_app()
    if len(sys.argv) > 1:
        _die(sys.argv[1])
    print("ready", flush=True)  # noqa: T201 - the test waits for it
    sys.stdin.readline()
    with app.app_context():
        print(sweeps.post_due(now()))  # noqa: T201 - the test adds it up


if __name__ == "__main__":
    main()
