"""A file of recommendations: each is made once; one that is there already with other figures is left to its page."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa

from emstrack.domain.errors import RefusedError
from emstrack.domain.findings import Severity
from emstrack.domain.measures import MONEY, Category, Effect, InvestmentLine, MeasureDetails, MeasureStatus
from emstrack.readers.rows import RecommendationRows
from emstrack.services.audits.add_measure import add_measure
from emstrack.services.audits.check_measure import Checked, check_measure, wanted_currencies
from emstrack.services.audits.exchange_rates import load_rates
from emstrack.services.audits.list_owners import list_owners
from emstrack.services.readings.describe_state import state_of
from emstrack.services.readings.make_sites import make_sites
from emstrack.services.readings.resolve_meters import SiteFacts, resolve_sites
from emstrack.services.readings.rows_in_memory import NEW, REFUSED, UNCHANGED, RowsInMemory
from emstrack.services.readings.write_history_link import Change, OpenLink, add_changes, close_link
from emstrack.storage.models import Measure, MeasureEffect, MeasurePhoto, Site, User, VerificationPlan
from emstrack.storage.queries.readings import parts
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from sqlalchemy.orm import Session

    from emstrack.readers.rows import Chunk
    from emstrack.services.readings.undone import Undone

Key = tuple[str, str]


class FileOfRecommendations(RowsInMemory[RecommendationRows]):
    """One file of recommendations on its way in."""

    kind = "recommendations"

    def __init__(self, chunks: Iterable[Chunk], *, organisation_id: int, currency: str, today: date) -> None:
        """Read the file to its end."""
        super().__init__(chunks)
        self._organisation_id, self._currency, self._today = organisation_id, currency, today
        self._sites: dict[str, SiteFacts] = {}
        self._groups: dict[Key, list[int]] = {}
        self._details: dict[Key, MeasureDetails] = {}

    def compare(self, session: Session) -> None:
        """Compare with the measures that are there by site and title."""
        rows = self.rows
        self._sites = resolve_sites(session, list(dict.fromkeys(rows.site)), self._organisation_id)
        owners = _owners(session)
        self._groups, self._details = {}, {}
        for index in range(len(rows)):
            if self.status[index] != REFUSED:
                self._groups.setdefault((rows.site[index], rows.title[index]), []).append(index)
        known = self._known(session)
        said: set[str] = set()
        for key, group in self._groups.items():
            site = self._sites[key[0]]
            if not site.visible:
                self._refuse(group, "import.site_elsewhere", column="site", value=site.name, site=site.name)
                continue
            self._compare_one(session, key, group, owners, known.get((site.id or 0, key[1].casefold())))
            if self.status[group[0]] == NEW and site.id is None and site.name not in said:
                said.add(site.name)
                self.say(group[0], "import.site_created", Severity.INFO, site=site.name)

    def _compare_one(
        self, session: Session, key: Key, group: list[int], owners: dict[str, int], stored: Measure | None
    ) -> None:
        details = self._said(group, owners)
        facts = self._sites[key[0]]
        place = Site(
            organisation_id=self._organisation_id, name=facts.name, country=facts.country, currency=facts.currency
        )
        try:
            rates = load_rates(session, wanted_currencies(session, place, details))
            checked = check_measure(session, place, details, rates=rates, today=self._today)
        except RefusedError as error:
            evidence = {name: value for name, value in error.evidence.items() if name != "field"}
            self._refuse(group, error.code, column="title", value=key[1], **evidence)
            return
        self._details[key] = details
        if stored is None:
            return
        differing = _differing(session, stored, checked)
        if differing:
            self._refuse(group, "import.measure_differs", column="title", value=key[1], title=key[1])
        else:
            self.status[group] = UNCHANGED

    def _said(self, group: list[int], owners: dict[str, int]) -> MeasureDetails:
        rows, first = self.rows, group[0]
        owner = str(rows.owner[first])
        if owner and owner.casefold() not in owners:
            self.say(first, "import.owner_unknown", Severity.WARNING, column="owner", value=owner, owner=owner)
        investment = next((float(rows.investment[i]) for i in group if not math.isnan(rows.investment[i])), None)
        life = float(rows.life_years[first])
        due = rows.due[first]
        currency = str(rows.currency[first] or self._currency)
        return MeasureDetails(
            title=str(rows.title[first]),
            category=Category(rows.category[first]),
            situation=str(rows.situation[first]),
            proposal=str(rows.proposal[first]),
            effects=tuple(effect for index in group if (effect := self._effect(index)) is not None),
            investment=()
            if investment is None
            else (InvestmentLine(label="", amount=Decimal(repr(investment)), currency=currency),),
            currency=currency,
            life_years=None if math.isnan(life) else life,
            owner_id=owners.get(owner.casefold()),
            due=None if np.isnat(due) else due.item(),
        )

    def _effect(self, index: int) -> Effect | None:
        rows = self.rows
        resource, quantity, money = rows.resource[index], float(rows.quantity[index]), float(rows.annual_saving[index])
        if not resource or resource == MONEY:
            amount = money if not math.isnan(money) else quantity
            return None if math.isnan(amount) else Effect(resource=MONEY, quantity=amount)
        price = None
        if not math.isnan(money) and quantity:
            price = Decimal(repr(money / quantity)).quantize(Decimal("0.0001"))
        return Effect(resource=str(resource), quantity=quantity, unit=str(rows.unit[index]), unit_price=price)

    def _known(self, session: Session) -> dict[tuple[int, str], Measure]:
        ids = sorted({site.id for site in self._sites.values() if site.id is not None and site.visible})
        found: dict[tuple[int, str], Measure] = {}
        for some in parts(ids):
            for measure in session.scalars(scoped(session, Measure).where(Measure.site_id.in_(some))):
                found[measure.site_id, measure.title.casefold()] = measure
        return found

    def _refuse(self, group: list[int], code: str, *, column: str, value: str, **evidence: Any) -> None:
        for index in group:
            self.refuse(index, code, column=column, value=value, **evidence)

    def write(self, session: Session, link: OpenLink, _proceed: Callable[[int], None]) -> None:
        """Write the new recommendations, and the sites that nobody made yet."""
        new = {key: group for key, group in self._groups.items() if self.status[group[0]] == NEW}
        names = list(dict.fromkeys(key[0] for key in new if self._sites[key[0]].id is None))
        make_sites(session, names, organisation_id=self._organisation_id, link=link)
        sites = resolve_sites(session, list(dict.fromkeys(key[0] for key in new)), self._organisation_id)
        for key, group in new.items():
            measure = add_measure(
                session,
                sites[key[0]].id or 0,
                self._details[key],
                today=self._today,
                now=link.row.at,
                batch_id=link.row.batch_id,
            )
            self._set_status(measure, group[0])
        session.flush()
        close_link(session, link)

    def _set_status(self, measure: Measure, index: int) -> None:
        """Take a status as the file has it; nobody signed a verification, so that it is implemented at most."""
        status = MeasureStatus(self.rows.status[index])
        if status in {MeasureStatus.VERIFIED, MeasureStatus.FADED}:
            status = MeasureStatus.IMPLEMENTED
        measure.status = status.value
        if status is MeasureStatus.IMPLEMENTED:
            measure.implemented_on = min(measure.due, self._today) if measure.due else self._today

    def preview(self, _session: Session) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield each row that is taken."""
        rows = self.rows
        for status, name in ((NEW, "new"), (UNCHANGED, "unchanged")):
            for index in self.taken(status):
                cells = {column: _shown(getattr(rows, column)[index]) for column in _SHOWN}
                yield (
                    name,
                    {"row": int(rows.row[index]), "sheet": rows.sheet[index] or None, **cells, "changes": {}},
                )


