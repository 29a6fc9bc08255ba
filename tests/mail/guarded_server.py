"""A mail server that refuses recipients, speaks TLS, wants a name and a password, or hangs up in the middle."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.mail_server import MailServer

PEM = Path(__file__).parent / "mail_server.pem"
USER, PASSWORD = "portal", "the password of the tests"


class GuardedServer(MailServer):
    """Answers RCPT with what `answers` has for the recipient, `late_seconds` late; `hangs_up_on` one of them."""

    def __init__(self, *, tls: bool = False, wants_password: bool = False) -> None:
        super().__init__()
        self.answers: dict[str, str] = {}
        self.hangs_up_on = ""
        self.late_seconds = 0.0
        self.connections = 0
        self._tls = tls
        self._wants_password = wants_password

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        await asyncio.sleep(self.late_seconds)
        if address == self.hangs_up_on and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def _answer_connection(self) -> SMTP:
        self.connections += 1
        return SMTP(
            self,
            hostname="mail.example",
            loop=self._loop,
            enable_SMTPUTF8=True,
            tls_context=server_tls() if self._tls else None,
            require_starttls=self._tls,
            auth_required=self._wants_password,
            authenticator=_knows,
        )


@contextmanager
def guarded_server(*, tls: bool = False, wants_password: bool = False) -> Iterator[GuardedServer]:
    """Run such a server for as long as the block lasts."""
    server = GuardedServer(tls=tls, wants_password=wants_password)
    server.start()
    try:
        yield server
    finally:
        server.close()


def server_tls() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(PEM)
    return context


def trusting() -> ssl.SSLContext:
    """Give a client that trusts this server, as a machine trusts its own mail server."""
    return ssl.create_default_context(cafile=str(PEM))


def _knows(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object) -> AuthResult:
    is_known = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_known, handled=False)
