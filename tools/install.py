"""Install a lock file into the environment this runs in, and show how far it is.

It runs before anything is installed, so it needs nothing but the standard library.
"""

import re
import subprocess
import sys
import time
from collections import deque
from pathlib import Path

PINNED = re.compile(r"^[A-Za-z0-9][\w.-]*==", re.MULTILINE)
SETTLED = re.compile(r"^(?:Collecting|Ignoring|Requirement already satisfied:) ([A-Za-z0-9][\w.-]*)")
LINES_SHOWN_ON_FAILURE = 15
PLAIN_STEP = 10


def install(lock: Path) -> int:
    """Install every pin of `lock`, hashes checked; return pip's status."""
    total = len(PINNED.findall(lock.read_text(encoding="utf-8")))
    print(f"Installing {total} packages from {lock} …", flush=True)
    started = time.monotonic()
    last_lines: deque[str] = deque(maxlen=LINES_SHOWN_ON_FAILURE)
    command = [sys.executable, "-m", "pip", "install", "--require-hashes", "--no-deps"]
    command += ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "-r", str(lock)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        done = 0
        for line in pip.stdout or ():
            last_lines.append(line.rstrip())
            if settled := SETTLED.match(line):
                done += 1
                _show(done, total, settled[1])
            elif line.startswith("Installing collected packages"):
                _show(total, total, "unpacking")
    if pip.returncode:
        print(f"\nportal: the packages of {lock} could not be installed; pip said:", *last_lines, sep="\n  ")
        return 1
    _show(total, total, f"ready after {time.monotonic() - started:.0f} seconds")
    if sys.stdout.isatty():
        print()
    return 0


def _show(done: int, total: int, what: str) -> None:
    """Redraw one line on a terminal; elsewhere print every tenth step."""
    if sys.stdout.isatty():
        print(f"\r  {done}/{total} {what:<40}", end="", flush=True)
    elif done == total or done % PLAIN_STEP == 0:
        print(f"  {done}/{total} {what}", flush=True)


if __name__ == "__main__":
    sys.exit(install(Path(sys.argv[1])))
