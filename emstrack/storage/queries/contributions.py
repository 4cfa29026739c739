"""The meters a contributor is asked about: those of the scope whose bill of a month has not come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.periods import MOST_OF_A_MONTH
from emstrack.storage.models import Meter, MonthlyValue, Reading, Site
from emstrack.storage.scope import scoped, within

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from sqlalchemy.orm import Session

    from emstrack.domain.periods import Month


@dataclass(frozen=True, slots=True)
class AskedMeter:
    """A meter whose bill has not come, and when its last reading ended."""

    id: int
    site_id: int
    site: str
    name: str
    resource: str
    unit: str
    currency: str
    reads_index: bool
    last_end: date | None


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """What this person entered through their link."""

    reading_id: int
    meter_id: int
    start: date
    end: date
    quantity_text: str
    unit: str
    index_end: float | None
    cost: Decimal | None
    currency: str
    version: int


def asked_meters(session: Session, month: Month, *, or_among: frozenset[int] = frozenset()) -> list[AskedMeter]:
    """Return the scope's open meters that lack the month, by site and name; those named stay in the list anyway."""
    come = (
        sa.select(MonthlyValue.meter_id)
        .where(*within(session, MonthlyValue))
        .where(
            MonthlyValue.meter_id == Meter.id,
            MonthlyValue.month == month.start,
            MonthlyValue.coverage >= MOST_OF_A_MONTH,
        )
        .exists()
    )
    last_end = (
        sa.select(sa.func.max(Reading.end))
        .where(*within(session, Reading))
        .where(Reading.meter_id == Meter.id)
        .correlate(Meter)
        .scalar_subquery()
    )
    statement = (
        scoped(
            session,
            Meter.id,
            Site.id.label("site_id"),
            Site.name.label("site"),
            Meter.name,
            Meter.resource,
            Meter.unit,
            Site.currency,
            Meter.reads_index,
        )
        .add_columns(last_end.label("last_end"))
        .where(
            Meter.site_id == Site.id,
            Meter.archived_at.is_(None),
            Site.archived_at.is_(None),
            Meter.cadence != "on_delivery",
            Meter.opened.is_(None) | (Meter.opened < month.end),
            Meter.closed.is_(None) | (Meter.closed > month.start),
            ~come | Meter.id.in_(or_among),
        )
        .order_by(Site.name, Meter.name, Meter.id)
    )
    return [AskedMeter(*row) for row in session.execute(statement)]


def own_entries(session: Session, month: Month, *, user_id: int, since: datetime) -> dict[int, OwnEntry]:
    """Return what a person entered for the month since an instant, by meter."""
    rows = session.execute(
        scoped(
            session,
            Reading.id,
            Reading.meter_id,
            Reading.start,
            Reading.end,
            Reading.quantity_text,
            Reading.unit,
            Reading.index_end,
            Reading.cost,
            Reading.currency,
            Reading.version,
        )
        .where(
            Reading.created_by == user_id,
            Reading.created_at >= since,
            Reading.start < month.end,
            Reading.end > month.start,
        )
        .order_by(Reading.id)
    )
    return {row.meter_id: OwnEntry(*row) for row in rows}
