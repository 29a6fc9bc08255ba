"""Looks at the image children of this process, and asks the odd one among them for favours."""

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from portal.storage.image_pool import ImagePool
from portal.storage.kinds import PictureKind
from portal.storage.outcome import ImageFault, ImageRefused

ODD = "tests.storage.odd_child"
SOON = 10  # seconds; by itself each of these takes a fraction of one

Opener = Callable[..., ImagePool]


def children() -> dict[int, str]:
    """Name the image children of this process, with their state: Z is one that nobody has collected."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):  # others may end while we look
            name, state, parent = _stat(process)
            command = (process / "cmdline").read_bytes()
            if parent == os.getpid() and (b"_child" in command or (not command and name.startswith("python"))):
                found[int(process.name)] = state
    return found


def is_alive(pid: int) -> bool:
    try:
        return _stat(Path(f"/proc/{pid}"))[1] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _stat(process: Path) -> tuple[str, str, int]:
    name, _, figures = (process / "stat").read_text().partition("(")[2].rpartition(")")
    state, parent = figures.split()[:2]
    return name, state, int(parent)


def wait_until(condition: Callable[[], object]) -> None:
    until = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)


def ask(pool: ImagePool, order: str) -> Any:
    return json.loads(pool.reencode(order.encode(), PictureKind.PNG).jpeg[3:])


def fault_of(pool: ImagePool, order: str | bytes) -> ImageFault:
    content = order.encode() if isinstance(order, str) else order
    kind = PictureKind.JPEG if content.startswith(b"\xff\xd8") else PictureKind.PNG
    with pytest.raises(ImageRefused) as refused:
        pool.reencode(content, kind)
    return refused.value.fault
