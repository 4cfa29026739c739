"""What was typed for a reading becomes its values, with everything that is odd about it said at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from emstrack.domain.errors import RefusedError
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.readings import Cadence, ReadingKind
from emstrack.domain.resources import Resource
from emstrack.domain.typed import Writing, understand_number
from emstrack.domain.units import Conversion, Dimension, HeatingValueBasis
from emstrack.domain.usual import unusual
from emstrack.reference import units
from emstrack.services.readings.read_register import read_register
from emstrack.services.readings.usual_use import Past, month_of_period, past_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from emstrack.services.readings.open_meter import OpenMeter

LONGEST_TEXT = 500
_LONGEST_DAYS = {Cadence.MONTHLY: 45, Cadence.BIMONTHLY: 80, Cadence.QUARTERLY: 120, Cadence.YEARLY: 400}
_PRICE_FACTOR = 2.0
_ROOM_FOR_MORE = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedReading:
    """A reading as a person typed it; texts are still theirs."""

    start: date
    end: date
    quantity_text: str = ""
    index_text: str = ""
    unit: str = ""
    cost_text: str = ""
    currency: str = ""
    kind: ReadingKind = ReadingKind.ACTUAL
    bill_number: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Interpreted:
    """The values a reading row gets, the basis its meter gets, and what is odd."""

    values: dict[str, Any]
    basis: str
    findings: tuple[Finding, ...]


class _Refusals:
    """Collects what cannot be taken, field by field, so that all of it is said at once."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def attempt(self, column: str, do: Callable[[], Any]) -> Any:
        try:
            return do()
        except RefusedError as error:
            self.findings.append(Finding(error.code, Severity.REFUSED, error.evidence, column=column))
            return None

    def check(self) -> None:
        if self.findings:
            first = self.findings[0]
            raise RefusedError(first.code, findings=tuple(self.findings), **first.evidence)


def interpret_reading(
    session: Session, meter: OpenMeter, typed: TypedReading, writing: Writing, *, today: date
) -> Interpreted:
    """Return what a typed reading means for a meter.

    Raises
    ------
    RefusedError
        With one finding per field that cannot be taken, its field in `column`.
    """
    refusals, findings = _Refusals(), list[Finding]()
    refusals.attempt("end", lambda: _check_period(typed))
    refusals.check()
    past = past_of(session, [meter.id], month_of_period(typed.start, typed.end)).get(meter.id, Past())
    conversion: Conversion | None = None
    values = _measured(session, meter, typed, writing, past, refusals, findings)
    if values is not None:
        unit = values["unit"]
        conversion = refusals.attempt("quantity", lambda: conversion_of(meter, unit, typed.start))
    cost = _cost(meter, typed, writing, refusals, findings)
    refusals.check()
    if values is None or conversion is None:
        raise AssertionError("a missing value is a refusal")
    values["canonical_quantity"] = values["quantity"] * conversion.factor
    values["heat_content"] = conversion.heat_content
    values["cost"] = cost
    values["currency"] = (typed.currency or meter.currency) if cost is not None else ""
    values["bill_number"] = typed.bill_number.strip()[:LONGEST_TEXT]
    values["note"] = typed.note.strip()[:LONGEST_TEXT]
    findings += _odd_period(meter, typed, today)
    if values["kind"] in {ReadingKind.ACTUAL, ReadingKind.ESTIMATED} and not meter.is_delivered:
        findings += _odd_quantity(values, typed, past, conversion.factor)
    basis = conversion.basis.value if conversion.basis else ""
    return Interpreted(values, basis, tuple(findings))


def conversion_of(meter: OpenMeter, unit: str, on: date) -> Conversion:
    """Return how a unit is turned for a meter; its net or gross basis is never mixed with the other."""
    return conversion_for(meter.resource, unit, basis=meter.basis, country=meter.country, on=on)


def conversion_for(resource: str, unit: str, *, basis: str, country: str, on: date) -> Conversion:
    """Return how a unit is turned; a fuel's volumes and masses follow the basis its meter has."""
    by_volume = units.unit(unit).dimension is not Dimension.ENERGY
    wanted = HeatingValueBasis(basis) if basis and by_volume else None
    found = units.convert(resource, unit, country=country, on=on, basis=wanted)
    if Resource(resource).is_fuel and basis and found.basis and found.basis.value != basis:
        raise RefusedError("entry.basis_mixed", unit=unit, basis=basis)
    return found


def _check_period(typed: TypedReading) -> None:
    if typed.end <= typed.start:
        raise RefusedError("period.backward", start=typed.start, end=typed.end)


