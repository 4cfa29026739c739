"""What may be said of a balance, its unit operations and its streams; each refusal says how to mend it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from emstrack.domain.balances import (
    LARGEST_TOLERANCE,
    LONGEST_NAME,
    LONGEST_NOTE,
    STREAM_UNITS,
    LoadParameter,
    StreamKind,
)
from emstrack.domain.errors import RefusedError
from emstrack.domain.readings import MAX_QUANTITY
from emstrack.reference.countries import currencies
from emstrack.reference.units import units

if TYPE_CHECKING:
    from collections.abc import Collection
    from decimal import Decimal

    from emstrack.domain.balances import BalanceDetails, OperationDetails, StreamDetails

LARGEST_AMOUNT = 10**12
"""Beyond this an amount of money is a typing error."""


def check_balance(details: BalanceDetails, *, site_currency: str) -> dict[str, Any]:
    """Return the columns of a balance."""
    if details.end <= details.start:
        raise RefusedError("balance.backward", start=details.start, end=details.end, field="end")
    if not 0 < details.tolerance <= LARGEST_TOLERANCE:
        raise RefusedError(
            "balance.tolerance", percent=details.tolerance * 100, largest=LARGEST_TOLERANCE * 100, field="tolerance"
        )
    currency = details.currency.strip().upper() or site_currency
    if currency and currency not in currencies():
        raise RefusedError("site.currency_unknown", currency=currency[:10], field="currency")
    return {
        "title": _name(details.title, "balance.title_missing", "title"),
        "start": details.start,
        "end": details.end,
        "tolerance": details.tolerance,
        "currency": currency,
        "note": _note(details.note),
        "audit_id": details.audit_id,
    }


def check_operation(details: OperationDetails) -> dict[str, Any]:
    """Return the columns of a unit operation, its position apart."""
    if details.processing_cost is not None and details.processing_cost < 0:
        raise RefusedError("balance.cost_negative", cost=details.processing_cost, field="processing_cost")
    return {
        "name": _name(details.name, "balance.operation_name_missing", "name"),
        "processing_cost": _money(details.processing_cost, "processing_cost"),
    }


def check_stream(details: StreamDetails, operations: Collection[int]) -> dict[str, Any]:
    """Return the columns of a stream between the operations of its balance."""
    if not math.isfinite(details.quantity) or details.quantity > MAX_QUANTITY:
        raise RefusedError("entry.number_too_large", text=str(details.quantity), field="quantity")
    if details.quantity < 0:
        raise RefusedError("balance.stream_negative", quantity=details.quantity, field="quantity")
    if details.unit not in STREAM_UNITS:
        raise RefusedError("balance.unit_unknown", unit=details.unit[:20], units=STREAM_UNITS, field="unit")
    if details.unit_cost is not None and details.unit_cost < 0:
        raise RefusedError("balance.cost_negative", cost=details.unit_cost, field="unit_cost")
    source, target = _ends(details, operations)
    return {
        "name": _name(details.name, "balance.stream_name_missing", "name"),
        "kind": details.kind.value,
        "from_id": source,
        "to_id": target,
        "quantity": details.quantity,
        "unit": details.unit,
        "kg_per_unit": _weight(details),
        "is_water": details.is_water,
        "is_basis": details.is_basis,
        "unit_cost": _money(details.unit_cost, "unit_cost"),
        "disposal_unit_cost": _money(details.disposal_unit_cost, "disposal_unit_cost"),
        "concentrations": _concentrations(details),
        "note": _note(details.note),
    }


def needs_weight(unit: str, *, is_water: bool) -> bool:
    """Tell whether what one unit weighs has to be said: of volumes that are no water, and of things counted."""
    known = units().get(unit)
    return known is None or (known.dimension.value == "volume" and not is_water)


def _ends(details: StreamDetails, operations: Collection[int]) -> tuple[int | None, int | None]:
    """Return where a stream comes from and goes to, as its kind has it."""
    source = None if details.kind.enters else details.from_id
    target = None if details.kind.leaves else details.to_id
    if not details.kind.enters and source not in operations:
        raise RefusedError("balance.source_missing", field="from_id")
    if not details.kind.leaves and target not in operations:
        raise RefusedError("balance.target_missing", field="to_id")
    if details.kind is StreamKind.INTERMEDIATE and source == target:
        raise RefusedError("balance.same_operation", field="to_id")
    return source, target


def _weight(details: StreamDetails) -> float | None:
    """Return what one unit weighs where that has to be said; elsewhere it is known and what was typed plays no part."""
    weight = details.kg_per_unit
    if weight is not None and (not math.isfinite(weight) or not 0 < weight <= MAX_QUANTITY):
        raise RefusedError("balance.weight", weight=weight, unit=details.unit, field="kg_per_unit")
    return weight if needs_weight(details.unit, is_water=details.is_water) else None


def _concentrations(details: StreamDetails) -> dict[str, float]:
    given = {LoadParameter(name): value for name, value in details.concentrations.items()}
    for name, value in given.items():
        if not math.isfinite(value) or not 0 <= value <= MAX_QUANTITY:
            raise RefusedError("balance.concentration", parameter=name, value=value, field=name.value)
    return {name.value: float(value) for name, value in given.items()}


def _money(amount: Decimal | None, field: str) -> Decimal | None:
    if amount is not None and (not amount.is_finite() or abs(amount) > LARGEST_AMOUNT):
        raise RefusedError("entry.number_too_large", text=str(amount)[:40], field=field)
    return amount


def _name(text: str, missing: str, field: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise RefusedError(missing, field=field)
    if len(name) > LONGEST_NAME:
        raise RefusedError("site.name_too_long", limit=LONGEST_NAME, field=field)
    return name


def _note(text: str) -> str:
    if len(text) > LONGEST_NOTE:
        raise RefusedError("site.name_too_long", limit=LONGEST_NOTE, field="note")
    return text.strip()
