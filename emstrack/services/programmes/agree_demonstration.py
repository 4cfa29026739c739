"""What the demonstration's people agreed about its meters: an adjustment, closed days, a baseline they revised.

Content, not interface, so it is in the language of the place. None of it touches a meter whose true saving is known.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from emstrack.domain.periods import Month, Period
from emstrack.domain.resources import Resource
from emstrack.domain.savings import ClosedKind, Method
from emstrack.services.savings.adopt_baseline import Plan, adopt_baseline, propose_baseline
from emstrack.services.savings.set_adjustment import Agreed, add_adjustment
from emstrack.services.savings.set_closed_period import LeftOut, add_closed_period
from emstrack.storage.models import Meter, Site
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.analysis.demonstration import Demonstration

GROWN, CLOSED, REVISED = "Biblioteca Central", "Archivo Histórico", "Registro Civil"
PER_MONTH = 900.0
"""What the library's new computer room is agreed to use; the generator's own figure is 30 kWh a day. [kWh]"""


def agree_demonstration(session: Session, made: Demonstration, *, now: datetime) -> None:
    """Agree on what the demonstration shows, at three buildings that no measure was taken at."""
    start = made.reporting.start
    add_adjustment(
        session,
        _electricity(session, GROWN).id,
        Agreed(
            start=start,
            per_month=PER_MONTH,
            half_width=0.2,
            agreed_by="Comité de gestión ambiental, acta 14",
            reason="Se abrió una sala de cómputo con aire acondicionado propio.",
        ),
        now=now,
    )
    storm = Month.of(start).plus(2).start + timedelta(days=4)
    add_closed_period(
        session,
        _electricity(session, CLOSED).site_id,
        LeftOut(
            start=storm,
            end=storm + timedelta(days=16),
            kind=ClosedKind.CLOSED,
            reason="Cerrado por filtraciones después de la tormenta.",
        ),
        now=now,
    )
    _revise(session, made, now=now)


def _revise(session: Session, made: Demonstration, *, now: datetime) -> None:
    """Adopt ten months first and the whole year after: the second is a revision, because reporting had begun."""
    meter = _electricity(session, REVISED)
    first = Month.of(made.baseline.start)
    for period, reason in (
        (Period.of_months(first, first.plus(9)), "Primera propuesta, con los recibos que había."),
        (made.baseline, "Llegaron los dos recibos que faltaban: la línea base cubre ahora el año completo."),
    ):
        plan = Plan(period=period, method=Method.REGRESSION, reporting_start=made.reporting.start)
        draft = propose_baseline(session, meter.id, plan, now=now)
        adopt_baseline(session, draft.id, reason=reason, version=draft.version, now=now)


def _electricity(session: Session, site: str) -> Meter:
    of_site = Meter.site_id.in_(scoped(session, Site.id).where(Site.name == site))
    found: Meter = session.scalars(scoped(session, Meter).where(of_site, Meter.resource == Resource.ELECTRICITY)).one()
    return found
