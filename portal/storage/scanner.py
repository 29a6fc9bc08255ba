"""An optional look for malware by clamd over its socket; what cannot be looked at is not taken."""

import logging
import socket
import time
from collections.abc import Iterator
from contextlib import closing

from flask import current_app

from portal.storage.outcome import ImageFault, ImageRefused

log = logging.getLogger(__name__)

_COMMAND = b"zINSTREAM\0"
_CHUNK = 64 * 1024
_LONGEST_ANSWER = 4096
_CLEAN = b"stream: OK"
_FOUND = b" FOUND"


class Scanner:
    """A clamd at `unix:/path` or `host:port`; `seconds` is what one file may take, the connection included."""

    def __init__(self, address: str, *, seconds: float = 20.0) -> None:
        self._address = address
        self._seconds = seconds

    def check(self, content: bytes) -> None:
        """Have one file looked at; raises ImageRefused: HARMFUL, or UNCHECKED when there was no clear answer."""
        try:
            answer = self._answer(content)
        except OSError as error:
            log.exception("the scanner at %s cannot be reached", self._address)
            raise ImageRefused(ImageFault.UNCHECKED) from error
        if answer.startswith(b"stream: ") and answer.endswith(_FOUND):
            log.warning("the scanner refused a file: %r", answer)
            raise ImageRefused(ImageFault.HARMFUL)
        if answer != _CLEAN:
            log.error("the scanner gave no clear answer: %r", answer[:200])
            raise ImageRefused(ImageFault.UNCHECKED)

    def _answer(self, content: bytes) -> bytes:
        until = time.monotonic() + self._seconds
        with closing(self._connected()) as line:
            try:
                for part in _framed(content):
                    line.settimeout(_left(until))
                    line.sendall(part)
            except (BrokenPipeError, ConnectionResetError):
                # It has hung up on a file that is too large for it, and may have said so before.
                log.info("the scanner hung up before the end of the file")
            return _read(line, until)

    def _connected(self) -> socket.socket:
        kind, _, path = self._address.partition(":")
        if kind == "unix":
            line = socket.socket(socket.AF_UNIX)
            line.settimeout(self._seconds)
            try:
                line.connect(path)
            except OSError:
                line.close()
                raise
            return line
        host, _, port = self._address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), self._seconds)


def scan(content: bytes) -> None:
    """Have a file looked at where a scanner is set; raises ImageRefused. Call it outside of any unit of work."""
    scanner: Scanner | None = current_app.extensions["scanner"]
    if scanner is not None:
        scanner.check(content)


def _framed(content: bytes) -> Iterator[bytes]:
    """Write a file as clamd reads one: each chunk after its length in four bytes, and an empty one at the end."""
    yield _COMMAND
    for begin in range(0, len(content), _CHUNK):
        chunk = content[begin : begin + _CHUNK]
        yield len(chunk).to_bytes(4, "big") + chunk
    yield bytes(4)


def _read(line: socket.socket, until: float) -> bytes:
    answer = b""
    while len(answer) < _LONGEST_ANSWER and b"\0" not in answer:
        line.settimeout(_left(until))
        part = line.recv(_LONGEST_ANSWER)
        if not part:
            break
        answer += part
    return answer.partition(b"\0")[0].strip()


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
