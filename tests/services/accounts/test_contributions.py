"""A contributor is asked once a month at eight local time, and the link opens their buildings' missing fields only."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from conftest import NOW, make_tenant
from factories_accounts import make_organisation, make_person, open_tenant

from emstrack.domain.errors import NotFoundError
from emstrack.domain.periods import Month
from emstrack.domain.typed import Writing
from emstrack.gateways.stored_files import StoredFiles
from emstrack.services.accounts.ask_contributor import ask_contributor
from emstrack.services.accounts.open_contribution import open_contribution
from emstrack.services.accounts.plan_contributions import plan_contributions
from emstrack.services.accounts.record_contribution import TypedContribution, attach_bill, record_contribution
from emstrack.services.reports.claim_work import Work
from emstrack.storage.models import (
    Bill,
    DueWork,
    JobRun,
    Membership,
    Meter,
    MonthlyValue,
    Organisation,
    OutboxMail,
    Reading,
    Site,
)
from emstrack.storage.scope import every_tenant, scope_of, scoped

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

OCTOBER = Month(2026, 10)
DUE = datetime(2026, 11, 3, 14, tzinfo=UTC)


class Town:
    """A municipality with two ministries, a building each, and a contributor of the first."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.root = make_tenant(session, "Municipio")
        with every_tenant(session, "a test sets a zone"):
            self.root.time_zone = "America/Mexico_City"
            session.flush()
        self.health = make_organisation(session, self.root, "Salud")
        self.works = make_organisation(session, self.root, "Obras")
        with every_tenant(session, "a test sets a zone"):
            self.health.time_zone = self.works.time_zone = "America/Mexico_City"
            session.flush()
        self.ana = make_person(session, self.health, "contributor", email="ana@example.org")
        open_tenant(session, self.root)
        self.clinic = self.meter(self.health, "Clínica", "CFE")
        self.yard = self.meter(self.works, "Corralón", "CFE")

    def meter(self, organisation: Organisation, site: str, name: str, **given: Any) -> Meter:
        place = Site(
            tenant_id=self.root.id,
            organisation_id=organisation.id,
            kind="building",
            name=site,
            currency="MXN",
            created_at=NOW,
        )
        self.session.add(place)
        self.session.flush()
        values = {"resource": "electricity", "unit": "kWh", **given}
        meter = Meter(tenant_id=self.root.id, site_id=place.id, name=name, created_at=NOW, **values)
        self.session.add(meter)
        self.session.flush()
        return meter

    def fill(self, meter: Meter) -> None:
        self.session.add(
            MonthlyValue(
                tenant_id=self.root.id,
                meter_id=meter.id,
                month=OCTOBER.start,
                quantity=5.0,
                coverage=1.0,
                estimated=0.0,
            )
        )
        self.session.flush()

    def ask(self, key: str = "k") -> dict[str, int]:
        with every_tenant(self.session, "a test finds the membership"):
            membership = self.session.scalars(sa.select(Membership).where(Membership.user_id == self.ana.id)).one()
        payload = {"membership_id": membership.id, "month": str(OCTOBER)}
        work = Work(1, "contribution.ask", key, DUE, self.root.id, payload, 1)
        return ask_contributor(self.session, work, link_base="https://ems.example.org", now=DUE)

    def token(self) -> str:
        self.ask()
        self.session.flush()
        text = self.session.scalars(sa.select(OutboxMail.text).order_by(OutboxMail.id.desc())).first()
        return text.split("/contribution/", 1)[1].split()[0]


@pytest.fixture
def town(bare_session: Session) -> Town:
    return Town(bare_session)


def typed(value: str, cost: str = "", version: int | None = None, **given: Any) -> TypedContribution:
    values = {"start": OCTOBER.start, "end": OCTOBER.end, **given}
    return TypedContribution(value=value, cost=cost, version=version, **values)


def record(town: Town, token: str, meter_id: int, what: TypedContribution) -> Any:
    contribution = open_contribution(town.session, token, now=DUE)
    return record_contribution(town.session, contribution, meter_id, what, writing=Writing(), now=DUE)


def planned(session: Session) -> list[tuple[datetime, str]]:
    rows = session.scalars(sa.select(DueWork).order_by(DueWork.due_at))
    return [(row.due_at, row.payload["month"]) for row in rows]


