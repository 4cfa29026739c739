"""What a report names beside the savings: who adopted what, the months, the readings, what has no baseline yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.savings import BaselineStatus
from emstrack.storage.models import Baseline, Meter, MonthlyValue, Organisation, Reading, Site, User
from emstrack.storage.scope import scoped, tenant_of, within

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from emstrack.storage.queries.savings import Criteria

_AT_ONCE = 200


def adoptions(session: Session, baseline_ids: Sequence[int]) -> dict[int, sa.Row[Any]]:
    """Return revision, day, person, reason and fingerprint of these baselines, by id."""
    columns: tuple[Any, ...] = (
        *(Baseline.id, Baseline.revision, Baseline.adopted_at, Baseline.reason, Baseline.fingerprint),
        *(User.name, User.email),
    )
    statement = (
        sa.select(*columns)
        .select_from(Baseline)
        .outerjoin(User, User.id == Baseline.adopted_by)
        .where(*within(session, Baseline))
    )
    return {
        row.id: row for some in _parts(baseline_ids) for row in session.execute(statement.where(Baseline.id.in_(some)))
    }


def months(session: Session, meter_ids: Sequence[int], first: date, after: date) -> Iterator[sa.Row[Any]]:
    """Yield the monthly values of these meters: meter, month, quantity, coverage."""
    statement = scoped(
        session, MonthlyValue.meter_id, MonthlyValue.month, MonthlyValue.quantity, MonthlyValue.coverage
    ).where(MonthlyValue.month >= first, MonthlyValue.month < after)
    for some in _parts(meter_ids):
        yield from session.execute(
            statement.where(MonthlyValue.meter_id.in_(some)).order_by(MonthlyValue.meter_id, MonthlyValue.month)
        )


def heat_contents(session: Session, meter_ids: Sequence[int]) -> dict[int, set[str]]:
    """Return the keys of the heat contents that these meters' readings were converted with."""
    found: dict[int, set[str]] = {}
    statement = scoped(session, Reading.meter_id, Reading.heat_content).where(Reading.heat_content != "").distinct()
    for some in _parts(meter_ids):
        for meter_id, key in session.execute(statement.where(Reading.meter_id.in_(some))):
            found.setdefault(meter_id, set()).add(key)
    return found


def readings(session: Session, meter_ids: Sequence[int]) -> Iterator[sa.Row[Any]]:
    """Yield the readings of these meters, in the meters' order and by day."""
    columns = (
        *(Reading.meter_id, Reading.start, Reading.end, Reading.kind, Reading.bill_number, Reading.quantity),
        *(Reading.unit, Reading.canonical_quantity, Reading.cost, Reading.currency),
    )
    place = {id_: at for at, id_ in enumerate(meter_ids)}
    for some in _parts(meter_ids):
        rows = session.execute(scoped(session, *columns).where(Reading.meter_id.in_(some))).all()
        yield from sorted(rows, key=lambda row: (place[row.meter_id], row.start, row.end, row.kind))


def count_readings(session: Session, meter_ids: Sequence[int]) -> int:
    """Return how many readings these meters have."""
    statement = scoped(session, sa.func.count(Reading.id))
    return sum(session.scalar(statement.where(Reading.meter_id.in_(some))) or 0 for some in _parts(meter_ids))


def measured_sites(session: Session, criteria: Criteria) -> Sequence[sa.Row[Any]]:
    """Return what is measured where, and counts in totals: organisation, resource, basis, number of sites."""
    sites = sa.func.count(sa.distinct(Meter.site_id)).label("sites")
    columns: tuple[Any, ...] = (Site.organisation_id, Meter.resource, Meter.basis, sites)
    return session.execute(
        sa.select(*columns)
        .join(Site, Site.id == Meter.site_id)
        .where(*_counting(session), *criteria)
        .group_by(Site.organisation_id, Meter.resource, Meter.basis)
    ).all()


def without_baseline(session: Session, criteria: Criteria) -> Sequence[sa.Row[Any]]:
    """Return the site and meter names of what counts in totals and has readings, but no adopted baseline."""
    columns: tuple[Any, ...] = (Site.name.label("site"), Meter.name.label("meter"), Meter.resource)
    adopted = scoped(session, Baseline.meter_id).where(Baseline.status == BaselineStatus.ADOPTED.value)
    read = scoped(session, Reading.meter_id)
    return session.execute(
        sa.select(*columns)
        .join(Site, Site.id == Meter.site_id)
        .where(*_counting(session), Meter.id.not_in(adopted), Meter.id.in_(read), *criteria)
        .order_by(Site.name, Meter.resource, Meter.name)
    ).all()


def reportable_sites(session: Session) -> Sequence[sa.Row[Any]]:
    """Return the sites in use with the number of their meters that have an adopted baseline: id, name, adopted."""
    columns: tuple[Any, ...] = (Site.id, Site.name, sa.func.count(Baseline.id).label("adopted"))
    statement = (
        sa.select(*columns)
        .outerjoin(Meter, sa.and_(Meter.site_id == Site.id, *within(session, Meter)))
        .outerjoin(
            Baseline,
            sa.and_(
                Baseline.meter_id == Meter.id,
                Baseline.status == BaselineStatus.ADOPTED.value,
                *within(session, Baseline),
            ),
        )
        .where(*within(session, Site), Site.archived_at.is_(None))
        .group_by(Site.id, Site.name)
        .order_by(sa.func.lower(Site.name), Site.id)
    )
    return session.execute(statement).all()


def organisations_of(session: Session, site_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """Return the organisation of each site: its id and name."""
    statement = (
        sa.select(Site.id, Organisation.id.label("organisation_id"), Organisation.name)
        .join(Organisation, Organisation.id == Site.organisation_id)
        .where(*within(session, Site), Organisation.tenant_id == tenant_of(session))
    )
    return {
        row.id: (row.organisation_id, row.name)
        for some in _parts(site_ids)
        for row in session.execute(statement.where(Site.id.in_(some)))
    }


def tenant(session: Session) -> sa.Row[Any]:
    """Return the tenant's name and time zone, and whether it is the demonstration."""
    id_ = tenant_of(session)
    columns: tuple[Any, ...] = (Organisation.name, Organisation.time_zone, Organisation.is_demonstration)
    return session.execute(sa.select(*columns).where(Organisation.tenant_id == id_, Organisation.id == id_)).one()


def _counting(session: Session) -> list[sa.ColumnElement[bool]]:
    return [
        *within(session, Meter),
        *within(session, Site),
        Site.archived_at.is_(None),
        Meter.parent_id.is_(None),
        Meter.direction == "import",
    ]


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(ids), _AT_ONCE):
        yield ids[first : first + _AT_ONCE]
