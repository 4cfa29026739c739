"""Every mail goes out, once where nothing breaks, and always under the same Message-ID."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from conftest import NOW, make_tenant
from mail_sink import Sink, free_port, running

from emstrack.documents.mail import MailText
from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.errors import NotAllowedError, NotFoundError
from emstrack.gateways.mail import Connection, MailServer
from emstrack.services.accounts.list_mails import retry_mail, show_mails
from emstrack.services.accounts.queue_mail import queue_mail
from emstrack.services.accounts.send_outbox import send_outbox
from emstrack.storage.scope import set_scope

if TYPE_CHECKING:
    from emstrack.storage.session import Database

MAIL = MailText("Recibos", "Hola\n", "<p>Hola</p>\n")


class Post:
    """An outbox, a clock and a mail server's address."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOW
        self.port = free_port()
        with database.transaction() as session:
            self.tenant_id = make_tenant(session, "Municipio").id

    def queue(self, *recipients: str) -> None:
        with self.database.transaction() as session:
            for each in recipients:
                queue_mail(session, each, MAIL, now=self.now, tenant_id=self.tenant_id)

    def send(self) -> dict[str, int]:
        server = MailServer.of(f"smtp://127.0.0.1:{self.port}", "ems@example.org")
        return send_outbox(self.database.transaction, server, clock=self.clock)

    def clock(self) -> datetime:
        return self.now

    def state(self):
        with self.database.transaction(read_only=True) as session:
            set_scope(session, Scope(self.tenant_id, permissions=frozenset({Permission.ADMINISTER})))
            return show_mails(session)


@pytest.fixture
def post(database: Database) -> Post:
    return Post(database)


def test_what_waits_is_sent_once(post: Post) -> None:
    post.queue(*(f"p{n}@example.org" for n in range(45)))
    with running(Sink(), post.port) as sink:
        assert post.send() == {"sent": 45, "put_off": 0, "failed": 0}
        assert post.send() == {"sent": 0, "put_off": 0, "failed": 0}
    assert len(sink.mails) == 45
    assert len({mail["Message-ID"] for mail in sink.mails}) == 45
    assert (post.state().waiting, post.state().sent) == (0, 45)


def test_a_mail_with_a_key_is_queued_once(database: Database) -> None:
    with database.transaction() as session:
        assert queue_mail(session, "a@example.org", MAIL, now=NOW, key="k")
        assert not queue_mail(session, "a@example.org", MAIL, now=NOW, key="k")


def test_a_server_away_for_six_hours_loses_nothing_and_all_are_out_ten_minutes_after(post: Post) -> None:
    post.queue(*(f"p{n}@example.org" for n in range(5)))
    for _ in range(72):
        assert post.send()["sent"] == 0
        post.now += timedelta(minutes=5)
    assert post.state().waiting == 5
    assert "refused" in post.state().failed[0].reason
    with running(Sink(), post.port) as sink:
        for _ in range(10):
            post.send()
            post.now += timedelta(minutes=1)
    assert len(sink.mails) == 5


def test_one_bad_recipient_of_many_stops_nobody_else_and_is_shown(post: Post) -> None:
    people = [f"p{n}@example.org" for n in range(30)]
    post.queue(*people)
    sink = Sink()
    sink.answers["p7@example.org"] = "550 no such user"
    with running(sink, post.port):
        assert post.send() == {"sent": 29, "put_off": 0, "failed": 1}
    failed = post.state().failed
    assert [(each.recipient, each.reason) for each in failed] == [("p7@example.org", "550 no such user")]
    assert failed[0].failed_at == NOW


def test_a_temporary_refusal_waits_longer_each_time(post: Post) -> None:
    post.queue("a@example.org")
    sink = Sink()
    sink.answers["a@example.org"] = "451 later"
    tries = []
    with running(sink, post.port):
        for minute in range(200):
            if post.send()["put_off"]:
                tries.append(minute)
            post.now += timedelta(minutes=1)
        assert tries == [0, 1, 3, 7, 15, 31, 63, 123, 183]
        sink.answers.clear()
        post.now += timedelta(hours=1)
        assert post.send()["sent"] == 1


def test_killed_between_sending_and_marking_the_repeat_has_the_same_id(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.queue("a@example.org")
    really = Connection.send

    def send_and_die(self: Connection, letter: object) -> None:
        really(self, letter)
        raise KeyboardInterrupt

    with running(Sink(), post.port) as sink:
        monkeypatch.setattr(Connection, "send", send_and_die)
        with pytest.raises(KeyboardInterrupt):
            post.send()
        monkeypatch.setattr(Connection, "send", really)
        assert post.send()["sent"] == 0, "its lease still holds"
        post.now += timedelta(minutes=6)
        assert post.send()["sent"] == 1
    assert len(sink.mails) == 2
    assert sink.mails[0]["Message-ID"] == sink.mails[1]["Message-ID"]
    assert sink.mails[0]["Date"] == sink.mails[1]["Date"]


def test_after_five_days_a_mail_is_given_up_and_shown(post: Post) -> None:
    post.queue("a@example.org")
    post.send()
    post.now += timedelta(days=6)
    assert post.send()["failed"] == 1
    assert post.state().waiting == 0
    assert [each.recipient for each in post.state().failed] == ["a@example.org"]


def test_an_administrator_sends_a_failed_mail_again(post: Post) -> None:
    post.queue("a@example.org")
    sink = Sink()
    sink.answers["a@example.org"] = "550 mailbox full"
    with running(sink, post.port):
        post.send()
        sink.answers.clear()
        with post.database.transaction() as session:
            set_scope(session, Scope(post.tenant_id, permissions=frozenset({Permission.ADMINISTER})))
            retry_mail(session, post.state().failed[0].id, now=post.now)
        assert post.send()["sent"] == 1


def test_another_tenants_mail_is_neither_shown_nor_sent_again(post: Post) -> None:
    post.queue("a@example.org")
    post.send()
    mail_id = post.state().failed[0].id
    with post.database.transaction() as session:
        other = make_tenant(session, "Hotel", kind="company")
        set_scope(session, Scope(other.id, permissions=frozenset({Permission.ADMINISTER})))
        assert show_mails(session).failed == ()
        with pytest.raises(NotFoundError):
            retry_mail(session, mail_id, now=NOW)


def test_only_an_administrator_sees_mails(post: Post) -> None:
    with post.database.transaction(read_only=True) as session:
        set_scope(session, Scope(post.tenant_id, permissions=frozenset({Permission.VIEW})))
        with pytest.raises(NotAllowedError):
            show_mails(session)
