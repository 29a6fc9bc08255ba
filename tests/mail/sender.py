"""A sender in a process of its own: `python -m tests.mail.sender [dies]`, its settings in the environment.

It says "ready", waits for a line, sends what is due and says how many went. One that `dies` kills itself
after the mail server has its first letter and before it can note that.
"""

import os
import signal
import subprocess
import sys
from email.message import EmailMessage

from portal.app import create_app
from portal.clock import now
from portal.mail import outbox
from portal.mail.postbox import Postbox, postbox_of
from tests.mail_server import HOST
from tests.run import data_folder
from tests.servers import BASE_URL, SECRET, Database

DIES = "dies"


def start(database: Database, *, port: int, dies: bool = False) -> subprocess.Popen[str]:
    """Start a sender that hands letters to the mail server on `port`, and wait until it is ready."""
    command = [sys.executable, "-m", "tests.mail.sender", *([DIES] if dies else [])]
    sender = subprocess.Popen(
        command, env=environment(database, port=port), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert sender.stdout is not None
    assert sender.stdout.readline() == "ready\n"
    return sender


def environment(database: Database, *, port: int) -> dict[str, str]:
    """Give the settings of a portal in another process."""
    return {
        **os.environ,
        "PORTAL_MODE": "demo",
        "PORTAL_SECRET_KEY": SECRET,
        "PORTAL_BASE_URL": BASE_URL,
        "PORTAL_DATABASE_URL": database.url,
        "PORTAL_DATA_DIR": str(data_folder()),
        "PORTAL_SMTP_HOST": HOST,
        "PORTAL_SMTP_PORT": str(port),
        "PORTAL_SMTP_SECURITY": "none",
    }


class Dying:
    """Hands a letter over and is gone."""

    def __init__(self, postbox: Postbox) -> None:
        self._postbox = postbox

    def deliver(self, message: EmailMessage) -> None:
        self._postbox.deliver(message)
        os.kill(os.getpid(), signal.SIGKILL)

    def close(self) -> None:
        self._postbox.close()


def main() -> None:
    app = create_app()
    postbox: Postbox = Dying(postbox_of(app)) if DIES in sys.argv else postbox_of(app)
    print("ready", flush=True)  # noqa: T201 - the test waits for it
    sys.stdin.readline()
    total = 0
    with app.app_context():
        while sent := outbox.send_due(postbox, at=now(), limit=3):
            total += sent
    print(total)  # noqa: T201 - the test adds it up


if __name__ == "__main__":
    main()