def test_the_next_mail_is_planned_for_eight_by_the_organisations_clock_and_once(town: Town) -> None:
    assert plan_contributions(town.session, now=NOW) == {"planned": 1}
    assert plan_contributions(town.session, now=NOW) == {"planned": 0}
    assert planned(town.session) == [(DUE, "2026-10")]


def test_another_day_moves_what_is_not_sent_yet(town: Town) -> None:
    plan_contributions(town.session, now=NOW)
    with every_tenant(town.session, "a test changes the day"):
        town.health.profile = {"contribution_day": 5}
        town.session.flush()
    plan_contributions(town.session, now=NOW)
    assert planned(town.session) == [(DUE + timedelta(days=2), "2026-10")]


def test_months_missed_while_nothing_ran_are_planned_too(town: Town) -> None:
    plan_contributions(town.session, now=datetime(2026, 12, 20, tzinfo=UTC))
    assert [month for _, month in planned(town.session)] == ["2026-10", "2026-11"]


def test_nothing_is_planned_for_before_somebody_had_the_role(town: Town) -> None:
    with every_tenant(town.session, "a test moves the beginning"):
        town.session.execute(sa.update(Membership).values(created_at=datetime(2026, 12, 10, tzinfo=UTC)))
    plan_contributions(town.session, now=datetime(2026, 12, 20, tzinfo=UTC))
    assert planned(town.session) == []


def test_after_a_restore_what_may_have_gone_out_is_not_planned_again(town: Town) -> None:
    town.session.add(JobRun(kind="restore", started_at=DUE + timedelta(days=5), outcome="done"))
    plan_contributions(town.session, now=DUE + timedelta(days=10))
    assert planned(town.session) == []


def test_a_zone_this_computer_does_not_know_falls_back(town: Town) -> None:
    with every_tenant(town.session, "a test spoils the zone"):
        town.health.time_zone = "Mars/Olympus"
        town.session.flush()
    plan_contributions(town.session, now=NOW)
    assert planned(town.session) == [(datetime.combine(date(2026, 11, 3), time(8), UTC), "2026-10")]


def test_the_mail_is_in_the_readers_language_with_their_link(town: Town) -> None:
    with every_tenant(town.session, "a test sets a language"):
        town.ana.language = "es"
        town.session.flush()
    assert town.ask() == {"asked": 1}
    mail = town.session.scalars(sa.select(OutboxMail)).one()
    assert mail.recipient == "ana@example.org"
    assert mail.subject == "Salud: los recibos de octubre 2026"
    assert "https://ems.example.org/contribution/" in mail.text
    assert "https://ems.example.org/contribution/" in mail.html
    assert "Hola" in mail.text


def test_asked_twice_there_is_one_mail(town: Town) -> None:
    town.ask()
    town.session.flush()
    assert town.ask() == {}
    assert len(town.session.scalars(sa.select(OutboxMail)).all()) == 1


def test_nobody_is_asked_where_nothing_is_missing(town: Town) -> None:
    town.fill(town.clinic)
    assert town.ask() == {"nothing_missing": 1}
    assert town.session.scalars(sa.select(OutboxMail)).all() == []


def test_nobody_is_asked_whose_role_has_ended(town: Town) -> None:
    with every_tenant(town.session, "a test changes the role"):
        town.session.execute(sa.update(Membership).values(role="viewer"))
    assert town.ask() == {"skipped": 1}


def test_the_link_lists_the_missing_meters_of_their_buildings_only(town: Town) -> None:
    water = town.meter(town.health, "Clínica Norte", "SIAPA", resource="water", unit="m3")
    town.fill(water)
    contribution = open_contribution(town.session, town.token(), now=DUE)
    assert [field.meter.site for field in contribution.fields] == ["Clínica"]
    assert (contribution.organisation, contribution.month) == ("Salud", OCTOBER)
    assert scope_of(town.session).organisation_ids == {town.health.id}


def test_archived_closed_and_delivered_meters_are_not_asked_for(town: Town) -> None:
    town.meter(town.health, "A", "m", archived_at=NOW)
    town.meter(town.health, "B", "m", closed=date(2026, 9, 1))
    town.meter(town.health, "C", "m", opened=date(2026, 11, 1))
    town.meter(town.health, "D", "m", cadence="on_delivery")
    contribution = open_contribution(town.session, town.token(), now=DUE)
    assert [field.meter.site for field in contribution.fields] == ["Clínica"]


