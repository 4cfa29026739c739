"""Mail goes to a real server, and each refusal says whether another try makes sense."""

from __future__ import annotations

import smtplib
from datetime import UTC, datetime

import pytest
from mail_sink import Sink, free_port, running

from emstrack.domain.errors import RefusedError, UnavailableError
from emstrack.gateways.mail import Letter, MailRefusedError, MailServer

AT = datetime(2026, 11, 3, 14, tzinfo=UTC)


def letter(recipient: str = "ana@example.org", **given: str) -> Letter:
    values = {"subject": "Recibos de octubre: 3 °C", "text": "Hola, ñandú\n", "html": "<p>Hola</p>", **given}
    return Letter("<a@emstrack.invalid>", recipient, written_at=AT, **values)


def server(port: int) -> MailServer:
    return MailServer.of(f"smtp://127.0.0.1:{port}", "emstrack <ems@example.org>")


def test_a_mail_arrives_with_both_texts_and_its_own_id() -> None:
    port = free_port()
    with running(Sink(), port) as sink, server(port).connection() as connection:
        connection.send(letter())
    mail = sink.mails[0]
    assert (mail["Message-ID"], mail["Subject"], mail["To"]) == (
        "<a@emstrack.invalid>",
        "Recibos de octubre: 3 °C",
        "ana@example.org",
    )
    assert mail["From"] == "emstrack <ems@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "ñandú" in mail.get_body(("plain",)).get_content()
    assert "<p>Hola</p>" in mail.get_body(("html",)).get_content()


@pytest.mark.parametrize(("answer", "permanent"), [("550 no such user", True), ("451 greylisted", False)])
def test_a_refused_recipient_says_whether_to_try_again(answer: str, permanent: bool) -> None:
    port, sink = free_port(), Sink()
    sink.answers["ana@example.org"] = answer
    with running(sink, port), server(port).connection() as connection:
        with pytest.raises(MailRefusedError) as refused:
            connection.send(letter())
        connection.send(letter("bea@example.org"))
    assert (refused.value.permanent, refused.value.reason) == (permanent, answer)
    assert sink.recipients == ["bea@example.org"]


def test_a_line_break_in_the_subject_is_refused_and_never_sent() -> None:
    port = free_port()
    with running(Sink(), port) as sink, server(port).connection() as connection:
        with pytest.raises(MailRefusedError) as refused:
            connection.send(letter(subject="a\r\nBcc: all@example.org"))
        assert refused.value.permanent
    assert sink.mails == []


def test_a_server_that_is_not_there_is_no_mails_fault() -> None:
    with pytest.raises(UnavailableError) as away, server(free_port()).connection():
        pass
    assert away.value.code == "mail.server_away"
    assert "refused" in str(away.value.evidence["reason"])


def test_a_server_that_closes_is_no_mails_fault() -> None:
    port, sink = free_port(), Sink()
    sink.answers["ana@example.org"] = "421 shutting down"
    with running(sink, port), server(port).connection() as connection, pytest.raises(UnavailableError):
        connection.send(letter())


def test_the_password_is_never_sent_in_the_open() -> None:
    elsewhere = MailServer("mail.example.org", 25, encrypted=False, user="u", password="p", sender="s@example.org")
    with pytest.raises(smtplib.SMTPException, match="in the open"):
        elsewhere._sign_in(smtplib.SMTP(), secure=False)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", ("mail.example.org", 25, False, "", "")),
        ("smtps://mail.example.org", ("mail.example.org", 465, True, "", "")),
        ("smtp://u%40x:p%2Fw@mail.example.org:587", ("mail.example.org", 587, False, "u@x", "p/w")),
    ],
)
def test_addresses_are_read(url: str, expected: tuple[object, ...]) -> None:
    found = MailServer.of(url, "s@example.org")
    assert (found.host, found.port, found.encrypted, found.user, found.password) == expected


@pytest.mark.parametrize("url", ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://host:port"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(RefusedError) as refused:
        MailServer.of(url, "s@example.org")
    assert refused.value.code == "mail.not_an_address"
