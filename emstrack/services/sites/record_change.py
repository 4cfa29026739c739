"""Every change of a site or a meter is kept: who, when, old, new, why; and none is written over somebody else's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.errors import ConflictError
from emstrack.services.readings.write_history_link import Change, write_history_link
from emstrack.storage.models import Meter, SavingsResult
from emstrack.storage.scope import tenant_of
from emstrack.storage.versions import update_if_unchanged

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.storage.base import TenantOwned


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose history a change stands in, and what it is called there (a device, a share, an attribute of it)."""

    entity: str
    entity_id: int
    part: str = ""

    @property
    def meter_id(self) -> int | None:
        """The meter, where it is one."""
        return self.entity_id if self.entity == "meter" else None


def record_change(
    session: Session,
    subject: Subject,
    *,
    old: Mapping[str, object] | None,
    new: Mapping[str, object] | None,
    now: datetime,
    reason: str = "",
) -> None:
    """Keep a change in the chained history, and have prepared savings of the site computed again.

    A part that came has no old values, one that went no new ones.
    """
    change = Change(
        entity=subject.entity,
        entity_id=subject.entity_id,
        old=_kept(subject, old) or {},
        new=_kept(subject, new),
        meter_id=subject.meter_id,
    )
    write_history_link(session, written=[], changes=[change], reason=reason.strip(), now=now)
    if subject.entity in _SAVINGS_REST_ON:
        _mark_savings_stale(session, subject)


_SAVINGS_REST_ON = frozenset({"site", "meter"})


def _mark_savings_stale(session: Session, subject: Subject) -> None:
    """Rooms, areas, stations, sub-meters and shares all stand in a prepared saving; other things do not."""
    if subject.entity not in {"meter", "site"}:
        return
    tenant = tenant_of(session)
    sites: Any = [subject.entity_id]
    if subject.entity == "meter":
        sites = sa.select(Meter.site_id).where(Meter.tenant_id == tenant, Meter.id == subject.entity_id)
    session.execute(
        sa.update(SavingsResult)
        .where(SavingsResult.tenant_id == tenant, SavingsResult.site_id.in_(sites))
        .values(stale=True)
        .execution_options(synchronize_session=False)
    )


def change_row(
    session: Session,
    row: TenantOwned,
    values: Mapping[str, object],
    subject: Subject,
    *,
    version: int,
    now: datetime,
    reason: str = "",
) -> bool:
    """Write the fields that differ and their history; tell whether any did.

    Raises
    ------
    ConflictError
        ``record.changed_meanwhile`` where somebody else wrote since this version was read: with both texts, the fields
        that differ, and the version that holds now.
    """
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if not changed:
        return False
    old = {name: getattr(row, name) for name in changed}
    new = {name: values[name] for name in changed}
    if not update_if_unchanged(session, row, version, new):
        raise conflict_of(row, new)
    record_change(session, subject, old=old, new=new, reason=reason, now=now)
    session.flush()
    return True


def as_json(value: object) -> Any:
    """Return a value as JSON holds it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple | list):
        return [as_json(each) for each in value]
    return value


def _kept(subject: Subject, values: Mapping[str, object] | None) -> dict[str, Any] | None:
    if values is None:
        return {subject.part: None} if subject.part else None
    plain = {name: as_json(value) for name, value in values.items()}
    return {subject.part: plain} if subject.part else plain


def conflict_between(mine: Mapping[str, object], theirs: Mapping[str, object], version: int) -> ConflictError:
    """Return the error that shows both texts of the fields that differ, with the version that holds now."""
    fields = [name for name, value in mine.items() if theirs.get(name) != value]
    return ConflictError(
        "record.changed_meanwhile",
        mine=_listed([mine[name] for name in fields]),
        theirs=_listed([theirs.get(name) for name in fields]),
        fields=tuple(fields),
        version=version,
    )


def conflict_of(row: TenantOwned, mine: Mapping[str, object]) -> ConflictError:
    """Return the refusal of a change that was made on a version that moved on."""
    current: Any = row
    return conflict_between(mine, {name: getattr(row, name) for name in mine}, current.version)


def _listed(values: list[object]) -> str:
    return "; ".join(_as_text(value) or "–" for value in values)


def _as_text(value: object) -> str:
    plain = as_json(value)
    return ", ".join(map(str, plain)) if isinstance(plain, list) else "" if plain is None else str(plain)