_SHOWN = ("site", "title", "resource", "quantity", "unit", "investment", "annual_saving", "currency", "status", "due")


def remove_measures_of_batch(session: Session, batch_id: int, link: OpenLink, undone: Undone) -> None:
    """Take away the measures that a batch made and nobody has worked on since; name the others."""
    for measure in session.scalars(scoped(session, Measure).where(Measure.batch_id == batch_id)).all():
        worked_on = measure.version > 1 or any(
            session.scalar(scoped(session, model.id).where(model.measure_id == measure.id).limit(1)) is not None
            for model in (VerificationPlan, MeasurePhoto)
        )
        if worked_on:
            undone.keep("undo.measure_changed", title=measure.title)
            continue
        add_changes(session, link, [Change("measure", measure.id, state_of(measure), None)])
        session.delete(measure)
        undone.removed += 1
    session.flush()


def _owners(session: Session) -> dict[str, int]:
    people = dict(list_owners(session))
    found = {name.casefold(): id_ for id_, name in people.items()}
    for some in parts(sorted(people)):
        rows = session.execute(_emails(some))
        found |= {row.email.casefold(): row.id for row in rows}
    return found


def _emails(ids: list[int]) -> Any:
    return sa.select(User.id, User.email).where(User.id.in_(ids))


def _differing(session: Session, stored: Measure, checked: Checked) -> bool:
    """Tell whether a file says something else of a measure than what stands there."""
    for name in ("investment", "annual_saving", "due", "category"):
        said = checked.columns[name]
        if said is not None and said != getattr(stored, name):
            return True
    effects = session.execute(
        scoped(session, MeasureEffect.resource, MeasureEffect.quantity, MeasureEffect.unit).where(
            MeasureEffect.measure_id == stored.id
        )
    )
    there = {(row.resource, row.quantity, row.unit) for row in effects}
    return not {(row["resource"], row["quantity"], row["unit"]) for row in checked.effects} <= there


def _shown(value: Any) -> Any:
    if isinstance(value, float | np.floating):
        return None if math.isnan(value) else float(value)
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else value.item().isoformat()
    return value
