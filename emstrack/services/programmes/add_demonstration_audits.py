"""The demonstration's audits: a hotel's assessment and a walk-through of the past, and an audit that is planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from emstrack.domain.audit_findings import FindingDetails, FindingSeverity
from emstrack.domain.audits import AuditDetails, AuditKind, AuditStatus, PlanLine, TeamMember, TeamRole
from emstrack.domain.checklists import Answer, Choice
from emstrack.domain.sectors import AnswerKind
from emstrack.services.audits.follow_finding import close_finding
from emstrack.services.audits.move_audit import move_audit
from emstrack.services.audits.open_audit import open_for_field
from emstrack.services.audits.plan_audit import plan_audit
from emstrack.services.audits.record_answer import questions_of, record_answer
from emstrack.services.audits.record_finding import add_finding
from emstrack.storage.models import Site
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.storage.models import Audit


@dataclass(frozen=True, slots=True)
class Cast:
    """An audit of the demonstration: content, not interface, so it is in the place's own language."""

    site: str
    kind: AuditKind
    checklist: str
    days_ago: int
    days: int
    scope: str
    summary: str
    team: tuple[tuple[str, TeamRole], ...]
    plan: tuple[tuple[int, str, str, str], ...]
    findings: tuple[tuple[str, str, FindingSeverity, str, str, str], ...] = ()
    """Title, place, severity, situation, evidence, the question it came from."""
    said: tuple[tuple[str, Answer], ...] = ()
    reason: str = ""
    closed: int = 0
    """How many of the findings are closed already."""


HOTEL = Cast(
    site="Coral Bay Inn",
    kind=AuditKind.CP_ASSESSMENT,
    checklist="shipped-hotel",
    days_ago=640,
    days=2,
    scope="Rooms, kitchen, laundry, pool and hot water; twelve months of bills. The dive shop is left out.",
    summary="Water is the cheapest saving: showers and running toilets. Air conditioners run in empty rooms.",
    team=(("Marcia Brown", TeamRole.LEAD), ("Devon Clarke", TeamRole.EXPERT), ("Hope Hotel", TeamRole.HOST)),
    plan=(
        (0, "9:00", "Opening meeting and bills", "General manager"),
        (0, "10:30", "Rooms and laundry", "Head housekeeper"),
        (1, "9:00", "Kitchen, boiler and pool", "Maintenance"),
        (1, "15:00", "Closing meeting", "General manager"),
    ),
    findings=(
        (
            "Showers give twice what guests need",
            "Rooms, floors 1 to 3",
            FindingSeverity.HIGH,
            "Old shower heads without flow limiters, at 4 bar.",
            "Bucket and watch in six rooms: 14 to 17 L/min.",
            "hotel.rooms.shower_flow",
        ),
        (
            "Air conditioners run in empty rooms",
            "Rooms",
            FindingSeverity.HIGH,
            "Nothing switches them off when the guest leaves; housekeeping leaves them on for the next one.",
            "11 of 20 empty rooms were cooled to 20 °C on Tuesday at noon.",
            "hotel.rooms.empty_room_off",
        ),
        (
            "Hot-water pipes are bare",
            "Boiler room",
            FindingSeverity.MEDIUM,
            "About 18 m of pipe and four valves without insulation.",
            "Surface at 61 °C, measured by hand.",
            "hotel.boiler.insulation",
        ),
        (
            "Two toilets run without stopping",
            "Lobby",
            FindingSeverity.LOW,
            "Worn flappers.",
            "Dye in the tank reached the bowl within a minute.",
            "hotel.water.public_toilets",
        ),
    ),
    said=(
        ("hotel.rooms.shower_flow", Answer(number=15.5, note="Mean of six rooms")),
        ("hotel.rooms.faucet_flow", Answer(number=9.0)),
        ("hotel.rooms.empty_room_off", Answer(Choice.NO)),
        ("hotel.boiler.insulation", Answer(Choice.NO, note="See finding")),
        ("hotel.boiler.hot_water_temperature", Answer(number=58.0)),
        ("hotel.laundry.full_loads", Answer(Choice.PARTLY, note="Small loads on Mondays")),
        ("hotel.water.public_toilets", Answer(Choice.NO)),
        ("hotel.pool.cover", Answer(Choice.NOT_APPLICABLE, note="Open to guests until midnight")),
    ),
    reason="Quantities that needed a meter were left for the second visit.",
    closed=1,
)
TOWN_HALL = Cast(
    site="Palacio Municipal",
    kind=AuditKind.WALK_THROUGH,
    checklist="shipped-municipal_building",
    days_ago=700,
    days=1,
    scope="Oficinas, patio y sanitarios; sin el archivo del sótano.",
    summary="La iluminación y el aire acondicionado trabajan fuera de horario. Hay fugas en los sanitarios.",
    team=(("Carlos Comité", TeamRole.LEAD), ("Ing. Lucía Peña", TeamRole.EXPERT)),
    plan=((0, "8:00", "Recorrido con el área de mantenimiento", "Don Ramiro"), (0, "12:00", "Cierre", "Comité")),
    findings=(
        (
            "Lámparas T8 encendidas toda la noche",
            "Pasillos y patio",
            FindingSeverity.HIGH,
            "No hay responsable del apagado ni sensores; el velador las deja encendidas por seguridad.",
            "64 lámparas de 2 × 32 W contadas a las 21:00.",
            "municipal_building.lighting.empty_rooms",
        ),
        (
            "Aire acondicionado a 18 °C con puertas abiertas",
            "Presidencia y Cabildo",
            FindingSeverity.MEDIUM,
            "Los equipos no tienen horario y el control lo tiene cualquiera.",
            "Termostatos fotografiados; puertas abiertas en tres recorridos.",
            "municipal_building.air_conditioning.doors",
        ),
        (
            "Fuga continua en tres sanitarios",
            "Planta baja",
            FindingSeverity.LOW,
            "Sapos gastados.",
            "El medidor avanza de noche sin que haya nadie.",
            "municipal_building.water.toilets",
        ),
    ),
    said=(
        ("municipal_building.lighting.empty_rooms", Answer(Choice.NO)),
        ("municipal_building.lighting.led", Answer(Choice.PARTLY, note="Solo en Presidencia")),
        ("municipal_building.air_conditioning.setpoint", Answer(number=18.0)),
        ("municipal_building.air_conditioning.doors", Answer(Choice.NO)),
        ("municipal_building.water.toilets", Answer(Choice.NO, note="Tres de once")),
        ("municipal_building.lighting.who", Answer(note="Nadie; lo decide el velador")),
    ),
    reason="No se midió luz ni caudal nocturno en esta visita.",
    closed=1,
)
HOSPITAL = Cast(
    site="Hospital Municipal",
    kind=AuditKind.ENERGY,
    checklist="shipped-hospital",
    days_ago=-17,
    days=2,
    scope="Enfriador, calderas y lavandería.",
    summary="",
    team=(("Carlos Comité", TeamRole.LEAD), ("Ing. Lucía Peña", TeamRole.EXPERT)),
    plan=(
        (0, "9:00", "Casa de máquinas", "Mantenimiento"),
        (1, "9:00", "Lavandería y cocina", "Jefatura de servicios"),
    ),
)


