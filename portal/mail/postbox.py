"""Where letters are handed over: the mail server, or a twin of it."""

import smtplib
import ssl
import threading
from email.message import EmailMessage
from typing import Protocol

from flask import Flask

from portal.config import Settings
from portal.errors import PortalError

PERMANENT = 500
READY = 250


class NotNow(PortalError):
    """This letter was not taken; it may be later."""


class Never(PortalError):
    """This letter will not be taken, however often it is tried."""


class Away(PortalError):
    """The server itself cannot be reached or will not talk to us; no letter is at fault."""


class Postbox(Protocol):
    """Takes letters on their way out."""

    def deliver(self, message: EmailMessage) -> None:
        """Hand one message over, or raise NotNow, Never or Away."""

    def close(self) -> None:
        """Let go of the server until the next letter."""


class Smtp:
    """A mail server; one connection serves the letters of a batch. Every fault of smtplib is an OSError."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        security: str,
        timeout_seconds: float,
        user: str = "",
        password: str = "",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Remember the server; `security` is none, starttls or tls, and is never lowered by the server."""
        self._address = (host, port)
        self._security = security
        self._timeout = timeout_seconds
        self._login = (user, password)
        self._tls = tls
        self._connection: smtplib.SMTP | None = None
        self._turn = threading.Lock()

    def deliver(self, message: EmailMessage) -> None:
        """Hand one message over; a connection that has died since the last letter is opened again."""
        with self._turn:
            connection = self._living_connection()
            try:
                connection.send_message(message)
            except smtplib.SMTPRecipientsRefused as error:
                code, answer = next(iter(error.recipients.values()))
                raise _refusal(code, answer) from error
            except smtplib.SMTPSenderRefused as error:
                # Our own address was refused: ours to mend, so the letter waits for that.
                raise NotNow(_words(error.smtp_code, error.smtp_error)) from error
            except smtplib.SMTPDataError as error:
                raise _refusal(error.smtp_code, error.smtp_error) from error
            except (smtplib.SMTPNotSupportedError, ValueError) as error:
                raise Never(str(error)) from error
            except OSError as error:
                # smtplib has closed the connection, so a late answer is not taken for that of the next letter.
                raise NotNow(_name(error)) from error

    def close(self) -> None:
        """Say goodbye to the server."""
        with self._turn:
            if self._connection is None:
                return
            try:
                self._connection.quit()
            except OSError:
                self._connection.close()
            self._connection = None

    def _living_connection(self) -> smtplib.SMTP:
        if self._connection is not None and not _is_alive(self._connection):
            self._connection.close()
            self._connection = None
        if self._connection is None:
            try:
                self._connection = self._connect()
            except OSError as error:
                raise Away(_name(error)) from error
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        host, port = self._address
        tls = self._tls or ssl.create_default_context()
        if self._security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=self._timeout, context=tls)
        else:
            connection = smtplib.SMTP(host, port, timeout=self._timeout)
        try:
            if self._security == "starttls":
                connection.starttls(context=tls)
            if self._login[0]:
                connection.login(*self._login)
        except BaseException:
            connection.close()
            raise
        return connection


class Memory:
    """Keeps what it is given, for tests."""

    def __init__(self) -> None:
        """Start empty."""
        self.messages: list[EmailMessage] = []

    def deliver(self, message: EmailMessage) -> None:
        """Keep the message."""
        self.messages.append(message)

    def close(self) -> None:
        """Have nothing to let go of."""


class Nowhere:
    """The postbox of a demo without a mail server: letters are read on the mailbox page alone."""

    def deliver(self, message: EmailMessage) -> None:
        """Take the message and forget it."""

    def close(self) -> None:
        """Have nothing to let go of."""


def from_settings(settings: Settings) -> Postbox:
    """Choose the postbox the settings name."""
    if not settings.smtp_host:
        return Nowhere()
    return Smtp(
        settings.smtp_host,
        settings.smtp_port,
        security=settings.smtp_security,
        timeout_seconds=settings.smtp_timeout_seconds,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value(),
    )


def postbox_of(app: Flask) -> Postbox:
    """Give the postbox of `app`: the one it was given, else the one its settings name."""
    if "postbox" not in app.extensions:
        app.extensions["postbox"] = from_settings(app.extensions["settings"])
    postbox: Postbox = app.extensions["postbox"]
    return postbox


def _is_alive(connection: smtplib.SMTP) -> bool:
    try:
        return connection.noop()[0] == READY
    except OSError:
        return False


def _refusal(code: int, answer: bytes | str) -> NotNow | Never:
    return (Never if code >= PERMANENT else NotNow)(_words(code, answer))


def _words(code: int, answer: bytes | str) -> str:
    said = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {said}"


def _name(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
