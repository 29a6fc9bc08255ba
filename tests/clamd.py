"""A scanner that speaks as clamd does, and as one does that is full, broken or gone silent."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from portal.storage.scanner import Scanner

BAD = b"this-file-does-harm"


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert self.rfile.read(len(b"zINSTREAM\0")) == b"zINSTREAM\0"
        content = b""
        while length := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(length)
            if len(content) > self.server.most_bytes:  # type: ignore[attr-defined]
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        said = self.server.says  # type: ignore[attr-defined]
        if said is None:
            self.server.until.wait()  # type: ignore[attr-defined]
            return
        found = b"stream: Test.Harm FOUND\0" if BAD in content else b"stream: OK\0"
        self.wfile.write(said or found)


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@contextmanager
def clamd(folder: Path, *, says: bytes | None = b"", most_bytes: int = 1 << 30) -> Iterator[str]:
    """Give the address of a scanner; it says what it found, or `says`, or with None nothing at all."""
    path = folder / "clamd.ctl"
    with _Server(str(path), _Talk) as server:
        server.says, server.most_bytes, server.until = says, most_bytes, threading.Event()  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"unix:{path}"
        finally:
            server.until.set()  # type: ignore[attr-defined]
            server.shutdown()
            thread.join()
            path.unlink()


@contextmanager
def scanning(app: Flask, address: str) -> Iterator[None]:
    """Let a portal ask the scanner at an address while the block lasts."""
    app.extensions["scanner"] = Scanner(address, seconds=5)
    try:
        yield
    finally:
        app.extensions["scanner"] = None
