"""Reminders under bad luck: a mail server away for an hour, senders killed 200 times, 100,000 follow-ups due at once.

Every figure is held against its limit; exits 1 where one is missed. `--kills` and `--due` make it shorter.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import sqlalchemy as sa
from aiosmtpd.smtp import SMTP

from emstrack.documents.mail import MailText
from emstrack.domain.accounts import Permission, Scope
from emstrack.gateways.mail import MailServer
from emstrack.services.accounts.queue_mail import queue_mail
from emstrack.services.accounts.send_outbox import send_outbox
from emstrack.services.audits.plan_follow_ups import plan_every_tenant
from emstrack.services.audits.write_digest import plan_digests, write_digest
from emstrack.services.reports.claim_work import claim_work, finish_work
from emstrack.storage import migrate
from emstrack.storage.models import FollowUp, Membership, Organisation, OutboxMail, Site, User
from emstrack.storage.scope import every_tenant, set_scope
from emstrack.storage.session import Database

PEOPLE = 1000
MOST_REPEATED = 0.01
MOST_SECONDS = 60.0
MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
LEASES_RUN_OUT = timedelta(minutes=6)
missed: list[str] = []


class Sink:
    """A mail server that keeps the Message-ID of all it accepts."""

    def __init__(self, port: int) -> None:
        """Listen."""
        self.port, self.ids = port, collections.Counter[str]()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.create_server(lambda: SMTP(self, hostname="sink"), "127.0.0.1", self.port)
        self._loop.run_until_complete(server)
        self._loop.run_forever()

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802 - its hook
        """Keep a mail's name."""
        mail = message_from_bytes(envelope.content, policy=policy.default)  # type: ignore[attr-defined]
        self.ids[str(mail["Message-ID"])] += 1
        return "250 OK"


