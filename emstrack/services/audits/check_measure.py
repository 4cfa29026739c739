"""What may be said of a recommendation or measure, row by row; every refusal names the field it belongs to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any

from emstrack.domain.errors import RefusedError
from emstrack.domain.measures import (
    CHEMICAL_UNITS,
    CHEMICALS,
    EFFECTS,
    LARGEST_MONEY,
    LONGEST_LIFE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MONEY,
    MOST_ROWS,
    Category,
    Effect,
    InvestmentKind,
    InvestmentLine,
    MeasureDetails,
)
from emstrack.domain.readings import MAX_QUANTITY
from emstrack.domain.resources import Resource
from emstrack.reference import countries
from emstrack.reference.countries import currencies
from emstrack.reference.units import convert, find_unit, unit_choices
from emstrack.services.audits.list_owners import is_owner
from emstrack.services.audits.price_measure import Totals, currencies_of, total_up, yearly_money
from emstrack.storage.models import Audit, AuditFinding, Meter, Organisation
from emstrack.storage.scope import find, scoped

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from emstrack.services.audits.exchange_rates import Rates
    from emstrack.storage.models import Site

_TEXTS = ("situation", "proposal", "risks", "safety", "quality", "liability")
_MONEY = ("om_change", "avoided_treatment", "residual_value")


@dataclass(frozen=True, slots=True)
class Checked:
    """A measure as its rows keep it."""

    columns: dict[str, Any]
    effects: list[dict[str, Any]]
    lines: list[dict[str, Any]]


def check_measure(
    session: Session, site: Site, details: MeasureDetails, *, rates: Rates, today: date, owner_before: int | None = None
) -> Checked:
    """Return the rows of a measure, its totals included; an owner who was there before may stay.

    Raises
    ------
    RefusedError
        With the field it belongs to as evidence ``field``.
    """
    _check_origin(session, site, details)
    currency = _currency(details.currency or currency_of(session, site), "currency")
    columns = _columns(session, details, owner_before) | {"currency": currency}
    if max(len(details.effects), len(details.investment)) > MOST_ROWS:
        raise RefusedError("measure.too_many_rows", most=MOST_ROWS, field="title")
    effects = [_effect(session, site, each, index, currency, today=today) for index, each in enumerate(details.effects)]
    lines = [_line(each, index, currency) for index, each in enumerate(details.investment)]
    totals = _totals(details, currency, effects, lines, rates, today)
    return Checked(columns | totals.as_columns(), [row for row, _ in effects], [row for row, _ in lines])


def currency_of(session: Session, site: Site) -> str:
    """Return the currency a site's money is told in: its own, else its country's, else its organisation's."""
    country = countries.country(site.country) if site.country else None
    if site.currency or (country is not None and country.currency):
        return site.currency or country.currency  # type: ignore[union-attr]  # one of the two is there
    return find(session, Organisation, site.organisation_id).currency


def _check_origin(session: Session, site: Site, details: MeasureDetails) -> None:
    """Make sure that the audit and the finding it came from are of the same site."""
    if details.audit_id is not None and find(session, Audit, details.audit_id).site_id != site.id:
        raise RefusedError("measure.from_elsewhere", field="title")
    if details.finding_id is not None:
        finding = find(session, AuditFinding, details.finding_id)
        if finding.site_id != site.id or details.audit_id not in {None, finding.audit_id}:
            raise RefusedError("measure.from_elsewhere", field="title")


def wanted_currencies(session: Session, site: Site, details: MeasureDetails) -> set[str]:
    """Return the currencies whose rates a measure needs."""
    upper = [replace(each, currency=each.currency.strip().upper()) for each in details.effects]
    lines = [replace(each, currency=each.currency.strip().upper()) for each in details.investment]
    return currencies_of((details.currency or currency_of(session, site)).strip().upper(), upper, lines)


def _totals(
    details: MeasureDetails,
    currency: str,
    effects: list[tuple[dict[str, Any], Effect]],
    lines: list[tuple[dict[str, Any], InvestmentLine]],
    rates: Rates,
    today: date,
) -> Totals:
    kept = [effect for _, effect in effects], [line for _, line in lines]
    return total_up(currency, *kept, yearly=yearly_money(details), rates=rates, today=today)


def _columns(session: Session, details: MeasureDetails, owner_before: int | None) -> dict[str, Any]:
    title = " ".join(details.title.split())
    if not title:
        raise RefusedError("measure.title_missing", field="title")
    if len(title) > LONGEST_TITLE:
        raise RefusedError("measure.title_too_long", limit=LONGEST_TITLE, field="title")
    for name in _TEXTS:
        _check_text(getattr(details, name), name)
    life, rate = details.life_years, details.discount_rate
    if life is not None and not (isfinite(life) and 0 < life <= LONGEST_LIFE):
        raise RefusedError("measure.life_unlikely", years=life, most=LONGEST_LIFE, field="life_years")
    if rate is not None and not (isfinite(rate) and -1 < rate <= 10):
        raise RefusedError("finance.rate_too_low", field="discount_rate")
    if details.owner_id not in {None, owner_before} and not is_owner(session, details.owner_id or 0):
        raise RefusedError("measure.owner_unknown", field="owner_id")
    return {
        "title": title,
        "category": Category(details.category).value,
        "life_years": life,
        "discount_rate": rate,
        "owner_id": details.owner_id,
        "due": details.due,
        "ease": details.ease.value if details.ease else "",
        "priority": details.priority.value if details.priority else "",
        "audit_id": details.audit_id,
        "finding_id": details.finding_id,
        "library_code": details.library_code,
        **{name: getattr(details, name).strip() for name in _TEXTS},
        **{name: _money(getattr(details, name), name) for name in _MONEY},
    }


