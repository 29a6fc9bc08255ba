"""How the portal and its image child speak: two lengths, a small JSON head, then one body of bytes."""

import json
import os
import select
import struct
import time
from dataclasses import dataclass
from typing import Any

MOST_HEAD_BYTES = 4096
MOST_BODY_BYTES = 64 * 1024 * 1024
# The head of two pictures to compare: how long the first is.
COMPARE = "compare"
_LENGTHS = struct.Struct("!II")


class BadMessage(Exception):
    """The other side did not keep to the protocol."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent in one go, either way."""

    head: dict[str, Any]
    body: bytes = b""


def send(pipe: int, message: Message, *, until: float | None = None) -> None:
    """Write a whole message.

    Raises BrokenPipeError when nobody reads any more, and TimeoutError at `until`
    (of time.monotonic), for which the pipe must not block.
    """
    head = json.dumps(message.head).encode()
    _write(pipe, _LENGTHS.pack(len(head), len(message.body)) + head, until)
    _write(pipe, message.body, until)


def receive(pipe: int, *, until: float | None = None) -> Message | None:
    """Read a whole message; None when the other side has gone. Raises BadMessage, and TimeoutError at `until`."""
    lengths = _read(pipe, _LENGTHS.size, until)
    if lengths is None:
        return None
    head_bytes, body_bytes = _LENGTHS.unpack(lengths)
    if head_bytes > MOST_HEAD_BYTES or body_bytes > MOST_BODY_BYTES:
        raise BadMessage
    head, body = _read(pipe, head_bytes, until), _read(pipe, body_bytes, until)
    if head is None or body is None:
        return None
    try:
        fields = json.loads(head)
    except ValueError as error:
        raise BadMessage from error
    if not isinstance(fields, dict):
        raise BadMessage
    return Message(fields, body)


def _write(pipe: int, content: bytes, until: float | None) -> None:
    left = memoryview(content)
    while left:
        _wait(pipe, select.POLLOUT, until)
        left = left[os.write(pipe, left) :]


def _read(pipe: int, length: int, until: float | None) -> bytes | None:
    content = bytearray(length)
    left = memoryview(content)
    while left:
        _wait(pipe, select.POLLIN, until)
        got = os.readv(pipe, [left])
        if not got:
            return None
        left = left[got:]
    return bytes(content)


def _wait(pipe: int, event: int, until: float | None) -> None:
    if until is None:
        return
    poll = select.poll()
    poll.register(pipe, event)
    left = until - time.monotonic()
    if left <= 0 or not poll.poll(left * 1000):
        raise TimeoutError
