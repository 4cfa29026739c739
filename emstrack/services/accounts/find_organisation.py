"""One organisation as a form shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.storage.models import Organisation
from emstrack.storage.scope import find

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """What is known of an organisation, detached from the session that read it."""

    id: int
    parent_id: int | None
    name: str
    kind: str
    country: str
    currency: str
    language: str
    time_zone: str
    fiscal_year_start_month: int
    archived: bool
    version: int


def find_organisation(session: Session, organisation_id: int) -> OrganisationFacts:
    """Return an organisation the scope may see."""
    row = find(session, Organisation, organisation_id)
    return OrganisationFacts(
        id=row.id,
        parent_id=row.parent_id,
        name=row.name,
        kind=row.kind,
        country=row.country,
        currency=row.currency,
        language=row.language,
        time_zone=row.time_zone,
        fiscal_year_start_month=row.fiscal_year_start_month,
        archived=row.archived_at is not None,
        version=row.version,
    )
