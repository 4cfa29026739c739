"""One meter's savings in full: the result, what was agreed about it, and every revision of its baseline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import NotFoundError
from emstrack.domain.periods import Month
from emstrack.domain.savings import BaselineStatus
from emstrack.services.savings.refresh_results import read_item
from emstrack.services.savings.show_site_savings import SheetKey, make_sheet
from emstrack.storage.queries import site_savings as queries
from emstrack.storage.scope import require

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from emstrack.analysis.savings_types import MeterSaving
    from emstrack.services.savings.show_site_savings import Sheet
    from emstrack.storage.models import ClosedPeriod, Meter, NonRoutineAdjustment, Site


@dataclass(frozen=True, slots=True)
class ShownAdjustment:
    """An adjustment with who entered or withdrew it, its file's name, and whether it counts in the saving shown."""

    row: NonRoutineAdjustment
    who: str
    file_name: str
    counts: bool


@dataclass(frozen=True, slots=True)
class ShownClosure:
    """A closed period with who entered or withdrew it."""

    row: ClosedPeriod
    who: str


@dataclass(frozen=True, slots=True)
class MeterSavings:
    """All that a meter's savings page shows; `item` is None where nothing is adopted or it is being computed."""

    meter: Meter
    site: Site
    sheet: Sheet
    item: MeterSaving | None
    revisions: Sequence[Any]
    adjustments: tuple[ShownAdjustment, ...]
    closed: tuple[ShownClosure, ...]

    @property
    def adopted(self) -> Any | None:
        """The revision that holds."""
        return next((row for row in self.revisions if row.status == BaselineStatus.ADOPTED), None)


def show_meter_savings(session: Session, meter_id: int) -> MeterSavings:
    """Return a meter's savings page from its prepared result, in a fixed number of queries.

    Raises
    ------
    NotFoundError
        Where the meter is not there, or not to be seen.
    """
    require(session, Permission.VIEW)
    found = queries.meter_with_site(session, meter_id)
    if found is None:
        raise NotFoundError("record.not_found", thing="meter")
    meter, site = found.Meter, found.Site
    revisions = [row for row in queries.baselines(session, site.id) if row.meter_id == meter_id]
    adopted = next((row for row in revisions if row.status == BaselineStatus.ADOPTED), None)
    results = queries.results(session, [meter_id]) if adopted else []
    item = next((read_item(row.item) for row in results if not row.stale), None)
    values = {Month.of(row.month): row for row in queries.months(session, [meter_id])}
    sheet = make_sheet(
        SheetKey(meter.resource, meter.basis),
        [meter],
        {meter_id: values},
        {} if item is None else {meter_id: replace(item, in_totals=True)},
        [meter_id] if adopted else [],
    )
    return MeterSavings(
        meter,
        site,
        sheet,
        item,
        revisions,
        tuple(
            ShownAdjustment(
                row.NonRoutineAdjustment,
                row.user_name or row.user_email or "",
                row.file_name or "",
                _counts(row.NonRoutineAdjustment, adopted),
            )
            for row in queries.adjustments(session, meter_id)
        ),
        tuple(
            ShownClosure(row.ClosedPeriod, row.user_name or row.user_email or "")
            for row in queries.closed_periods(session, site.id)
            if row.ClosedPeriod.meter_id in {None, meter_id}
        ),
    )


def _counts(row: NonRoutineAdjustment, adopted: Any | None) -> bool:
    """Tell whether an adjustment changes the saving: one that touches the baseline is part of it already."""
    if row.withdrawn_at is not None or adopted is None:
        return False
    end: date | None = row.end
    return bool(row.start >= adopted.end or (end is not None and end <= adopted.start))