def _effect(
    session: Session, site: Site, effect: Effect, index: int, currency: str, *, today: date
) -> tuple[dict[str, Any], Effect]:
    field = f"effects-{index}-"
    if effect.resource not in EFFECTS:
        raise RefusedError("effect.resource_unknown", resource=effect.resource[:60], field=field + "resource")
    if effect.quantity == 0:
        raise RefusedError("effect.nothing_saved", field=field + "quantity")
    if not (isfinite(effect.quantity) and abs(effect.quantity) <= MAX_QUANTITY):
        raise RefusedError("effect.quantity_unlikely", field=field + "quantity")
    unit = _unit(effect, field + "unit")
    price = _money(effect.unit_price, field + "unit_price")
    if effect.resource == MONEY:
        price = Decimal(1) if price is None else price
    if price is not None and price < 0:
        raise RefusedError("effect.price_negative", field=field + "unit_price")
    for name in ("assumptions", "calculation"):
        _check_text(getattr(effect, name), field + name)
    if effect.meter_id is not None:
        _check_meter(session, site, effect, field + "meter_id")
    code = _currency(effect.currency or currency, field + "currency")
    kept = replace(effect, unit=unit, unit_price=price, currency=code, variety=effect.variety.strip()[:100])
    row = {
        "position": index,
        "resource": str(kept.resource),
        "variety": kept.variety,
        "quantity": float(kept.quantity),
        "unit": unit,
        "unit_price": price,
        "currency": code,
        "price_date": kept.price_date,
        "meter_id": kept.meter_id,
        "assumptions": kept.assumptions.strip(),
        "calculation": kept.calculation.strip(),
        **_canonical(kept, site, today, field + "unit"),
    }
    return row, kept


def _unit(effect: Effect, field: str) -> str:
    typed = effect.unit.strip()
    if effect.resource == MONEY:
        return ""
    if not typed and effect.resource != CHEMICALS:
        return Resource(effect.resource).canonical_unit
    code = find_unit(typed or "kg")
    if code is None and (choices := unit_choices(typed)):
        raise RefusedError("effect.unit_ambiguous", unit=typed[:40], choices=choices, field=field)
    if code is None or (effect.resource == CHEMICALS and code not in CHEMICAL_UNITS):
        raise RefusedError("effect.unit_unknown", unit=typed[:40], field=field)
    return code


def _canonical(effect: Effect, site: Site, today: date, field: str) -> dict[str, Any]:
    """Return the quantity in the unit its resource is added up in; chemicals and money stay as they are."""
    if effect.resource in {CHEMICALS, MONEY}:
        return {"canonical_quantity": None, "basis": ""}
    try:
        found = convert(Resource(effect.resource), effect.unit, country=site.country, on=today)
    except RefusedError as error:
        evidence: dict[str, Any] = {**error.evidence, "field": field}
        raise RefusedError(error.code, **evidence) from None
    return {
        "canonical_quantity": float(effect.quantity) * found.factor,
        "basis": found.basis.value if found.basis else "",
    }


def _check_meter(session: Session, site: Site, effect: Effect, field: str) -> None:
    meter = session.scalars(
        scoped(session, Meter).where(Meter.id == effect.meter_id, Meter.site_id == site.id)
    ).one_or_none()
    if meter is None:
        raise RefusedError("effect.meter_elsewhere", field=field)
    if meter.resource != effect.resource:
        raise RefusedError("effect.meter_differs", meter=meter.name, resource=Resource(meter.resource), field=field)


def _line(line: InvestmentLine, index: int, currency: str) -> tuple[dict[str, Any], InvestmentLine]:
    field = f"investment-{index}-"
    amount, spent = _money(line.amount, field + "amount"), _money(line.spent, field + "spent")
    if amount is None or amount < 0:
        raise RefusedError("measure.amount_negative", field=field + "amount")
    if spent is not None and spent < 0:
        raise RefusedError("measure.amount_negative", field=field + "spent")
    label = " ".join(line.label.split())[:LONGEST_TITLE]
    code = _currency(line.currency or currency, field + "currency")
    kept = replace(line, amount=amount, spent=spent, currency=code, label=label)
    row = {
        "position": index,
        "label": label,
        "kind": InvestmentKind(line.kind).value,
        "amount": amount,
        "spent": spent,
        "currency": code,
        "day": line.day,
    }
    return row, kept


def _money(value: Decimal | None, field: str) -> Decimal | None:
    if value is None:
        return None
    if not value.is_finite() or abs(value) > LARGEST_MONEY:
        raise RefusedError("measure.amount_unlikely", field=field)
    return value.quantize(Decimal("0.0001"))


def _currency(text: str, field: str) -> str:
    code = text.strip().upper()
    if code and code not in currencies():
        raise RefusedError("site.currency_unknown", currency=code[:60], field=field)
    return code


def _check_text(text: str, field: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise RefusedError("measure.text_too_long", limit=LONGEST_TEXT, field=field)
