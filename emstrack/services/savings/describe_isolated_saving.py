"""A saving's rows as the details a person gave, and as the flat facts its history keeps."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from emstrack.domain.verification import (
    CalibrationSteps,
    ExternalResult,
    Grounds,
    Option,
    Parameter,
    Quantity,
    SavingDetails,
)
from emstrack.domain.worksheets import ParameterName, Worksheet, choices_of
from emstrack.storage.models import IsolatedSaving
from emstrack.storage.queries import verification as queries
from emstrack.storage.scope import find

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from emstrack.storage.models import IsolatedParameter

_ORDER = {name: place for place, name in enumerate(ParameterName)}


def known_saving(session: Session, saving_id: int) -> tuple[IsolatedSaving, SavingDetails]:
    """Return a saving the person may see with its details, for the form that corrects it."""
    row = find(session, IsolatedSaving, saving_id)
    return row, details_of(session, row)


def details_of(session: Session, row: IsolatedSaving) -> SavingDetails:
    """Return what a person said of a saving."""
    rows = [each[0] for each in queries.parameters(session, row.id)] if row.worksheet else []
    return SavingDetails(
        title=row.title,
        option=Option(row.option),
        start=row.start,
        end=row.end,
        note=row.note,
        worksheet=Worksheet(row.worksheet) if row.worksheet else None,
        choices=dict(row.choices) if row.worksheet else None,
        parameters=parameters_of(rows),
        meter_id=row.meter_id,
        external=read_external(row.external),
    )


def parameters_of(rows: Iterable[IsolatedParameter]) -> tuple[Parameter, ...]:
    """Return stored parameters in the order the worksheets have them."""
    found = [
        Parameter(
            name=ParameterName(row.name),
            value=row.value,
            grounds=Grounds(row.grounds),
            sample=row.sample,
            spread=row.spread,
            instrument=row.instrument,
            measured_on=row.measured_on,
            low=row.low,
            high=row.high,
            source=row.source,
            file_id=row.file_id,
            readings=tuple(row.readings),
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda each: _ORDER[each.name]))


def facts_of(details: SavingDetails) -> dict[str, object]:
    """Return a saving's details as flat facts: what history keeps and what two versions differ in."""
    facts: dict[str, object] = {
        "title": details.title.strip(),
        "start": details.start,
        "end": details.end,
        "note": details.note.strip(),
        "meter_id": details.meter_id,
        **(choices_of(details.worksheet, details.choices) if details.worksheet else {}),
        **{each.name.value: _fact(each) for each in details.parameters},
    }
    return facts | stored_external(details.external)


def _fact(given: Parameter) -> list[str]:
    """Return a parameter as it is read in one line: value, then what it rests on."""
    if given.is_measured:
        rests = [f"n = {given.sample}", f"s = {given.spread:g}", given.instrument, str(given.measured_on)]
    else:
        low_and_high = [] if given.low is None or given.high is None else [f"{given.low:g}–{given.high:g}"]
        rests = [*low_and_high, given.source]
    file = [f"#{given.file_id}"] if given.file_id is not None else []
    return [f"{given.value:g}", *rests, *file]


def stored_external(result: ExternalResult | None) -> dict[str, Any]:
    """Return an external result as its document."""
    if result is None:
        return {}
    return {
        "model": result.model.strip(),
        "author": result.author.strip(),
        "made_on": result.made_on.isoformat(),
        "steps": result.steps.value,
        "cv_rmse": result.cv_rmse,
        "nmbe": result.nmbe,
        "quantities": [[q.resource, q.unit, q.basis, q.per_year, q.band_90] for q in result.quantities],
    }


def read_external(document: dict[str, Any]) -> ExternalResult | None:
    """Return the external result of a document; None of an empty one."""
    if not document:
        return None
    return ExternalResult(
        model=document["model"],
        author=document["author"],
        made_on=date.fromisoformat(document["made_on"]),
        steps=CalibrationSteps(document["steps"]),
        cv_rmse=document["cv_rmse"],
        nmbe=document["nmbe"],
        quantities=tuple(Quantity(*each) for each in document["quantities"]),
    )