def test_figures_are_saved_as_by_hand_and_may_be_mended_by_the_same_person(town: Town) -> None:
    token = town.token()
    entered = record(town, token, town.clinic.id, typed("1,200", "3,450.50"))
    assert (entered.status, entered.quantity, entered.cost, entered.currency) == (
        "new",
        1200.0,
        Decimal("3450.5"),
        "MXN",
    )
    field = open_contribution(town.session, token, now=DUE).field(town.clinic.id)
    assert field.entry is not None
    again = record(town, token, town.clinic.id, typed("1,300", version=field.entry.version))
    assert (again.status, again.quantity) == ("changed", 1300.0)
    months = town.session.scalars(scoped(town.session, MonthlyValue)).all()
    assert [(value.month, value.quantity, value.coverage) for value in months] == [(OCTOBER.start, 1300.0, 1.0)]
    readings = town.session.scalars(scoped(town.session, Reading)).all()
    assert [reading.created_by for reading in readings] == [town.ana.id]


def test_what_somebody_else_entered_is_not_open_any_more(town: Town) -> None:
    token = town.token()
    open_tenant(town.session, town.root)
    town.fill(town.clinic)
    with pytest.raises(NotFoundError):
        record(town, token, town.clinic.id, typed("1"))


def test_another_ministrys_meter_is_not_there(town: Town) -> None:
    token = town.token()
    with pytest.raises(NotFoundError):
        record(town, token, town.yard.id, typed("1"))


def test_a_bill_that_does_not_run_from_the_first_starts_where_the_last_ended(town: Town) -> None:
    town.session.add(
        Reading(
            tenant_id=town.root.id,
            meter_id=town.clinic.id,
            start=date(2026, 9, 14),
            end=date(2026, 10, 14),
            quantity=1.0,
            quantity_text="1",
            unit="kWh",
            canonical_quantity=1.0,
            created_at=NOW,
        )
    )
    town.session.flush()
    field = open_contribution(town.session, town.token(), now=DUE).field(town.clinic.id)
    assert (field.start, field.end) == (date(2026, 10, 14), date(2026, 11, 1))


@pytest.mark.parametrize("photo_first", [True, False])
def test_the_picture_joins_the_figures_whichever_comes_first(town: Town, tmp_path: Path, photo_first: bool) -> None:
    token, files = town.token(), StoredFiles(tmp_path)

    def photograph() -> int:
        contribution = open_contribution(town.session, token, now=DUE)
        content = b"%PDF-1.7 bill"
        return attach_bill(town.session, files, contribution, town.clinic.id, content, name="recibo.pdf", now=DUE)

    if photo_first:
        bill_id = photograph()
    record(town, token, town.clinic.id, typed("1,200"))
    if not photo_first:
        bill_id = photograph()
    reading = town.session.scalars(scoped(town.session, Reading)).one()
    assert reading.bill_id == bill_id
    bill = town.session.scalars(scoped(town.session, Bill)).one()
    assert (bill.meter_id, bill.created_by) == (town.clinic.id, town.ana.id)
    assert open_contribution(town.session, token, now=DUE).field(town.clinic.id).has_picture


@pytest.mark.parametrize("end", ["role", "person", "organisation", "time", "secret"])
def test_a_link_that_is_over_opens_nothing(town: Town, end: str) -> None:
    token, now = town.token(), DUE
    with every_tenant(town.session, "a test ends something"):
        if end == "role":
            town.session.execute(sa.delete(Membership))
        elif end == "person":
            town.ana.disabled_at = NOW
        elif end == "organisation":
            town.health.archived_at = NOW
        elif end == "time":
            now = DUE + timedelta(days=40)
        else:
            token = token[:-1] + ("a" if token[-1] != "a" else "b")
        town.session.flush()
    with pytest.raises(NotFoundError) as closed:
        open_contribution(town.session, token, now=now)
    assert closed.value.code == "contribution.closed"


def test_the_link_still_opens_on_its_last_day(town: Town) -> None:
    token = town.token()
    assert open_contribution(town.session, token, now=DUE + timedelta(days=39)).fields
