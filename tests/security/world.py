"""Two tenants with a row of every kind that an address can name. Each text of the first carries CANARY.

An engineer who adds an address with a new argument adds a line to `fill`: the row it names, in the first tenant.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import sqlalchemy as sa
from conftest import make_tenant
from factories_accounts import make_organisation, make_person, make_session, open_tenant
from factories_audits import HOTEL, TOWELS, make_audit, make_finding
from factories_balances import Kept, make_balance
from factories_financing import application, facility_details
from factories_reports import adopt
from factories_savings import give_months, year
from factories_sites import make_building, make_meter
from worksheets_filled import filled_details

from emstrack.domain.checklists import Answer, Choice
from emstrack.domain.committees import CommitteeRole
from emstrack.domain.measurement_plans import PlanDetails
from emstrack.domain.measures import Effect, InvestmentLine, MeasureDetails, Option
from emstrack.domain.periods import Month, Period
from emstrack.domain.programmes import (
    ActivityDetails,
    ActivityKind,
    CohortDetails,
    IndicatorDetails,
    LeveragedDetails,
    ProgrammeDetails,
    PublishedDetails,
)
from emstrack.gateways.stored_files import StoredFiles
from emstrack.services.accounts.one_time_links import issue_link
from emstrack.services.audits.add_measure import add_measure
from emstrack.services.audits.edit_checklist import copy_checklist
from emstrack.services.audits.exchange_rates import add_rate
from emstrack.services.audits.plan_verification import set_plan
from emstrack.services.audits.record_answer import record_answer
from emstrack.services.audits.write_follow_up import NewFollowUp, add_follow_up
from emstrack.services.ems.hold_meeting import plan_meeting
from emstrack.services.ems.write_agenda import add_item
from emstrack.services.ems.write_committee import CommitteeDetails, Policy, Term, add_committee, add_member, add_policy
from emstrack.services.programmes.apply_for_financing import apply_for_financing
from emstrack.services.programmes.keep_facility import add_facility
from emstrack.services.programmes.keep_part import add_part
from emstrack.services.programmes.keep_programme import add_programme
from emstrack.services.programmes.put_into_cohort import put_into_cohort
from emstrack.services.programmes.record_quarter import record_quarter
from emstrack.services.readings.enter_reading import enter_reading
from emstrack.services.savings.adopt_baseline import Plan, lock_baselines, propose_baseline
from emstrack.services.savings.record_isolated_saving import add_isolated_saving
from emstrack.services.savings.set_adjustment import Agreed, add_adjustment
from emstrack.services.savings.set_closed_period import LeftOut, add_closed_period
from emstrack.storage.base import Base
from emstrack.storage.models import (
    AuditPhoto,
    CaseStudy,
    Device,
    ImportBatch,
    MeasurePhoto,
    Membership,
    MeterShare,
    OneTimeLink,
    OutboxMail,
    ProgrammeSite,
    Share,
    SiteAttribute,
    StoredFile,
    UserSession,
    WeatherStation,
)
from emstrack.storage.scope import every_tenant, tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.app import Application
    from emstrack.storage.models import Organisation, User

JANUARY = Month(2026, 1)
CANARY, CASE = "Zanate", "luminarias-0a1b2c3d"
"""A bird of Mexican towns; no page of the product speaks of it."""


@dataclass
class World:
    """The first tenant's rows by argument name, and cookies by who holds them."""

    application: Application
    tenant_id: int = 0
    other_tenant_id: int = 0
    arguments: dict[str, object] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    by_endpoint: dict[str, dict[str, object]] = field(default_factory=dict)
    """Where an argument's name stands for another kind of row."""

    def checksum(self, tenant_id: int | None = None, *, but: frozenset[str] = frozenset()) -> dict[str, str]:
        """Return a digest of each table's rows, of one tenant or of all."""
        digests = {}
        with self.application.transaction(read_only=True) as session, every_tenant(session, "a test compares"):
            for table in Base.metadata.sorted_tables:
                if table.name in but or (tenant_id is not None and "tenant_id" not in table.c):
                    continue
                statement = sa.select(table)
                if tenant_id is not None:
                    statement = statement.where(table.c.tenant_id == tenant_id)
                rows = sorted(repr(tuple(row)) for row in session.execute(statement))
                digests[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
        return digests


def build(application: Application) -> World:
    """Make both tenants, their people and one row of every kind."""
    world, now = World(application), datetime.now(UTC)
    with application.transaction() as session:
        first = make_tenant(session, f"{CANARY} Municipio")
        second = make_tenant(session, "Hotel Ajeno", kind="company")
        world.tenant_id, world.other_tenant_id = first.id, second.id
        admin = make_person(session, first, "administrator", email=f"admin@{CANARY}.example.org", name=f"{CANARY} Ana")
        people = {
            "viewer": (make_person(session, first, "viewer", email=f"v@{CANARY}.example.org"), first),
            "administrator": (admin, first),
            "foreigner": (make_person(session, second, "administrator", email="f@ajeno.example.org"), second),
        }
        for who, (user, where) in people.items():
            world.cookies[who] = make_session(session, user, where, now=now)
        open_tenant(session, first, admin)
        world.arguments, world.by_endpoint = fill(session, first, second, admin, now)
        world.arguments["file_id"] = keep_file(session, application, admin, now)
    return world


def fill_measures(session: Session, site_id: int, meter_id: int, admin_id: int, now: datetime) -> tuple[int, int, int]:
    """Make a measure with its rows, plan and photo, and an exchange rate; each text says CANARY."""
    effect = Effect(resource="electricity", quantity=100, meter_id=meter_id, assumptions=CANARY, calculation=CANARY)
    details = MeasureDetails(
        title=f"{CANARY} LED",
        situation=CANARY,
        proposal=CANARY,
        effects=(effect,),
        investment=(InvestmentLine(label=CANARY, amount=Decimal(5)),),
        owner_id=admin_id,
    )
    measure = add_measure(session, site_id, details, today=now.date(), now=now)
    set_plan(session, measure.id, PlanDetails(option=Option.D, boundary=CANARY), version=0, today=now.date(), now=now)
    stored = StoredFile(
        tenant_id=tenant_of(session),
        path=f"{CANARY}.jpg",
        name=CANARY,
        media_type="image/jpeg",
        size=1,
        sha256="",
        site_id=site_id,
        created_at=now,
    )
    session.add(stored)
    session.flush()
    photo = MeasurePhoto(
        tenant_id=tenant_of(session),
        measure_id=measure.id,
        file_id=stored.id,
        moment="before",
        caption=CANARY,
        created_at=now,
    )
    session.add(photo)
    rate = add_rate(session, "USD", "MXN", day=date(2026, 1, 1), rate=18.0, source=CANARY, today=now.date(), now=now)
    session.flush()
    fill_case_study(session, measure.id, now)
    return measure.id, photo.id, rate.id


def fill_case_study(session: Session, measure_id: int, now: datetime) -> None:
    """Make a case study that the organisation reads, and nobody else."""
    texts = dict.fromkeys(("title", "place", "before", "after", "lesson"), CANARY)
    content = {**texts, "language": "es", "site_kind": "building", "category": "housekeeping", "photos": []}
    case = CaseStudy(
        **{"tenant_id": tenant_of(session), "measure_id": measure_id, "slug": CASE, **texts, "language": "es"},
        audience="tenant",
        released={**content, "estimated": {"effects": []}, "measured": None},
        released_at=now,
        created_at=now,
    )
    session.add(case)
    session.flush()


def keep_file(session: Session, application: Application, admin: User, now: datetime) -> int:
    """Keep a file of the first tenant that says CANARY inside and in its name."""
    content = CANARY.encode()
    stored = StoredFile(
        tenant_id=tenant_of(session),
        path=StoredFiles(application.settings.files_dir).save(content, ".csv"),
        name=f"{CANARY}.csv",
        media_type="text/csv",
        size=len(content),
        sha256="",
        created_at=now,
        created_by=admin.id,
    )
    session.add(stored)
    session.flush()
    return stored.id


def fill_audits(session: Session, site_id: int, now: datetime) -> dict[str, object]:
    """Make an audit of the site with all that hangs below one."""
    audit = make_audit(session, site_id, title=CANARY, scope=CANARY)
    answer = record_answer(session, audit, TOWELS, Answer(Choice.NO, note=CANARY), version=0, now=now)
    finding = make_finding(session, audit, f"{CANARY} gotea", place=CANARY, evidence=CANARY)
    file = StoredFile(
        tenant_id=tenant_of(session),
        path=f"aa/{'a' * 32}.jpg",
        name=f"{CANARY}.jpg",
        media_type="image/jpeg",
        size=1,
        sha256="",
        site_id=site_id,
        created_at=now,
    )
    session.add(file)
    session.flush()
    keys = {"tenant_id": audit.tenant_id, "audit_id": audit.id, "site_id": site_id, "file_id": file.id}
    photo = AuditPhoto(**keys, finding_id=finding.id, created_at=now)
    session.add_all([photo, AuditPhoto(**keys, answer_id=answer.id, created_at=now)])
    session.flush()
    checklist = copy_checklist(session, HOTEL, name=CANARY, now=now)
    return {
        "audit_id": audit.id,
        "finding_id": finding.id,
        "photo_id": photo.id,
        "checklist_id": checklist.id,
    }


def fill_programmes(session: Session, site_id: int, now: datetime) -> dict[str, object]:
    """Make a programme with a part of every kind, each text with CANARY."""
    today, usd = now.date(), {"amount": Decimal(5), "currency": "USD"}
    details = ProgrammeDetails(name=f"{CANARY} EP3", summary=CANARY, partners=CANARY, currency="MXN")
    programme = add_programme(session, details, today=today, now=now)
    activity = ActivityDetails(kind=ActivityKind.WORKSHOP, title=CANARY, start=today, last_day=today, outputs=CANARY)
    parts = (
        CohortDetails(name=CANARY),
        IndicatorDetails(name=CANARY),
        activity,
        LeveragedDetails(source=CANARY, **usd),
        PublishedDetails(label=CANARY, source=CANARY),
    )
    cohort, indicator, *_ = [add_part(session, programme.id, part, today=today, now=now) for part in parts]
    record_quarter(session, indicator.id, date(2026, 1, 1), 5.0, note=CANARY, today=today, now=now)
    put_into_cohort(session, cohort.id, [site_id], destination=CANARY, today=today, now=now)
    link = session.scalars(sa.select(ProgrammeSite).where(ProgrammeSite.tenant_id == tenant_of(session))).one()
    return {
        "programme_id": programme.id,
        "part": "cohorts",
        "part_id": cohort.id,
        "cohort_id": cohort.id,
        "programme_site_id": link.id,
        "indicator_id": indicator.id,
    }


def fill(
    session: Session, first: Organisation, second: Organisation, admin: User, now: datetime
) -> tuple[dict[str, object], dict[str, dict[str, object]]]:
    """Make a row of the first tenant for every argument of an address, and return their ids."""
    ministry = make_organisation(session, first, f"{CANARY} Salud")
    member = make_person(session, ministry, "viewer", email=f"m@{CANARY}.example.org", name=f"{CANARY} Eva")
    make_session(session, member, ministry, now=now)
    share = Share(
        tenant_id=first.id,
        organisation_id=ministry.id,
        grantee_id=second.id,
        role="lender",
        created_at=now,
        revoked_at=now,
        created_by=admin.id,
    )
    mail = OutboxMail(
        tenant_id=first.id,
        message_id=f"<{CANARY}@x>",
        recipient=f"m@{CANARY}.example.org",
        subject=CANARY,
        text=CANARY,
        created_at=now,
        next_attempt_at=now,
        failed_at=now,
        last_error=CANARY,
    )
    session.add_all([share, mail])
    issue_link(
        session,
        "invitation",
        now=now,
        lifetime=timedelta(days=7),
        email=f"i@{CANARY}.example.org",
        tenant_id=first.id,
        payload={"organisation_id": ministry.id, "role": "viewer"},
    )
    site = make_building(session, f"{CANARY} Palacio")
    meter = make_meter(session, site.id, f"{CANARY} CFE")
    other_site = make_building(session, f"{CANARY} Anexo")
    rooms = SiteAttribute(
        tenant_id=first.id,
        site_id=site.id,
        attribute="staff",
        value=40,
        start=date(2024, 1, 1),
        note=CANARY,
        created_at=now,
    )
    device = Device(tenant_id=first.id, meter_id=meter.id, serial=CANARY)
    part = MeterShare(
        tenant_id=first.id, meter_id=meter.id, site_id=other_site.id, fraction=0.3, start=date(2024, 1, 1)
    )
    station = WeatherStation(tenant_id=first.id, code=CANARY, name=f"{CANARY} Cerro", created_at=now)
    session.add(station)
    batch = ImportBatch(
        tenant_id=first.id, organisation_id=first.id, kind="readings", file_name=CANARY, status="done", created_at=now
    )
    session.add_all([batch, rooms, device, part])
    session.flush()
    water = make_meter(session, site.id, f"{CANARY} SAPA")
    give_months(session, water, "2024-01", year(1000, 20) + year(800, 20))
    baseline = adopt(session, water, reason=CANARY)
    lock_baselines(session, [baseline.id], now=now)  # a report was handed out before, so one more changes nothing
    reading = enter_reading(session, meter.id, month=JANUARY, quantity_text="1000", note=CANARY, now=now)
    given = NewFollowUp(site_id=site.id, title=CANARY, due=now.date() + timedelta(days=30), owner_id=admin.id)
    follow_up = add_follow_up(session, given, today=now.date(), now=now)
    committee = fill_committee(session, first.id, admin.id, now)
    plan = Plan(period=Period.parse("2025-01:2025-12"))
    draft = propose_baseline(session, meter.id, plan, now=now)
    draft.reason = CANARY
    agreed = Agreed(start=date(2025, 1, 1), per_month=5.0, agreed_by=CANARY, reason=CANARY)
    storm = LeftOut(start=date(2025, 3, 1), end=date(2025, 3, 9), reason=CANARY)
    details = filled_details(title=CANARY, note=CANARY)
    saving = add_isolated_saving(session, site.id, details, now=now, today=now.date())
    audited = fill_audits(session, site.id, now)
    measure, photo, rate = fill_measures(session, site.id, meter.id, admin.id, now)
    balance = make_balance(session, site, title=f"{CANARY} lote", note=CANARY)
    to = Kept(session, balance)
    soak = to.step(f"{CANARY} remojo")
    stream = to.flow("input", f"{CANARY} agua", 5, "m3", target=soak, is_water=True)
    said = {"name": f"{CANARY} fondo", "lender": CANARY, "eligibility": CANARY, "note": CANARY}
    facility = add_facility(session, facility_details(session, **said), now=now)
    asked = application(session, facility.id, (measure,), title=f"{CANARY} crédito", note=CANARY)
    financing = apply_for_financing(session, asked, today=now.date(), now=now)
    return {
        "facility_id": facility.id,
        "financing_id": financing.id,
        "measure_id": measure,
        "rate_id": rate,
        "code": "linen_reuse",
        "slug": CASE,
        "number": 1,
        "case_id": session.scalars(sa.select(CaseStudy.id).where(CaseStudy.tenant_id == first.id)).one(),
        **audited,
        **committee,
        "follow_up_id": follow_up.id,
        "secret": "not-a-secret-that-anybody-was-given",
        **fill_programmes(session, site.id, now),
        "saving_id": saving.id,
        "worksheet": "toilets",
        "balance_id": balance.id,
        "operation_id": soak.id,
        "stream_id": stream.id,
        "baseline_id": draft.id,
        "adjustment_id": add_adjustment(session, meter.id, agreed, now=now).id,
        "period_id": add_closed_period(session, site.id, storm, now=now).id,
        "reading_id": reading.reading_id,
        "batch_id": batch.id,
        "month": str(JANUARY),
        "organisation_id": ministry.id,
        "membership_id": session.scalars(
            sa.select(Membership.id).where(Membership.tenant_id == first.id, Membership.user_id == member.id)
        ).one(),
        "session_id": session.scalars(sa.select(UserSession.id).where(UserSession.user_id == member.id)).one(),
        "link_id": session.scalars(sa.select(OneTimeLink.id).where(OneTimeLink.tenant_id == first.id)).one(),
        "share_id": share.id,
        "mail_id": mail.id,
        "site_id": site.id,
        "meter_id": meter.id,
        "station_id": station.id,
        "attribute": "rooms",
        "row_id": rooms.id,
        "device_id": device.id,
        "key": "water",
        "ending": "pdf",
        "token": "not-a-token-that-anybody-was-given",
    }, {
        "meters.end_share": {"share_id": part.id},
        "measures.remove_photo": {"photo_id": photo},
        "meters.remove_share": {"share_id": part.id},
    }


def fill_committee(session: Session, organisation_id: int, user_id: int, now: datetime) -> dict[str, object]:
    """Found a committee with a chair, a policy, and a meeting with something to talk about."""
    details = CommitteeDetails(organisation_id=organisation_id, name=CANARY, purpose=CANARY, place=CANARY)
    committee = add_committee(session, details, now=now)
    term = Term(role=CommitteeRole.CHAIR, start=date(2024, 1, 1), user_id=user_id)
    meeting = plan_meeting(session, committee.id, now.date(), hour="", place=CANARY, now=now)
    return {
        "committee_id": committee.id,
        "member_id": add_member(session, committee.id, term, now=now).id,
        "policy_id": add_policy(session, committee.id, Policy(title=CANARY), now=now).id,
        "meeting_id": meeting.id,
        "item_id": add_item(session, meeting.id, CANARY, now=now).id,
    }
