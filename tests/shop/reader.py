"""A reader of a file in a process of its own, which dies: `python -m tests.shop.reader FILE`.

It kills itself in its second batch, when everything is written and nothing of it is kept.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.shop import imports
from tests.mail.sender import environment
from tests.servers import Database

# The first commit opens the run.
COMMITS_TO_DIE_AT = 3
AT_ONCE = 3


def read(database: Database, file: Path) -> int:
    """Let a reader begin with a file, and give what became of it."""
    command = [sys.executable, "-m", "tests.shop.reader", str(file)]
    return subprocess.run(command, env=environment(database, port=0), check=False, timeout=120).returncode


def main() -> None:
    app = create_app()
    imports.AT_ONCE = AT_ONCE
    commits: list[Session] = []

    @event.listens_for(Session, "before_commit")
    def count(session: Session) -> None:
        if session.in_nested_transaction():
            return
        commits.append(session)
        if len(commits) == COMMITS_TO_DIE_AT:
            os.kill(os.getpid(), signal.SIGKILL)

    with app.app_context():
        app.test_cli_runner().invoke(args=["import", "events", sys.argv[1]], catch_exceptions=False)


if __name__ == "__main__":
    main()
