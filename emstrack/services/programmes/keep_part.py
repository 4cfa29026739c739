"""What a programme is made of is written down, changed, taken away: cohorts, activities, indicators, money, results."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.domain.programmes import (
    ActivityDetails,
    ActivityKind,
    CohortDetails,
    IndicatorDetails,
    LeveragedDetails,
    PublishedDetails,
    check_part,
)
from emstrack.domain.sectors import Sector
from emstrack.services.programmes.keep_programme import currency_code, require_whole, subject_of
from emstrack.services.sites.record_change import change_row, record_change
from emstrack.storage.models import (
    Cohort,
    IndicatorValue,
    LeveragedMoney,
    Programme,
    ProgrammeActivity,
    ProgrammeIndicator,
    ProgrammeSite,
    PublishedResult,
)
from emstrack.storage.scope import find, tenant_of
from emstrack.storage.uniqueness import first_come

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.programmes import PartDetails

Part = Cohort | ProgrammeActivity | ProgrammeIndicator | LeveragedMoney | PublishedResult
Kept = TypeVar("Kept", Cohort, ProgrammeActivity, ProgrammeIndicator, LeveragedMoney, PublishedResult)


@dataclass(frozen=True, slots=True)
class PartKind:
    """A kind of part: its table, what is said of one, and the column that names it."""

    model: Any
    details: Any
    named: str
    is_unique: bool = False


PARTS: dict[str, PartKind] = {
    "cohorts": PartKind(Cohort, CohortDetails, "name", is_unique=True),
    "activities": PartKind(ProgrammeActivity, ActivityDetails, "title"),
    "indicators": PartKind(ProgrammeIndicator, IndicatorDetails, "name", is_unique=True),
    "money": PartKind(LeveragedMoney, LeveragedDetails, "source"),
    "published": PartKind(PublishedResult, PublishedDetails, "label"),
}
"""By the word that stands in an address."""
_BELOW: dict[str, tuple[Any, Any]] = {"indicators": (IndicatorValue, IndicatorValue.indicator_id)}


def add_part(session: Session, programme_id: int, details: PartDetails, *, today: date, now: datetime) -> Any:
    """Write a part of a programme down."""
    scope = require_whole(session)
    find(session, Programme, programme_id)
    kind, word = _kind_of(details)
    values = _checked(details, today)

    def check() -> None:
        _check_name(session, kind, programme_id, values[kind.named])

    check()
    row = kind.model(**values, tenant_id=scope.tenant_id, programme_id=programme_id)
    with first_come(session, check):
        session.add(row)
    record_change(session, subject_of(programme_id, f"{word}:{row.id}"), old=None, new=values, now=now)
    return row


def find_part(session: Session, word: str, part_id: int) -> Any:
    """Return a part of a programme the scope may see."""
    if word not in PARTS:
        raise NotFoundError("record.not_found", thing="record")
    return find(session, PARTS[word].model, part_id)


def change_part(
    session: Session, word: str, part_id: int, details: PartDetails, *, version: int, today: date, now: datetime
) -> Any:
    """Change what is said of a part."""
    require_whole(session)
    row = find_part(session, word, part_id)
    kind, values = PARTS[word], _checked(details, today)

    def check() -> None:
        _check_name(session, kind, row.programme_id, values[kind.named], but=part_id)

    check()
    with first_come(session, check):
        change_row(session, row, values, subject_of(row.programme_id, f"{word}:{part_id}"), version=version, now=now)
    return row


def remove_part(session: Session, word: str, part_id: int, *, now: datetime, reason: str = "") -> int:
    """Take a part away; what it said stays in history. Returns the programme.

    Raises
    ------
    RefusedError
        ``programme.cohort_has_sites``: they are taken out first, so that none is lost by a click.
    """
    require_whole(session)
    row = find_part(session, word, part_id)
    programme_id: int = row.programme_id
    if isinstance(row, Cohort) and _count_sites(session, part_id):
        raise RefusedError("programme.cohort_has_sites", name=row.name)
    old = {field.name: getattr(row, field.name) for field in fields(PARTS[word].details)}
    subject = subject_of(programme_id, f"{word}:{part_id}")
    record_change(session, subject, old=old, new=None, reason=reason, now=now)
    if word in _BELOW:
        model, column = _BELOW[word]
        session.execute(sa.delete(model).where(model.tenant_id == tenant_of(session), column == part_id))
    session.delete(row)
    session.flush()
    return programme_id


def details_of_part(word: str, row: Any) -> Any:
    """Return what was said of a part."""
    said = {field.name: getattr(row, field.name) for field in fields(PARTS[word].details)}
    if "kind" in said:
        said["kind"] = ActivityKind(said["kind"])
    if "sector" in said:
        said["sector"] = Sector(said["sector"])
    return PARTS[word].details(**said)


def _kind_of(details: PartDetails) -> tuple[PartKind, str]:
    return next((kind, word) for word, kind in PARTS.items() if isinstance(details, kind.details))


def _checked(details: PartDetails, today: date) -> dict[str, Any]:
    check_part(details, today=today)
    values = {field.name: getattr(details, field.name) for field in fields(details)}
    values = {name: value.value if isinstance(value, Enum) else value for name, value in values.items()}
    values = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    if "currency" in values:
        values["currency"] = currency_code(values["currency"])
    return values


def _check_name(session: Session, kind: PartKind, programme_id: int, name: str, but: int | None = None) -> None:
    if not kind.is_unique:
        return
    model = kind.model
    statement = sa.select(model.id).where(
        model.tenant_id == tenant_of(session), model.programme_id == programme_id, model.name == name
    )
    if but is not None:
        statement = statement.where(model.id != but)
    if session.scalar(statement.limit(1)) is not None:
        raise RefusedError("programme.part_name_taken", name=name, field="name")


def _count_sites(session: Session, cohort_id: int) -> int:
    statement = sa.select(sa.func.count()).where(
        ProgrammeSite.tenant_id == tenant_of(session), ProgrammeSite.cohort_id == cohort_id
    )
    return session.scalar(statement) or 0
