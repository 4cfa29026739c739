"""What a new application begins with: what its measures say already, in the facility's currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from emstrack.domain.financing import CENT
from emstrack.services.audits.exchange_rates import load_rates
from emstrack.services.programmes.show_financing import sector_of
from emstrack.storage.models import Facility, Measure, Site
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What can be proposed; nothing is made up where the measures do not say it."""

    title: str = ""
    organisation_id: int | None = None
    sector: str = ""
    amount: Decimal | None = None


def propose_application(
    session: Session, measure_ids: Sequence[int], facility_id: int | None, *, today: date
) -> Proposal:
    """Return what measures propose; the amount only where the facility is known and a rate tells it in its currency."""
    statement = scoped(session, Measure, Site).where(Measure.site_id == Site.id, Measure.id.in_(measure_ids))
    found = [(row[0], row[1]) for row in session.execute(statement.order_by(Measure.id))]
    if not found:
        return Proposal()
    measure, site = found[0]
    facility = session.scalars(scoped(session, Facility).where(Facility.id == (facility_id or 0))).first()
    return Proposal(
        title=f"{measure.title}, {site.name}"[:200],
        organisation_id=site.organisation_id,
        sector=sector_of(site),
        amount=_amount(session, [each for each, _ in found], facility, today),
    )


def _amount(session: Session, measures: Sequence[Measure], facility: Facility | None, today: date) -> Decimal | None:
    if facility is None:
        return None
    rates = load_rates(session, {facility.currency, *(each.currency for each in measures)})
    total = Decimal(0)
    for each in measures:
        told = None
        if each.investment is not None:
            told = rates.convert(each.investment, each.currency, facility.currency, today)
        if told is None:
            return None
        total += told
    return total.quantize(CENT)
