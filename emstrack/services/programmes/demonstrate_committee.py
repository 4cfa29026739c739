"""The demonstration's follow-ups and its committee: rules that put down, a meeting held, and one to come."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from emstrack.domain.committees import AgendaKind, CommitteeRole, Rhythm, next_meeting
from emstrack.domain.follow_ups import FollowUpOutcome, FollowUpStatus
from emstrack.services.audits.plan_follow_ups import escalate_follow_ups, plan_follow_ups
from emstrack.services.ems import hold_meeting as holding
from emstrack.services.ems import write_committee as writing
from emstrack.services.ems.list_committees import show_committee
from emstrack.services.ems.write_agenda import add_item
from emstrack.services.sites.record_change import Subject, change_row
from emstrack.storage.models import AgendaItem, FollowUp, Organisation, Site
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.analysis.demonstration import Demonstration
    from emstrack.services.programmes.demonstrate_measures import Cast

RHYTHM = Rhythm(1, 2, 3)
FOUNDED_DAYS_AGO = 400


def add_demonstration_committee(session: Session, made: Demonstration, cast: Cast, *, now: datetime) -> None:
    """Let the rules put follow-ups down, and found the city's committee with a meeting behind it and one before it."""
    today = now.date()
    plan_follow_ups(session, today=today, now=now)
    _come_back_once(session, cast, now)
    city = session.scalars(scoped(session, Organisation).where(Organisation.name == made.municipality)).one()
    details = writing.CommitteeDetails(
        organisation_id=city.id,
        name="Comité de gestión ambiental",
        purpose="Mueve el ahorro de energía y agua en los edificios del municipio.",
        rhythm=RHYTHM,
        place="Sala de cabildo",
    )
    committee = writing.add_committee(session, details, now=now)
    since = today - timedelta(days=FOUNDED_DAYS_AGO)
    members = (
        writing.Term(role=CommitteeRole.CHAIR, start=since, name="Lic. Rosa Meza"),
        writing.Term(role=CommitteeRole.SECRETARY, start=since, user_id=cast.city),
        writing.Term(role=CommitteeRole.ADVISER, start=since, user_id=cast.signer),
    )
    for member in members:
        writing.add_member(session, committee.id, member, now=now)
    policy = writing.Policy(
        title="Compras de equipos solo con etiqueta de eficiencia",
        proposal="Toda compra de equipo eléctrico pide la etiqueta de eficiencia más alta disponible.",
        body="Cabildo",
    )
    writing.add_policy(session, committee.id, policy, now=now)
    _hold_last_meeting(session, committee.id, cast, now)
    holding.plan_meeting(session, committee.id, next_meeting(RHYTHM, today), hour="", place="", now=now)
    escalate_follow_ups(session, today=today, now=now)


def _come_back_once(session: Session, cast: Cast, now: datetime) -> None:
    """The oldest follow-up was done: somebody came back and signed."""
    first = session.scalars(scoped(session, FollowUp).order_by(FollowUp.due, FollowUp.id).limit(1)).one_or_none()
    if first is None:
        return
    values = {
        "status": FollowUpStatus.DONE.value,
        "outcome": FollowUpOutcome.WORKING.value,
        "result": "Se revisó en sitio: la medida sigue funcionando como se instaló.",
        "signed_as": "Ana Admin",
        "closed_at": now,
        "closed_by": cast.signer,
    }
    change_row(session, first, values, Subject("follow_up", first.id), version=first.version, now=now)


def _hold_last_meeting(session: Session, committee_id: int, cast: Cast, now: datetime) -> None:
    today = now.date()
    meeting = holding.plan_meeting(session, committee_id, today - timedelta(days=16), hour="", place="", now=now)
    add_item(session, meeting.id, "Presupuesto del próximo año", now=now)
    meeting = holding.begin_meeting(session, meeting.id, now=now)
    seated = [row.id for row in show_committee(session, committee_id, today=today).members]
    holding.write_presence(session, meeting.id, seated, "", version=meeting.version, now=now)
    own = (AgendaItem.meeting_id == meeting.id, AgendaItem.kind == AgendaKind.FREE.value)
    item = session.scalars(scoped(session, AgendaItem).where(*own)).one()
    words = "Se aparta una partida para luminarias y se pide cotización."
    holding.write_minutes(session, item.id, words, version=item.version, now=now)
    site = session.scalars(scoped(session, Site.id).where(Site.name == "Palacio Municipal")).one()
    for title, days in (("Pedir tres cotizaciones de luminarias", -2), ("Colocar letreros de apagado", 21)):
        decision = holding.Decision(title=title, site_id=site, due=today + timedelta(days=days), owner_id=cast.city)
        holding.decide(session, meeting.id, decision, today=today - timedelta(days=16), now=now)
    holding.approve_meeting(session, meeting.id, version=meeting.version, today=today, link_base=None, now=now)
