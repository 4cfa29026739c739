"""One mail a person and day with all that waits; a calendar that two programs read; nothing twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import vobject
from conftest import NOW, make_tenant
from factories_accounts import make_organisation, make_person, open_tenant
from factories_follow_ups import make_follow_up, make_measure
from factories_sites import make_building, make_meter
from icalendar import Calendar

from emstrack.domain.errors import NotFoundError
from emstrack.services.audits import read_calendar as calendars
from emstrack.services.audits.plan_follow_ups import plan_follow_ups
from emstrack.services.audits.write_digest import plan_digests, write_digest
from emstrack.services.reports.claim_work import Work
from emstrack.storage.models import CalendarFeed, DueWork, FollowUp, OutboxMail, User

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.storage.models import Organisation

MONDAY = datetime(2026, 11, 30, 15, tzinfo=UTC)
THAT_DAY = MONDAY.date()


@pytest.fixture
def town(bare_session: Session) -> Organisation:
    root = make_tenant(bare_session, "Municipio")
    root.time_zone = "America/Mexico_City"
    open_tenant(bare_session, root)
    return root


def person(session: Session, place: Organisation, name: str = "ana", role: str = "committee", **given: str) -> User:
    user = make_person(session, place, role, email=f"{name}@example.org", name=name.title())
    for field, value in {"language": "es", **given}.items():
        setattr(user, field, value)
    session.flush()
    return user


def work(user: User, day: date = THAT_DAY) -> Work:
    key = f"reminder.write:{user.id}:{day}"
    return Work(1, "reminder.write", key, MONDAY, None, {"user_id": user.id, "day": day.isoformat()}, 1)


def write(session: Session, user: User, day: date = THAT_DAY) -> dict[str, int]:
    return write_digest(session, work(user, day), link_base="http://ems", now=MONDAY)


def mails(session: Session) -> list[OutboxMail]:
    return list(session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id)))


def test_all_that_waits_for_a_person_comes_in_one_mail_in_their_language(
    bare_session: Session, town: Organisation
) -> None:
    ana = person(bare_session, town)
    site = make_building(bare_session, "Palacio")
    make_meter(bare_session, site.id)
    late = make_follow_up(bare_session, site.id, "Ver la caldera", due=date(2026, 11, 2), owner_id=ana.id)
    make_follow_up(bare_session, site.id, "Medir la iluminación", due=date(2026, 12, 3), owner_id=ana.id)
    make_follow_up(bare_session, site.id, "En marzo", due=date(2027, 3, 1), owner_id=ana.id)
    assert write(bare_session, ana) == {"reminded": 1}
    (mail,) = mails(bare_session)
    assert (mail.recipient, mail.subject) == ("ana@example.org", "1 seguimiento vencido")
    for said in (
        "Ver la caldera",
        "28 días de atraso",
        "Medir la iluminación",
        "Palacio",
        f"http://ems/follow-ups/{late.id}",
    ):
        assert said in mail.text
        assert said in mail.html
    assert "octubre 2026" in mail.text
    assert "En marzo" not in mail.text


def test_a_mail_is_written_once_a_day(bare_session: Session, town: Organisation) -> None:
    ana = person(bare_session, town)
    make_follow_up(bare_session, make_building(bare_session).id, owner_id=ana.id)
    assert write(bare_session, ana) == {"reminded": 1}
    assert write(bare_session, ana) == {}
    assert len({mail.message_id for mail in mails(bare_session)}) == 1


def test_nothing_is_sent_where_nothing_waits_or_none_is_wanted(bare_session: Session, town: Organisation) -> None:
    ana, eva = person(bare_session, town), person(bare_session, town, "eva", reminders="never")
    make_follow_up(bare_session, make_building(bare_session).id, owner_id=eva.id)
    assert write(bare_session, ana) == {"nothing_waits": 1}
    assert write(bare_session, eva) == {"skipped": 1}
    assert mails(bare_session) == []


def test_who_manages_the_place_hears_of_what_waits_too_long_with_others(
    bare_session: Session, town: Organisation
) -> None:
    eva, ana = person(bare_session, town, "eva", "manager"), person(bare_session, town)
    row = make_follow_up(bare_session, make_building(bare_session).id, due=date(2026, 11, 2), owner_id=ana.id)
    row.escalated_at = NOW
    bare_session.flush()
    write(bare_session, eva)
    (mail,) = mails(bare_session)
    assert "Esperan demasiado con otras personas" in mail.text


def test_a_person_of_two_tenants_gets_one_mail(bare_session: Session, town: Organisation) -> None:
    ana = person(bare_session, town)
    make_follow_up(bare_session, make_building(bare_session, "Palacio").id, "uno", owner_id=ana.id)
    other = make_tenant(bare_session, "Hotel", kind="company")
    person(bare_session, other)
    open_tenant(bare_session, other)
    make_follow_up(bare_session, make_building(bare_session, "Torre").id, "dos", owner_id=ana.id)
    write(bare_session, ana)
    (mail,) = mails(bare_session)
    assert "uno" in mail.text
    assert "dos" in mail.text


def test_a_role_lower_down_repeats_nothing(bare_session: Session, town: Organisation) -> None:
    ana = person(bare_session, town)
    ministry = make_organisation(bare_session, town, "Salud")
    person(bare_session, ministry)
    site = make_building(bare_session, organisation_id=ministry.id)
    make_follow_up(bare_session, site.id, "una vez", owner_id=ana.id)
    write(bare_session, ana)
    assert mails(bare_session)[0].text.count("una vez") == 1


EIGHT_BY_THEIR_CLOCK = {
    "America/Mexico_City": 14, "America/Jamaica": 13, "America/La_Paz": 12, "America/Lima": 13, "America/Santiago": 11,
    "America/Sao_Paulo": 11, "America/Havana": 13, "Europe/Madrid": 7, "Europe/London": 8, "Asia/Tokyo": 23,
    "Pacific/Auckland": 19, "Asia/Kolkata": 2,
}  # fmt: skip
"""UTC hour of eight o'clock on Monday 30 November 2026."""
CLOCKS_CHANGE = {
    "America/Santiago": date(2026, 9, 6), "America/Havana": date(2026, 3, 8), "America/New_York": date(2026, 11, 1),
    "America/Tijuana": date(2026, 3, 8), "America/St_Johns": date(2026, 11, 1), "Europe/Madrid": date(2026, 3, 29),
    "Europe/London": date(2026, 10, 25), "Australia/Lord_Howe": date(2026, 4, 5), "Africa/Cairo": date(2026, 4, 24),
    "Asia/Beirut": date(2026, 3, 29), "Pacific/Auckland": date(2026, 9, 27), "America/Nuuk": date(2026, 3, 29),
}  # fmt: skip


