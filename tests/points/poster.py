"""A process that posts: `python -m tests.points.poster MEMBER NAME COUNT`, its settings in the environment.

It says "ready", waits for a line, and posts COUNT times one point, under keys that begin with NAME. Every third
posting is made twice, as a message that is sent again.
"""

import subprocess
import sys
from collections.abc import Sequence
from uuid import UUID

from portal.app import create_app
from portal.clock import now
from portal.tiers import service
from portal.unit_of_work import unit_of_work
from tests.mail.sender import environment
from tests.points.postings import posting
from tests.servers import Database


def start(database: Database, member_id: UUID, *, name: str, count: int) -> subprocess.Popen[str]:
    """Start a process that posts; it waits for the word."""
    command = [sys.executable, "-m", "tests.points.poster", str(member_id), name, str(count)]
    return subprocess.Popen(
        command, env=environment(database, port=0), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def go(posters: Sequence[subprocess.Popen[str]]) -> None:
    """Let all of them post at the same moment, and wait for the last."""
    for process in posters:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in posters:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in posters:
        process.communicate(timeout=120)


def post_many(member_id: UUID, *, name: str, count: int) -> None:
    """Post one point as often as asked, each in a unit of work of its own."""
    for number in range(count):
        for _ in range(2 if number % 3 == 0 else 1):
            with unit_of_work():
                service.post(member_id, posting(1, idempotency_key=f"{name}:{number}"), at=now())


def main() -> None:
    _, member_id, name, count = sys.argv
    app = create_app()
    print("ready", flush=True)  # noqa: T201 - the test waits for it
    sys.stdin.readline()
    with app.app_context():
        post_many(UUID(member_id), name=name, count=int(count))


if __name__ == "__main__":
    main()
