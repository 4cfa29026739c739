"""The mail server: one connection for many mails, and what each refusal means for trying again."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote, urlsplit

from emstrack.domain.errors import RefusedError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

TIMEOUT_SECONDS = 20
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class MailRefusedError(Exception):
    """The server took the connection and not this mail; a permanent refusal is not worth another try."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it leaves."""

    message_id: str
    recipient: str
    subject: str
    text: str
    html: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail goes: smtp://user:password@host:587 (STARTTLS where offered) or smtps://host:465."""

    host: str
    port: int
    encrypted: bool
    user: str
    password: str
    sender: str

    @classmethod
    def of(cls, url: str, sender: str) -> Self:
        """Read the address.

        Raises
        ------
        RefusedError
            ``mail.not_an_address`` where it is none.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise RefusedError("mail.not_an_address") from None
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise RefusedError("mail.not_an_address")
        encrypted = parts.scheme == "smtps"
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, port or (465 if encrypted else 25), encrypted, user, password, sender)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Open one connection.

        Raises
        ------
        UnavailableError
            ``mail.server_away`` where it does not answer or does not let us in: no mail is to blame.
        """
        try:
            client = self._enter()
        except (OSError, smtplib.SMTPException) as error:
            raise UnavailableError("mail.server_away", host=self.host, reason=reason_of(error)) from error
        try:
            yield Connection(client, self)
        finally:
            try:
                client.quit()
            except (OSError, smtplib.SMTPException):
                client.close()

    def _enter(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        client: smtplib.SMTP
        if self.encrypted:
            client = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            client = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        try:
            client.ehlo()
            secure = self.encrypted
            if not secure and client.has_extn("starttls"):
                client.starttls(context=context)
                client.ehlo()
                secure = True
            self._sign_in(client, secure=secure)
        except BaseException:
            client.close()
            raise
        return client

    def _sign_in(self, client: smtplib.SMTP, *, secure: bool) -> None:
        if not self.user:
            return
        if not secure and self.host not in _LOOPBACK:
            raise smtplib.SMTPException("it offers no encryption, and the password is not sent in the open")
        client.login(self.user, self.password)


@dataclass(frozen=True, slots=True)
class Connection:
    """An open connection."""

    client: smtplib.SMTP
    server: MailServer

    def send(self, letter: Letter) -> None:
        """Hand one mail over.

        Raises
        ------
        MailRefusedError
            Where the server, or the mail itself, stands against it.
        UnavailableError
            ``mail.server_away`` where the connection broke.
        """
        try:
            message = compose(letter, self.server.sender)
        except (ValueError, IndexError) as error:
            raise MailRefusedError(str(error), permanent=True) from error
        try:
            self.client.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            self._gone_if_closing(code, text)
            raise MailRefusedError(_told(code, text), permanent=code >= 500) from error
        except smtplib.SMTPResponseException as error:
            self._gone_if_closing(error.smtp_code, error.smtp_error)
            raise MailRefusedError(
                _told(error.smtp_code, error.smtp_error), permanent=error.smtp_code >= 500
            ) from error
        except (smtplib.SMTPNotSupportedError, UnicodeError) as error:
            raise MailRefusedError(str(error), permanent=True) from error
        except (OSError, smtplib.SMTPException) as error:
            raise UnavailableError("mail.server_away", host=self.server.host, reason=reason_of(error)) from error

    def _gone_if_closing(self, code: int, text: bytes | str) -> None:
        if code == 421:
            raise UnavailableError("mail.server_away", host=self.server.host, reason=_told(code, text))


def compose(letter: Letter, sender: str) -> EmailMessage:
    """Return the message; the same letter is always the same message."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = letter.recipient
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    return message


def reason_of(error: Exception) -> str:
    """Return what the server or the system said, in one line."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _told(error.smtp_code, error.smtp_error)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _told(code: int, text: bytes | str) -> str:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(said.split())}"