def add_demonstration_audits(session: Session, *, now: datetime) -> None:
    """Add them as people would have: planned, walked, reported; nothing is written past the services."""
    sites = {row.name: row.id for row in session.execute(scoped(session, Site.id, Site.name))}
    for each in (HOTEL, TOWN_HALL, HOSPITAL):
        audit = _plan(session, each, sites[each.site], now=now)
        if each.days_ago > 0:
            _walk(session, each, audit, now=now)


def _plan(session: Session, each: Cast, site_id: int, *, now: datetime) -> Audit:
    start = now.date() - timedelta(days=each.days_ago)
    details = AuditDetails(
        site_id=site_id,
        kind=each.kind,
        start=start,
        last_day=start + timedelta(days=each.days - 1),
        scope=each.scope,
        summary=each.summary,
        team=tuple(TeamMember(name, role) for name, role in each.team),
        plan=tuple(PlanLine(start + timedelta(days=day), what, time, who) for day, time, what, who in each.plan),
    )
    return plan_audit(session, details, checklist=each.checklist, now=now)


def _walk(session: Session, each: Cast, audit: Audit, *, now: datetime) -> None:
    said = dict(each.said)
    for place, question in enumerate(questions_of(session, audit.id)):
        answer = said.get(question.code)
        if answer is None and question.answer is AnswerKind.YES_NO:
            answer = Answer((Choice.YES, Choice.PARTLY, Choice.YES, Choice.NO)[place % 4])
        if answer is not None:
            record_answer(session, audit, question.code, answer, version=0, now=now)
    due = audit.last_day + timedelta(days=90)
    for place, (title, where, severity, situation, evidence, asked) in enumerate(each.findings):
        details: dict[str, Any] = {"description": situation, "evidence": evidence, "question": asked, "due": due}
        given = FindingDetails(title=title, place=where, severity=severity, owner_name=each.team[-1][0], **details)
        finding = add_finding(session, open_for_field(session, audit.id), given, now=now)
        if place >= len(each.findings) - each.closed:
            close_finding(session, finding.id, note="", version=1, now=now)
    move_audit(session, audit.id, AuditStatus.IN_FIELD, version=1, now=now)
    move_audit(session, audit.id, AuditStatus.REPORTED, version=2, reason=each.reason, now=now)