def planned(session: Session, user: User) -> list[DueWork]:
    rows = session.scalars(sa.select(DueWork).order_by(DueWork.due_at))
    return [row for row in rows if row.payload["user_id"] == user.id]


def test_it_is_due_at_eight_by_the_persons_own_clock(bare_session: Session, town: Organisation) -> None:
    people = {zone: person(bare_session, town, f"p{n}", time_zone=zone) for n, zone in enumerate(EIGHT_BY_THEIR_CLOCK)}
    for hours in range(0, 60, 6):
        plan_digests(bare_session, now=datetime(2026, 11, 28, 12, tzinfo=UTC) + timedelta(hours=hours))
    found = {zone: [row.due_at for row in planned(bare_session, user)] for zone, user in people.items()}
    assert {zone: [each.hour for each in moments] for zone, moments in found.items()} == {
        zone: [hour] for zone, hour in EIGHT_BY_THEIR_CLOCK.items()
    }


def test_where_clocks_change_there_is_still_one_mail_a_day(bare_session: Session, town: Organisation) -> None:
    for n, (zone, change) in enumerate(CLOCKS_CHANGE.items()):
        user = person(bare_session, town, f"p{n}", time_zone=zone, reminders="daily")
        start = datetime(change.year, change.month, change.day, tzinfo=UTC) - timedelta(days=4)
        for hours in range(0, 8 * 24, 12):
            plan_digests(bare_session, now=start + timedelta(hours=hours))
        rows = planned(bare_session, user)
        days = [row.payload["day"] for row in rows]
        assert len(days) == len(set(days)), zone
        assert {row.due_at.astimezone(ZoneInfo(zone)).hour for row in rows} == {8}, zone
        assert len(days) >= 5, zone
        user.reminders = "never"
        bare_session.flush()


def test_a_computer_asleep_for_a_week_sends_the_last_mail_only(bare_session: Session, town: Organisation) -> None:
    person(bare_session, town, reminders="daily")
    plan_digests(bare_session, now=datetime(2026, 11, 27, 20, tzinfo=UTC))
    past = [
        row for row in bare_session.scalars(sa.select(DueWork)) if row.due_at <= datetime(2026, 11, 27, 20, tzinfo=UTC)
    ]
    assert [row.payload["day"] for row in past] == ["2026-11-27"]


