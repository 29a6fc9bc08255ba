"""A worker in a process of its own that looks at tiers and lets points lapse: `python -m tests.tiers.sweeper MOMENT`.

It kills itself before its fourth commit, with what that one wrote not yet kept.
"""

import os
import signal
import subprocess
import sys
from datetime import datetime

from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.tiers import sweeps
from tests.mail.sender import environment
from tests.programme.samples import HARBOUR
from tests.servers import Database

COMMIT_TO_DIE_AT = 4


def run(database: Database, moment: datetime) -> int:
    """Run such a worker at the harbour and give how it ended."""
    command = [sys.executable, "-m", "tests.tiers.sweeper", moment.isoformat()]
    settings = environment(database, port=0) | {"PORTAL_PROGRAMME_PATH": str(HARBOUR)}
    return subprocess.run(command, env=settings, check=False, timeout=120).returncode


def main() -> None:
    app, at = create_app(), datetime.fromisoformat(sys.argv[1])
    commits: list[Session] = []

    @event.listens_for(Session, "before_commit")
    def count(session: Session) -> None:
        commits.append(session)
        if len(commits) == COMMIT_TO_DIE_AT:
            os.kill(os.getpid(), signal.SIGKILL)

    with app.app_context():
        sweeps.look_again(at)
        sweeps.lapse_points(at)


if __name__ == "__main__":
    main()
