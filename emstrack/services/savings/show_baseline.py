"""A baseline as a person looks at it before adopting it, and as an auditor does years later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.analysis import savings as engine
from emstrack.domain.accounts import Permission
from emstrack.domain.periods import Month
from emstrack.domain.savings import BaselineStatus
from emstrack.domain.sites import Attribute
from emstrack.services.savings.adopt_baseline import baseline_lacks, list_revisions
from emstrack.services.savings.compare_baselines import without_saving
from emstrack.services.savings.compute_savings import for_meter, on_frozen, question_of
from emstrack.services.savings.freeze_inputs import fingerprint_of
from emstrack.services.savings.load_portfolio import load_portfolio
from emstrack.storage.models import Baseline, Meter, Site, User
from emstrack.storage.queries import savings as queries
from emstrack.storage.queries import site_savings
from emstrack.storage.scope import find, require

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.analysis.portfolio import Question
    from emstrack.analysis.savings_types import MeterSaving
    from emstrack.domain.findings import Finding
    from emstrack.services.savings.load_portfolio import Loaded

_SUGGESTED = 12


@dataclass(frozen=True, slots=True)
class KnownMonth:
    """A month to choose from: what was used, and whether all of its days are covered."""

    month: Month
    quantity: float
    complete: bool


@dataclass(frozen=True, slots=True)
class MeterBaselines:
    """A meter's baselines, and what a new one might start from."""

    meter: Meter
    site: Site
    revisions: list[Baseline]
    first: Month | None
    last: Month | None
    drivers: tuple[str, ...]
    months: tuple[KnownMonth, ...] = ()

    @property
    def suggestion(self) -> tuple[Month, Month] | None:
        """The first twelve complete months; None where there are none."""
        if self.first is None or self.last is None:
            return None
        return self.first, min(self.last, self.first.plus(_SUGGESTED - 1))


@dataclass(frozen=True, slots=True)
class ShownBaseline:
    """One revision: its fit, once adopted its saving so far, and what keeps it from being adopted."""

    row: Baseline
    meter: Meter
    site: Site
    author: str
    item: MeterSaving | None
    lacking: tuple[Finding, ...]
    moved: bool

    @property
    def is_draft(self) -> bool:
        """Whether it waits to be adopted."""
        return self.row.status == BaselineStatus.DRAFT


def show_meter_baselines(session: Session, meter_id: int) -> MeterBaselines:
    """Return a meter's baselines and the months that a new one may take."""
    require(session, Permission.VIEW)
    meter = find(session, Meter, meter_id)
    site = find(session, Site, meter.site_id)
    months = tuple(
        KnownMonth(Month.of(row.month), row.quantity, row.coverage >= queries.COMPLETE)
        for row in site_savings.months(session, [meter_id])
    )
    complete = [each.month for each in months if each.complete]
    drivers = dict.fromkeys(row.driver for row in site_savings.drivers(session, site.id))
    return MeterBaselines(
        meter,
        site,
        list_revisions(session, meter_id),
        min(complete, default=None),
        max(complete, default=None),
        (*drivers, *(str(each) for each in (Attribute.ROOMS, Attribute.FLOOR_AREA_M2) if not drivers)),
        months,
    )


def show_baseline(session: Session, baseline_id: int) -> ShownBaseline:
    """Return a revision computed on the rows it was frozen with."""
    require(session, Permission.VIEW)
    row = find(session, Baseline, baseline_id)
    meter = find(session, Meter, row.meter_id)
    site = find(session, Site, meter.site_id)
    who = row.adopted_by or row.created_by
    author = session.get(User, who) if who is not None else None
    loaded = load_portfolio(session, [Meter.id == meter.id])
    if not loaded.portfolio.meters:
        return ShownBaseline(row, meter, site, _name(author), None, (), moved=False)
    last = queries.last_complete_months(session, queries.wanted_meters(session, [Meter.id == meter.id]))
    question = for_meter(loaded, 0, question_of(row, last.get(meter.id)))
    moved = fingerprint_of(loaded, 0, question.baseline) != row.fingerprint
    item = _item(loaded, question, row, moved=moved)
    return ShownBaseline(
        row,
        meter,
        site,
        _name(author),
        without_saving(item) if row.status == BaselineStatus.DRAFT else item,
        tuple(baseline_lacks(item)),
        moved,
    )


def _item(loaded: Loaded, question: Question, row: Baseline, *, moved: bool) -> MeterSaving:
    if moved:
        return on_frozen(loaded, [question], {0: row.inputs})[0]
    return engine.compute_savings(loaded.portfolio, question).items[0]


def _name(user: User | None) -> str:
    return (user.name or user.email) if user is not None else ""