def _measured(
    session: Session,
    meter: OpenMeter,
    typed: TypedReading,
    writing: Writing,
    past: Past,
    refusals: _Refusals,
    findings: list[Finding],
) -> dict[str, Any] | None:
    """Return the quantity as typed or as the register says, None where it was refused."""
    values: dict[str, Any] = {"start": typed.start, "end": typed.end, "kind": ReadingKind(typed.kind)}
    values |= {"index_start": None, "index_end": None}
    if typed.index_text.strip():
        found = refusals.attempt("index", lambda: _from_register(session, meter, typed, writing, past, findings))
        return None if found is None else values | found
    if not typed.quantity_text.strip():
        refusals.attempt("quantity", _refuse_missing)
        return None
    number = refusals.attempt("quantity", lambda: understand_number(typed.quantity_text, writing))
    if number is None:
        return None
    unit = refusals.attempt("quantity", lambda: _unit(number.word, typed, meter))
    if number.value < 0 and not values["kind"].may_be_negative:
        refusals.attempt("quantity", _refuse_negative)
        return None
    if unit is None:
        return None
    return values | {"quantity": float(number.value), "quantity_text": typed.quantity_text.strip(), "unit": unit}


def _refuse_missing() -> None:
    raise RefusedError("entry.quantity_missing")


def _refuse_negative() -> None:
    raise RefusedError("entry.negative")


def _unit(word: str, typed: TypedReading, meter: OpenMeter) -> str:
    if not word:
        return typed.unit or meter.unit
    found = units.find_unit(word)
    if found is None:
        raise RefusedError("entry.unit_unknown", unit=word[:40], usual=meter.unit)
    return found


def _from_register(
    session: Session,
    meter: OpenMeter,
    typed: TypedReading,
    writing: Writing,
    past: Past,
    findings: list[Finding],
) -> dict[str, Any]:
    number = understand_number(typed.index_text, writing)
    index = float(number.value)
    if index < 0:
        raise RefusedError("entry.index_negative")
    largest = None
    if past.usual is not None:
        factor = conversion_of(meter, meter.unit, typed.start).factor
        largest = past.usual.high * (typed.end - typed.start).days * _ROOM_FOR_MORE / factor
    used = read_register(session, meter.id, index, start=typed.start, end=typed.end, largest_plausible=largest)
    found = {"unit": meter.unit, "index_start": used.index_start, "index_end": index}
    if used.quantity is None:
        findings.append(Finding("entry.opening_index", Severity.INFO, {"day": typed.end}, column="index"))
        opening = {"kind": ReadingKind.OPENING, "start": typed.end - timedelta(days=1), "index_start": index}
        return found | opening | {"quantity": 0.0, "quantity_text": "0"}
    if used.rolled_over:
        evidence = {"first": used.index_start, "last": index, "quantity": used.quantity, "unit": meter.unit}
        findings.append(Finding("entry.rolled_over", Severity.WARNING, evidence, column="index"))
    return found | {"quantity": used.quantity, "quantity_text": f"{used.quantity:.15g}"}


def _cost(
    meter: OpenMeter, typed: TypedReading, writing: Writing, refusals: _Refusals, findings: list[Finding]
) -> Decimal | None:
    if not typed.cost_text.strip():
        return None
    number = refusals.attempt("cost", lambda: understand_number(typed.cost_text, writing))
    if number is None:
        return None
    if not (typed.currency or meter.currency):
        findings.append(Finding("entry.no_currency", Severity.REFUSED, {"site": meter.site_name}, column="cost"))
        return None
    exact: Decimal = number.value.quantize(Decimal("0.0001"))
    return exact


def _odd_period(meter: OpenMeter, typed: TypedReading, today: date) -> list[Finding]:
    found = []
    if typed.end - timedelta(days=1) > today:
        found.append(Finding("entry.future", Severity.WARNING, {"end": typed.end, "today": today}, column="end"))
    days, most = (typed.end - typed.start).days, _LONGEST_DAYS.get(meter.cadence)
    if most is not None and days > most:
        found.append(Finding("entry.long_period", Severity.WARNING, {"days": days}, column="end"))
    if (meter.opened and typed.start < meter.opened) or (meter.closed and typed.end > meter.closed):
        evidence = {"opened": meter.opened, "closed": meter.closed}
        found.append(Finding("entry.outside_meter_life", Severity.WARNING, evidence, column="start"))
    return found


def _odd_quantity(values: dict[str, Any], typed: TypedReading, past: Past, factor: float) -> list[Finding]:
    found = []
    days = (typed.end - typed.start).days
    code = unusual(values["canonical_quantity"] / days, past.usual, last_year=past.last_year_rate)
    if code and past.usual is not None:
        evidence = {
            "quantity": values["quantity"],
            "low": _round(past.usual.low * days / factor),
            "high": _round(past.usual.high * days / factor),
            "middle": _round(past.usual.middle * days / factor),
            "unit": values["unit"],
        }
        column = "quantity" if values["index_end"] is None else "index"
        found.append(Finding(code, Severity.WARNING, evidence, column=column))
    if values["cost"] is not None and values["canonical_quantity"] > 0 and past.price:
        times = float(values["cost"]) / values["canonical_quantity"] / past.price
        if times > _PRICE_FACTOR or times < 1 / _PRICE_FACTOR:
            evidence = {
                "price": _round(past.price * times * factor),
                "usual": _round(past.price * factor),
                "currency": values["currency"],
                "unit": values["unit"],
            }
            found.append(Finding("entry.unusual_price", Severity.WARNING, evidence, column="cost"))
    return found


def _round(value: float) -> float:
    return float(f"{value:.4g}")
