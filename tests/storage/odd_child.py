"""An image child that does what the picture says, so that tests can see what the fence around it holds."""

import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from portal.storage import image_child
from portal.storage.kinds import PictureKind
from portal.storage.outcome import Picture

JPEG = b"\xff\xd8\xff"


def obey(content: bytes, kind: PictureKind) -> Picture:
    order, _, word = content.decode().partition(" ")
    if order == "lie":
        return Picture(b"<script>", JPEG, 1, 1, 0)
    if order == "boast":
        return Picture(JPEG, JPEG, 10**9, 1, 0)
    told = ORDERS[order](word)
    return Picture(JPEG + json.dumps(told).encode(), JPEG, 1, 1, 0)


def nap(seconds: str) -> tuple[float, float]:
    began = time.monotonic()
    time.sleep(float(seconds))
    return began, time.monotonic()


def spin(seconds: str) -> None:
    until = time.process_time() + float(seconds)
    while time.process_time() < until:
        pass


def hoard(megabytes: str) -> int:
    return len(bytearray(int(megabytes) * 1024 * 1024))


def die(name: str) -> None:
    os.kill(os.getpid(), signal.Signals[name])


def trip(_word: str) -> None:
    raise ZeroDivisionError


def babble(words: str) -> None:
    os.write(1, words.encode() * 20)


def look(_word: str) -> dict[str, object]:
    try:
        with Path("/proc/self/environ").open("rb"):
            opens = "a file"
    except OSError:
        opens = "nothing"
    return {
        "opens": opens,
        "environment": sorted(os.environ),
        "errors": os.fstat(2).st_rdev == os.makedev(1, 3),
        "core": resource.getrlimit(resource.RLIMIT_CORE),
        "written": resource.getrlimit(resource.RLIMIT_FSIZE),
        "niceness": os.nice(0),
        "flask": "flask" in sys.modules,
    }


ORDERS: dict[str, Callable[[str], object]] = {
    "nap": nap,
    "spin": spin,
    "hoard": hoard,
    "die": die,
    "trip": trip,
    "babble": babble,
    "look": look,
}

if __name__ == "__main__":
    image_child.main(obey)
