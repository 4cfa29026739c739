"""A new recommendation of a site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.domain.measures import MeasureStatus
from emstrack.services.audits.check_measure import Checked, check_measure, wanted_currencies
from emstrack.services.audits.exchange_rates import load_rates
from emstrack.storage.models import InvestmentLine, Measure, MeasureEffect, Site
from emstrack.storage.scope import find, require

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.measures import MeasureDetails


def add_measure(
    session: Session, site_id: int, details: MeasureDetails, *, today: date, now: datetime, batch_id: int | None = None
) -> Measure:
    """Add a recommendation, proposed."""
    scope = require(session, Permission.EDIT_SITES)
    site = find(session, Site, site_id)
    if site.archived_at is not None:
        raise RefusedError("measure.site_archived", field="title")
    rates = load_rates(session, wanted_currencies(session, site, details))
    checked = check_measure(session, site, details, rates=rates, today=today)
    measure = Measure(
        **checked.columns,
        tenant_id=scope.tenant_id,
        site_id=site_id,
        status=MeasureStatus.PROPOSED.value,
        status_at=now,
        batch_id=batch_id,
        created_at=now,
        created_by=scope.user_id,
    )
    session.add(measure)
    session.flush()
    add_rows(session, measure, checked)
    return measure


def add_rows(session: Session, measure: Measure, checked: Checked) -> None:
    """Add the effects and investment lines of a measure."""
    owned: dict[str, Any] = {"tenant_id": measure.tenant_id, "measure_id": measure.id}
    session.add_all(MeasureEffect(**row, **owned) for row in checked.effects)
    session.add_all(InvestmentLine(**row, **owned) for row in checked.lines)
    session.flush()
