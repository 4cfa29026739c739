"""Which way of verifying fits a saving that is still a plan: the meter, if it can show it; else where it happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.verification import can_show
from emstrack.domain.worksheets import worksheets_for
from emstrack.services.savings.state_detectable_saving import state_detectable_saving
from emstrack.services.sites.list_meters import list_meters

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.domain.worksheets import Worksheet
    from emstrack.services.savings.state_detectable_saving import DetectableSaving
    from emstrack.storage.models import Meter


@dataclass(frozen=True, slots=True)
class Chosen:
    """What fits: whether option C does, the sentence that says so, and what else there is.

    `expected` is in the meter's canonical unit a year.
    """

    detectable: DetectableSaving
    expected: float
    whole_meter_fits: bool
    finding: Finding
    sub_meters: tuple[Meter, ...]
    worksheets: tuple[Worksheet, ...]


def choose_option(
    session: Session, site_id: int, meter_id: int, *, quantity: float | None = None, percent: float | None = None
) -> Chosen:
    """Return which option fits a saving somebody hopes for, said as a quantity a year or as a part of the meter's use.

    Raises
    ------
    RefusedError
        ``option.no_expectation`` without a positive figure, ``option.no_use`` for a percentage of an unknown use.
    NotFoundError
        Where the meter is not one of the site's.
    """
    detectable = state_detectable_saving(session, meter_id)
    if detectable.meter.site_id != site_id:
        raise NotFoundError("record.not_found", thing="meter")
    given = quantity if quantity is not None else percent
    if given is None or not given > 0:
        raise RefusedError("option.no_expectation", field="expected")
    if quantity is None and detectable.use is None:
        raise RefusedError("option.no_use", field="expected")
    expected = quantity if quantity is not None else given / 100 * (detectable.use or 0.0)
    behind = [row.meter for row in list_meters(session, site_id) if row.meter.parent_id == meter_id]
    fits = detectable.least is not None and can_show(expected, detectable.least)
    return Chosen(
        detectable,
        expected,
        fits,
        _finding(detectable, expected, fits=fits),
        tuple(behind),
        worksheets_for(detectable.meter.resource),
    )


def _finding(detectable: DetectableSaving, expected: float, *, fits: bool) -> Finding:
    if detectable.least is None:
        return Finding("option.no_band", Severity.WARNING, {"meter": detectable.meter.name})
    evidence = {
        "expected": _rounded(expected),
        "least": _rounded(detectable.least),
        "unit": detectable.unit,
        "meter": detectable.meter.name,
    }
    return Finding("option.meter_shows_it" if fits else "option.below_the_band", _SEVERITY[fits], evidence)


_SEVERITY = {True: Severity.INFO, False: Severity.REFUSED}


def _rounded(value: float) -> float:
    """Keep three figures: a sentence says no more than it knows."""
    return float(f"{value:.3g}")
