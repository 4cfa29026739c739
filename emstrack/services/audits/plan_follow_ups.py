"""What rules ask to be looked at again becomes follow-ups, once each, however often and however late this runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.follow_ups import (
    ESCALATE_AFTER_DAYS,
    STANDARD_RULES,
    Awaited,
    FollowUpKind,
    FollowUpStatus,
    Rule,
    days_of_rule,
    working_day,
)
from emstrack.reference.holidays import holidays_around
from emstrack.storage.models import Audit, Device, FollowUp, FollowUpRule, Measure, Meter, Organisation, Site
from emstrack.storage.queries.follow_ups import fading, keys_made
from emstrack.storage.scope import every_tenant, set_scope, tenant_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import date, datetime

    from sqlalchemy.orm import Session

AHEAD = timedelta(days=400)
"""How far ahead follow-ups are put down, so that a calendar shows the coming year."""
BACK = timedelta(days=60)
"""What a rule would have asked for longer ago than this is history and is not made up now."""
LOOKED_AFTER = ("implemented", "verified", "faded")
HELD = ("reported", "closed")
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Happened:
    """Something a rule may wait for: a measure in place, an audit held, a device changed, a saving that fades."""

    awaited: Awaited
    key: str
    day: date
    site_id: int
    country: str
    owner_id: int | None = None
    measure_id: int | None = None
    audit_id: int | None = None
    meter_id: int | None = None


_KINDS = {
    Awaited.AFTER_IMPLEMENTATION: FollowUpKind.MEASURE_CHECK,
    Awaited.YEARLY_AFTER_IMPLEMENTATION: FollowUpKind.MEASURE_CHECK,
    Awaited.AUDIT_EVERY: FollowUpKind.AUDIT_REPEAT,
    Awaited.DEVICE_CHANGED: FollowUpKind.METER_EVENT,
    Awaited.SAVING_FADED: FollowUpKind.METER_EVENT,
}


def plan_every_tenant(
    transaction: Callable[[], AbstractContextManager[Session]], *, clock: Callable[[], datetime]
) -> dict[str, int]:
    """Plan and escalate in each tenant, a transaction each, so that none waits for another."""
    with transaction() as session, every_tenant(session, "rules of all tenants are kept"):
        tenants = session.scalars(
            sa.select(Organisation.id).where(Organisation.parent_id.is_(None), Organisation.archived_at.is_(None))
        ).all()
    told = {"planned": 0, "escalated": 0}
    for tenant_id in tenants:
        with transaction() as session:
            set_scope(session, Scope(tenant_id, permissions=frozenset({Permission.VIEW, Permission.EDIT_SITES})))
            now = clock()
            told["planned"] += plan_follow_ups(session, today=now.date(), now=now)
            told["escalated"] += escalate_follow_ups(session, today=now.date(), now=now)
    return told


def plan_follow_ups(session: Session, *, today: date, now: datetime) -> int:
    """Put down what the rules of a tenant ask for; return how many follow-ups are new."""
    rules = rules_of(session)
    wanted = list(_what_happened(session, rules, today))
    if not wanted:
        return 0
    made = keys_made(session, sorted({happened.key.split(":")[0] + ":" for happened in wanted}))
    rows = [row for happened in wanted for row in _rows(session, happened, rules, made, today, now)]
    for start in range(0, len(rows), _AT_ONCE):
        session.execute(sa.insert(FollowUp), rows[start : start + _AT_ONCE])
    return len(rows)


def rules_of(session: Session) -> list[tuple[int | None, Rule]]:
    """Return the rules that hold, with the site each is for; a tenant that set none has the standard ones."""
    rows = session.scalars(
        sa.select(FollowUpRule).where(FollowUpRule.tenant_id == tenant_of(session)).order_by(FollowUpRule.id)
    ).all()
    if not rows:
        return [(None, rule) for rule in STANDARD_RULES]
    return [(row.site_id, Rule(Awaited(row.waits_for), tuple(row.days), row.months)) for row in rows if row.active]


def escalate_follow_ups(session: Session, *, today: date, now: datetime) -> int:
    """Mark what has waited too long, in one statement; those who manage the place hear of it in their next mail."""
    result = session.execute(
        sa.update(FollowUp)
        .where(
            FollowUp.tenant_id == tenant_of(session),
            FollowUp.status == FollowUpStatus.OPEN.value,
            FollowUp.escalated_at.is_(None),
            FollowUp.due < today - timedelta(days=ESCALATE_AFTER_DAYS),
        )
        .values(escalated_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(getattr(result, "rowcount", 0))


def _rows(
    session: Session,
    happened: Happened,
    rules: Sequence[tuple[int | None, Rule]],
    made: set[str],
    today: date,
    now: datetime,
) -> Iterator[dict[str, Any]]:
    for site_id, rule in rules:
        if rule.waits_for != happened.awaited or site_id not in {None, happened.site_id}:
            continue
        months = rule.waits_for in {Awaited.YEARLY_AFTER_IMPLEMENTATION, Awaited.AUDIT_EVERY}
        for span, day in days_of_rule(rule, happened.day, today + AHEAD):
            key = f"{happened.key}:{span}{'m' if months else 'd'}"
            if key in made or day < today - BACK:
                continue
            made.add(key)
            due = working_day(day, holidays_around(happened.country, day))
            yield {
                "tenant_id": tenant_of(session),
                "site_id": happened.site_id,
                "measure_id": happened.measure_id,
                "audit_id": happened.audit_id,
                "meter_id": happened.meter_id,
                "kind": _KINDS[rule.waits_for].value,
                "span": span,
                "span_unit": "months" if months else "days",
                "due": due,
                "first_due": due,
                "owner_id": happened.owner_id,
                "status": FollowUpStatus.OPEN.value,
                "made_key": key,
                "created_at": now,
            }


def _what_happened(session: Session, rules: Sequence[tuple[int | None, Rule]], today: date) -> Iterable[Happened]:
    awaited = {rule.waits_for for _, rule in rules}
    countries = _countries(session)
    if awaited & {Awaited.AFTER_IMPLEMENTATION, Awaited.YEARLY_AFTER_IMPLEMENTATION}:
        yield from _implemented(session, countries)
    if Awaited.AUDIT_EVERY in awaited:
        yield from _audited(session, countries)
    if Awaited.DEVICE_CHANGED in awaited:
        yield from _devices(session, countries, today)
    if Awaited.SAVING_FADED in awaited:
        yield from _fading(session, countries, today)


def _implemented(session: Session, countries: dict[int, str]) -> Iterator[Happened]:
    rows = session.execute(
        sa.select(Measure.id, Measure.site_id, Measure.owner_id, Measure.implemented_on).where(
            Measure.tenant_id == tenant_of(session),
            Measure.status.in_(LOOKED_AFTER),
            Measure.implemented_on.is_not(None),
            Measure.archived_at.is_(None),
        )
    )
    for row in rows:
        for awaited, name in (
            (Awaited.AFTER_IMPLEMENTATION, "measure"),
            (Awaited.YEARLY_AFTER_IMPLEMENTATION, "measure-yearly"),
        ):
            key = f"{name}:{row.id}"
            country = countries.get(row.site_id, "")
            yield Happened(awaited, key, row.implemented_on, row.site_id, country, row.owner_id, measure_id=row.id)


def _audited(session: Session, countries: dict[int, str]) -> Iterator[Happened]:
    """The last audit of each site and kind: the next is counted from it."""
    rows = session.execute(
        sa.select(
            Audit.site_id, Audit.kind, sa.func.max(Audit.last_day).label("day"), sa.func.max(Audit.id).label("id")
        )
        .where(Audit.tenant_id == tenant_of(session), Audit.status.in_(HELD), Audit.archived_at.is_(None))
        .group_by(Audit.site_id, Audit.kind)
    )
    for row in rows:
        key = f"audit:{row.site_id}:{row.kind}:{row.day}"
        country = countries.get(row.site_id, "")
        yield Happened(Awaited.AUDIT_EVERY, key, row.day, row.site_id, country, audit_id=row.id)


def _fading(session: Session, countries: dict[int, str], today: date) -> Iterator[Happened]:
    """A saving that fades is looked at once a month for as long as it does."""
    for row in fading(session):
        key = f"fading:{row.meter_id}:{today:%Y-%m}"
        country = countries.get(row.site_id, "")
        yield Happened(Awaited.SAVING_FADED, key, today, row.site_id, country, meter_id=row.meter_id)


def _devices(session: Session, countries: dict[int, str], today: date) -> Iterator[Happened]:
    """A device that came after another: the first one of a meter is no event."""
    other = aliased(Device)
    rows = session.execute(
        sa.select(Device.id, Device.installed, Meter.id.label("meter_id"), Meter.site_id)
        .join(Meter, sa.and_(Meter.id == Device.meter_id, Meter.tenant_id == tenant_of(session)))
        .where(
            Device.tenant_id == tenant_of(session),
            Device.installed.is_not(None),
            Device.installed >= today - BACK,
            sa.exists().where(
                other.tenant_id == tenant_of(session),
                other.meter_id == Device.meter_id,
                other.removed.is_not(None),
                other.id != Device.id,
            ),
        )
    )
    for row in rows:
        country = countries.get(row.site_id, "")
        yield Happened(
            Awaited.DEVICE_CHANGED, f"device:{row.id}", row.installed, row.site_id, country, meter_id=row.meter_id
        )


def _countries(session: Session) -> dict[int, str]:
    rows = session.execute(
        sa.select(Site.id, Site.country, Organisation.country.label("organisation"))
        .join(Organisation, Organisation.id == Site.organisation_id)
        .where(Site.tenant_id == tenant_of(session), Organisation.tenant_id == tenant_of(session))
    )
    return {row.id: row.country or row.organisation for row in rows}
