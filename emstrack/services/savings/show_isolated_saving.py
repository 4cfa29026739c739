"""One saving as an auditor follows it: its parameters, the calculation step by step, its months, its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.analysis.isolation.findings import quantity_findings, use_findings, worksheet_findings
from emstrack.analysis.isolation.propagation import doubt_of
from emstrack.analysis.isolation.worksheets import compute_worksheet
from emstrack.domain.errors import NotFoundError
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.periods import Month
from emstrack.domain.resources import Resource
from emstrack.domain.verification import CALIBRATION_LIMITS, Option, is_calibrated
from emstrack.domain.worksheets import Worksheet, definitions_of
from emstrack.services.savings.describe_isolated_saving import parameters_of, read_external
from emstrack.services.savings.list_isolated_savings import listed, saving_in_months
from emstrack.services.sites.list_changes import changes_of
from emstrack.storage.models import IsolatedSaving, Site, StoredFile
from emstrack.storage.queries import verification as queries
from emstrack.storage.scope import find, scoped

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from emstrack.analysis.isolation.propagation import Propagated
    from emstrack.domain.verification import ExternalResult, Parameter
    from emstrack.domain.worksheets import Definition
    from emstrack.services.savings.list_isolated_savings import ListedSaving, MonthPart
    from emstrack.services.sites.list_changes import Change

LATEST_MONTHS = 12


@dataclass(frozen=True, slots=True)
class ShownSaving:
    """A saving with all it rests on."""

    saving: ListedSaving
    site: Site
    definitions: dict[str, Definition]
    parameters: tuple[Parameter, ...]
    doubts: dict[str, float]
    files: dict[int, str]
    computed: Propagated | None
    external: ExternalResult | None
    months: list[MonthPart]
    findings: list[Finding]
    changes: list[Change]


def show_isolated_saving(session: Session, saving_id: int, *, today: date) -> ShownSaving:
    """Return a saving the person may see.

    Raises
    ------
    NotFoundError
        Where it is not there, not visible, or of a site that is archived.
    """
    found = listed(session, queries.savings(session, IsolatedSaving.id == saving_id))
    if not found:
        raise NotFoundError("record.not_found", thing="isolated saving")
    saving, row = found[0], found[0].row
    site = find(session, Site, row.site_id)
    rows = queries.parameters(session, saving_id) if row.worksheet else []
    parameters = parameters_of(each[0] for each in rows)
    files = {each[0].file_id: each.file for each in rows if each[0].file_id is not None}
    if row.file_id is not None:
        files[row.file_id] = session.scalars(scoped(session, StoredFile.name).where(StoredFile.id == row.file_id)).one()
    worksheet = Worksheet(row.worksheet) if row.worksheet else None
    computed = compute_worksheet(worksheet, row.choices, parameters) if worksheet else None
    external = read_external(row.external)
    return ShownSaving(
        saving,
        site,
        {each.name.value: each for each in definitions_of(worksheet, row.choices)} if worksheet else {},
        parameters,
        {each.name.value: doubt_of(each).standard for each in parameters},
        files,
        computed,
        external,
        _months(saving, today),
        [
            *_findings(saving, external),
            *use_findings(saving.quantities, queries.use_before(session, row.site_id, row.start)),
            *(worksheet_findings(computed, parameters) if computed else []),
        ],
        changes_of(session, "isolated_saving", saving_id),
    )


def _months(saving: ListedSaving, today: date) -> list[MonthPart]:
    """Return the last months that are over and that it holds in; a sub-meter's are those that count."""
    if saving.item is not None:
        own = [Month.parse(each.month) for each in saving.item.months if each.avoided is not None]
        return saving_in_months(saving, own[-LATEST_MONTHS:])
    last, first, end = Month.of(today).plus(-1), Month.of(saving.row.start), saving.row.end
    months = [last.plus(-back) for back in range(LATEST_MONTHS - 1, -1, -1)]
    return saving_in_months(saving, [each for each in months if each >= first and (end is None or each.start < end)])


def _findings(saving: ListedSaving, external: ExternalResult | None) -> list[Finding]:
    found = quantity_findings(saving.quantities)
    if saving.waiting:
        found.append(Finding("isolation.waiting", Severity.WARNING, {"meter": saving.meter}))
    elif saving.option is Option.ALL_PARAMETERS and not saving.quantities:
        found.append(Finding("isolation.sub_meter_withheld", Severity.DISQUALIFYING, {"meter": saving.meter}))
    if external is not None and not is_calibrated(external):
        cv_rmse, nmbe = CALIBRATION_LIMITS[external.steps]
        evidence = {"cv_rmse": round(100 * cv_rmse), "nmbe": round(100 * nmbe)}
        found.append(Finding("isolation.not_calibrated", Severity.WARNING, evidence))
    for resource in sorted(saving.inside):
        found.append(Finding("isolation.inside_meter_saving", Severity.INFO, {"resource": Resource(resource)}))
    return found