def feed(session: Session, user: User) -> tuple[str, bytes]:
    secret = calendars.renew_calendar(session, user.id, now=NOW)
    return secret, calendars.read_calendar(session, secret, link_base="http://ems", now=NOW)


def test_two_calendar_programs_read_the_same_days(bare_session: Session, town: Organisation) -> None:
    ana = person(bare_session, town)
    site = make_building(bare_session, "Palacio, «Viejo»; sala 1", country="MX")
    make_measure(bare_session, site.id, "Lámparas, pasillo; ñandú", owner_id=ana.id)
    plan_follow_ups(bare_session, today=NOW.date(), now=NOW)
    make_follow_up(bare_session, site.id, "Ver la caldera", owner_id=ana.id)
    _, content = feed(bare_session, ana)
    one = {str(e["uid"]): (e["dtstart"].dt, str(e["summary"])) for e in Calendar.from_ical(content).walk("VEVENT")}
    two = {e.uid.value: (e.dtstart.value, e.summary.value) for e in vobject.readOne(content.decode()).vevent_list}
    assert one == two
    assert len(one) == 5
    assert (date(2026, 12, 1), "Ver la caldera · Palacio, «Viejo»; sala 1") in one.values()
    assert (date(2026, 11, 30), "Revisión a los 90 días: Lámparas, pasillo; ñandú") in one.values()
    assert max(len(line) for line in content.split(b"\r\n")) <= 75


def test_a_calendar_holds_ones_own_open_follow_ups_only(bare_session: Session, town: Organisation) -> None:
    ana, eva = person(bare_session, town), person(bare_session, town, "eva")
    site = make_building(bare_session)
    make_follow_up(bare_session, site.id, "de Eva", owner_id=eva.id)
    done = make_follow_up(bare_session, site.id, "hecha", owner_id=ana.id)
    done.status = "done"
    bare_session.flush()
    _, content = feed(bare_session, ana)
    assert Calendar.from_ical(content).walk("VEVENT") == []


def test_a_moved_follow_up_keeps_its_name_and_counts_up(bare_session: Session, town: Organisation) -> None:
    ana = person(bare_session, town)
    row = make_follow_up(bare_session, make_building(bare_session).id, owner_id=ana.id)
    secret, before = feed(bare_session, ana)
    row.due, row.version = date(2027, 1, 8), 2
    bare_session.flush()
    after = calendars.read_calendar(bare_session, secret, link_base="http://ems", now=NOW)
    first, second = (Calendar.from_ical(each).walk("VEVENT")[0] for each in (before, after))
    assert first["uid"] == second["uid"]
    assert (first["sequence"], second["sequence"]) == (1, 2)


def test_a_new_address_closes_the_one_before_and_a_revoked_one_opens_nothing(
    bare_session: Session, town: Organisation
) -> None:
    ana = person(bare_session, town)
    first, _ = feed(bare_session, ana)
    second, _ = feed(bare_session, ana)
    calendars.note_read(bare_session, second, now=NOW)
    state = calendars.calendar_of(bare_session, ana.id)
    assert state is not None
    assert state.last_read_at == NOW
    with pytest.raises(NotFoundError):
        calendars.read_calendar(bare_session, first, link_base="", now=NOW)
    calendars.revoke_calendar(bare_session, ana.id, now=NOW)
    with pytest.raises(NotFoundError):
        calendars.read_calendar(bare_session, second, link_base="", now=NOW)
    assert calendars.calendar_of(bare_session, ana.id) is None
    assert second not in str(bare_session.execute(sa.select(CalendarFeed.token_hash)).all())


def test_a_person_without_any_role_left_reads_an_empty_calendar(bare_session: Session, town: Organisation) -> None:
    ana = person(bare_session, town)
    make_follow_up(bare_session, make_building(bare_session).id, owner_id=ana.id)
    secret, _ = feed(bare_session, ana)
    ana.disabled_at = NOW
    bare_session.flush()
    with pytest.raises(NotFoundError):
        calendars.read_calendar(bare_session, secret, link_base="", now=NOW)
    assert (
        bare_session.scalar(sa.select(sa.func.count()).select_from(FollowUp).where(FollowUp.tenant_id == town.id)) == 1
    )
