"""A real mail server on a free port of this machine that accepts, refuses, stalls, goes away and comes back."""

import asyncio
import re
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session

T = TypeVar("T")
HOST = "127.0.0.1"
LINK = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class Received:
    """One message as the server took it."""

    sender: str
    to: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def links(self) -> list[str]:
        return LINK.findall(self.text)

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part else ""


class MailServer:
    """Keeps what it accepted in `messages`; how it behaves can be changed while it runs."""

    def __init__(self) -> None:
        self.messages: list[Received] = []
        self.attempts = 0
        self.port = 0
        self._refusal = ""
        self._is_stalling = False
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="mail-server", daemon=True)

    def accept(self) -> None:
        """Take every message from now on."""
        self._refusal, self._is_stalling = "", False

    def refuse(self, answer: str = "451 Try again later") -> None:
        """Answer each message with `answer`: 4xx for not now, 5xx for never."""
        self._refusal, self._is_stalling = answer, False

    def stall(self) -> None:
        """Take the connection and then say nothing more."""
        self._is_stalling = True

    def start(self) -> None:
        """Listen; after `stop` on the same port as before."""
        if not self._thread.is_alive():
            self._thread.start()
        self._server = self._run(self._loop.create_server(self._answer_connection, HOST, self.port))
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Go away: connections are refused until `start`."""
        if self._server is not None:
            self._run(self._hang_up(self._server))
            self._server = None

    def close(self) -> None:
        """End for good."""
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.attempts += 1
        if self._is_stalling:
            await asyncio.Event().wait()
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self._refusal:
            return self._refusal
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        message = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
        self.messages += [Received(envelope.mail_from or "", to, message) for to in envelope.rcpt_tos]
        return "250 OK"

    def _answer_connection(self) -> SMTP:
        return SMTP(self, hostname="mail.example", loop=self._loop, enable_SMTPUTF8=True)

    async def _hang_up(self, server: asyncio.Server) -> None:
        server.close()
        conversations = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in conversations:
            task.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=10)


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a mail server for as long as the block lasts."""
    server = MailServer()
    server.start()
    try:
        yield server
    finally:
        server.close()