def main() -> None:
    """Run the three trials."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--due", type=int, default=100_000)
    parser.add_argument("--sender", nargs=3, metavar=("URL", "PORT", "TURN"), help="send until killed (for itself)")
    given = parser.parse_args()
    if given.sender:
        _send_until_killed(given.sender[0], int(given.sender[1]), int(given.sender[2]))
        return
    with tempfile.TemporaryDirectory() as folder:
        _hour_without_mail(Path(folder))
        _killed(Path(folder), given.kills)
        _due_at_once(Path(folder), given.due)
    if missed:
        raise SystemExit("missed: " + "; ".join(missed))


def _database(folder: Path, name: str, people: int) -> tuple[Database, int]:
    database = Database(f"sqlite:///{folder / name}")
    migrate.upgrade(database)
    with database.transaction() as session, every_tenant(session, "a benchmark"):
        root = Organisation(tenant_id=0, kind="municipality", name="Municipio", country="MX", created_at=MONDAY)
        session.add(root)
        session.flush()
        root.tenant_id = root.id
        session.flush()
        session.execute(
            sa.insert(User),
            [
                {"email": f"p{n}@example.org", "name": f"P {n}", "language": "es", "created_at": MONDAY}
                for n in range(people)
            ],
        )
        ids = session.scalars(sa.select(User.id)).all()
        session.execute(
            sa.insert(Membership),
            [
                {
                    "tenant_id": root.id,
                    "organisation_id": root.id,
                    "user_id": id_,
                    "role": "committee",
                    "created_at": MONDAY,
                }
                for id_ in ids
            ],
        )
        session.add(
            Site(tenant_id=root.id, organisation_id=root.id, kind="building", name="Palacio", created_at=MONDAY)
        )
        session.flush()
        return database, root.id


def _give(database: Database, tenant_id: int, number: int) -> None:
    with database.transaction() as session:
        set_scope(session, Scope(tenant_id, permissions=frozenset(Permission)))
        site = session.scalar(sa.select(Site.id).where(Site.tenant_id == tenant_id))
        owners = session.scalars(sa.select(User.id)).all()
        rows = [
            {
                "tenant_id": tenant_id,
                "site_id": site,
                "kind": "task",
                "title": f"Ver {n}",
                "due": date(2026, 11, 1) + timedelta(days=n % 29),
                "first_due": date(2026, 11, 1),
                "owner_id": owners[n % len(owners)],
                "status": "open",
                "created_at": MONDAY,
            }
            for n in range(number)
        ]
        for start in range(0, number, 5000):
            session.execute(sa.insert(FollowUp), rows[start : start + 5000])


def _write_all(database: Database, now: datetime) -> int:
    """Do what the scheduler does with the mails of the day."""
    with database.transaction() as session:
        plan_digests(session, now=now)
    written = 0
    while True:
        with database.transaction() as session:
            work = claim_work(session, ["reminder.write"], owner="benchmark", now=now)
        if work is None:
            return written
        with database.transaction() as session:
            written += write_digest(session, work, link_base="http://ems", now=now).get("reminded", 0)
            finish_work(session, work, owner="benchmark", now=now, next_due_at=None)


def _hour_without_mail(folder: Path) -> None:
    database, tenant_id = _database(folder, "hour.db", PEOPLE)
    _give(database, tenant_id, PEOPLE)
    now = datetime(2026, 11, 30, 14, 1, tzinfo=UTC)
    written = _write_all(database, now)
    port = _free_port()
    server = MailServer.of(f"smtp://127.0.0.1:{port}", "ems@example.org")
    minutes = 0
    for minutes in range(60):
        send_outbox(database.transaction, server, clock=lambda: now + timedelta(minutes=minutes))  # noqa: B023 - used at once
    sink = Sink(port)
    time.sleep(0.5)
    while sum(sink.ids.values()) < written and minutes < 90:
        minutes += 1
        send_outbox(database.transaction, server, clock=lambda: now + timedelta(minutes=minutes))  # noqa: B023 - used at once
    once = sum(1 for n in sink.ids.values() if n == 1)
    _told("mail server away for an hour: reminders that arrive once", once, PEOPLE, ok=once == written == PEOPLE)
    print(f"    all out {minutes - 59} min after it is back")
    database.dispose()


def _killed(folder: Path, kills: int) -> None:
    database, _ = _database(folder, "killed.db", 1)
    mails = max(200, kills * 30)
    with database.transaction() as session:
        for n in range(mails):
            text = MailText(f"Aviso {n}", "Hola\n", "<p>Hola</p>\n")
            queue_mail(session, f"r{n}@example.org", text, now=datetime.now(UTC), key=f"k{n}")
    port = _free_port()
    sink = Sink(port)
    chance = random.Random(7)  # noqa: S311 - moments, no secrets
    url = database.url.render_as_string(hide_password=False)
    done = 0
    while done < kills:
        sender = subprocess.Popen(
            [sys.executable, __file__, "--sender", url, str(port), str(done)], stdout=subprocess.PIPE
        )
        assert sender.stdout is not None
        sender.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.12))
        sender.send_signal(signal.SIGKILL)
        sender.wait()
        done += 1
    server = MailServer.of(f"smtp://127.0.0.1:{port}", "ems@example.org")
    for turn in range(kills, kills + 5):
        send_outbox(database.transaction, server, clock=lambda: datetime.now(UTC) + LEASES_RUN_OUT * turn)  # noqa: B023 - used at once
    with database.transaction(read_only=True) as session:
        names = set(session.scalars(sa.select(OutboxMail.message_id)))
    lost = len(names - set(sink.ids))
    repeated = sum(n - 1 for n in sink.ids.values())
    _told(f"{kills} senders killed among {mails:,} mails: lost", lost, 0, ok=lost == 0)
    share = repeated / mails
    _told(
        "    sent twice, under the same Message-ID", f"{share:.2%}", f"{MOST_REPEATED:.0%}", ok=share <= MOST_REPEATED
    )
    _told("    mails under a name nobody queued", len(set(sink.ids) - names), 0, ok=set(sink.ids) <= names)
    database.dispose()


def _send_until_killed(url: str, port: int, turn: int) -> None:
    database = Database(url)
    server = MailServer.of(f"smtp://127.0.0.1:{port}", "ems@example.org")
    later = LEASES_RUN_OUT * turn  # so that what those killed before had claimed is free again
    print("ready", flush=True)
    send_outbox(database.transaction, server, clock=lambda: datetime.now(UTC) + later)
    os.kill(os.getpid(), signal.SIGSTOP)


def _due_at_once(folder: Path, due: int) -> None:
    database, tenant_id = _database(folder, "due.db", PEOPLE)
    _give(database, tenant_id, due)
    began = time.perf_counter()
    told = plan_every_tenant(database.transaction, clock=lambda: MONDAY)
    planned = time.perf_counter() - began
    written = _write_all(database, datetime(2026, 11, 30, 14, 1, tzinfo=UTC))
    seconds = time.perf_counter() - began
    _told(
        f"daily job over {due:,} due follow-ups",
        f"{seconds:.1f} s",
        f"{MOST_SECONDS:.0f} s",
        ok=seconds <= MOST_SECONDS,
    )
    print(f"    rules and escalation {planned:.1f} s ({told['escalated']:,} passed on), {written:,} mails written")
    database.dispose()


def _told(what: str, found: object, limit: object, *, ok: bool) -> None:
    print(f"  {'pass' if ok else 'MISS'}  {what}: {found} (limit {limit})")
    if not ok:
        missed.append(what.strip())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
