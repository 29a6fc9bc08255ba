"""A line between a browser and its portal that can be cut while something is going over it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from socketserver import BaseRequestHandler, ThreadingTCPServer
from urllib.parse import urlsplit

from tests.e2e.portals import Portal
from tests.mail_server import HOST

AT_ONCE = 16 * 1024


class Line(ThreadingTCPServer):
    """Carries bytes both ways until it is cut; then everything on it breaks off, until it is mended."""

    daemon_threads = True

    def __init__(self, portal: Portal) -> None:
        """Lead to a portal; `portal` is the same one at this end of the line."""
        super().__init__((HOST, 0), _Wire)
        self.end = (HOST, urlsplit(portal.url).port or 0)
        self.portal = replace(portal, url=f"http://{HOST}:{self.server_address[1]}")
        self.is_cut = False
        self.went_up = 0
        self._left: int | None = None

    def cut_after(self, size: int) -> None:
        """Break off once so many more bytes have gone up."""
        self._left = size

    def mend(self) -> None:
        """Carry again."""
        self._left, self.is_cut = None, False

    def carries(self, size: int) -> bool:
        """Count what goes up; tell whether the line still holds."""
        self.went_up += size
        if self._left is not None:
            self._left -= size
            self.is_cut = self.is_cut or self._left <= 0
        return not self.is_cut


class _Wire(BaseRequestHandler):
    server: Line

    def handle(self) -> None:
        if self.server.is_cut:
            return
        with socket.create_connection(self.server.end) as there, suppress(OSError):
            threading.Thread(target=_pour, args=(there, self.request), daemon=True).start()
            while (data := self.request.recv(AT_ONCE)) and self.server.carries(len(data)):
                there.sendall(data)


def _pour(source: socket.socket, sink: socket.socket) -> None:
    try:
        with suppress(OSError):
            while data := source.recv(AT_ONCE):
                sink.sendall(data)
    finally:
        # Also where the portal was killed: a browser that hears nothing would wait.
        with suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)


@contextmanager
def line_to(portal: Portal) -> Iterator[Line]:
    """Lay a line to a portal."""
    with Line(portal) as line:
        threading.Thread(target=line.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield line
        finally:
            line.shutdown()
