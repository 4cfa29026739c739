"""What an undo did, and where the rows it could not touch stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emstrack.domain.findings import Finding, Severity
from emstrack.storage.models import Meter, Site
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(slots=True)
class Undone:
    """What an undo did: rows taken away, put back, and kept with the reason for each."""

    batch_id: int
    removed: int = 0
    put_back: int = 0
    kept: list[Finding] = field(default_factory=list)
    meters: set[int] = field(default_factory=set)

    def keep(self, code: str, **evidence: Any) -> None:
        """Name something that stays."""
        self.kept.append(Finding(code, Severity.WARNING, evidence))


def place_of(session: Session, reading: dict[str, Any]) -> dict[str, Any]:
    """Return where a reading stands, told from its state, for a sentence."""
    statement = scoped(session, Meter.name, Site.name.label("site")).where(
        Meter.site_id == Site.id, Meter.id == reading["meter_id"]
    )
    row = session.execute(statement).one()
    return {
        "site": row.site,
        "meter": row.name,
        "start": reading["start"],
        "end": reading["end"],
        "quantity": reading["quantity_text"],
        "unit": reading["unit"],
    }
