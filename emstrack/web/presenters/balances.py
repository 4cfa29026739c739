"""A balance as a page shows it: the flow, closure, losses by money, loads and indicators, in the reader's language."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import url_for

from emstrack.domain.balances import StreamKind
from emstrack.language.languages import MISSING
from emstrack.web.presenters.numbers import money, percent, quantity, with_unit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emstrack.analysis.material_balance import Closure
    from emstrack.language.languages import Language
    from emstrack.services.audits.show_balance import ShownBalance
    from emstrack.services.audits.weigh_balance import Weighed
    from emstrack.storage.models import Balance, UnitOperation

Table = dict[str, Any]


def period(balance: Balance, language: Language) -> str:
    """Write the days of a balance, the last one included."""
    last = balance.end - timedelta(days=1)
    if last == balance.start:
        return language.date(balance.start)
    return language.text("{start} to {end}", start=language.date(balance.start), end=language.date(last))


def listed(rows: Iterable[Balance], language: Language) -> Table:
    """Return a site's balances as a table."""
    return {
        "columns": [
            {"label": language.text("Name")},
            {"label": language.text("Period")},
            {"label": language.text("Tolerance"), "numeric": True},
        ],
        "rows": [
            [
                {"text": row.title, "href": url_for("balances.show", balance_id=row.id)},
                period(row, language),
                percent(row.tolerance, language),
            ]
            for row in rows
        ],
    }


def cards(shown: ShownBalance, language: Language) -> list[dict[str, Any]]:
    """Return the figures a person looks for first."""
    weighed, currency = shown.weighed, shown.balance.currency
    found = [_closure_card(weighed.mass, shown.balance.tolerance, language)]
    per = None
    if weighed.basis is not None and weighed.losses:
        each = money(weighed.cost_of_losses / weighed.basis.quantity, currency, language, cents=True)
        per = language.text("{amount} per {unit} of {names}", amount=each, **_per(shown, language))
    found.append(
        {
            "label": language.text("Cost of losses"),
            "value": money(weighed.cost_of_losses, currency, language) if weighed.losses else None,
            "note": per or language.text("Purchase, processing so far and disposal together."),
        }
    )
    water = sum(each.m3 or 0 for each in weighed.streams if each.row.is_water and each.row.kind == StreamKind.INPUT)
    if water and weighed.basis is not None:
        found.append(
            {
                "label": language.text("Water"),
                "value": quantity(water / weighed.basis.quantity, language),
                "unit": f"m³/{language.unit(weighed.basis.unit)}",
                "note": language.text("{total} m³ in the period", total=quantity(water, language)),
            }
        )
    return found


def flow(shown: ShownBalance, language: Language) -> list[dict[str, Any]]:
    """Return each operation with what goes in and what comes out, in the order of the process."""
    names = {row.id: row.name for row in shown.weighed.operations}
    steps = []
    for place, row in enumerate(shown.weighed.operations):
        ins = [_end(each, names.get(each.row.from_id or 0), language) for each in _touching(shown, "to_id", row.id)]
        outs = [_end(each, names.get(each.row.to_id or 0), language) for each in _touching(shown, "from_id", row.id)]
        closes = bool(shown.weighed.mass.closes[place])
        steps.append(
            {
                "id": row.id,
                "name": row.name,
                "cost": money(row.processing_cost, shown.balance.currency, language, cents=True),
                "ins": ins,
                "outs": outs,
                "closes": closes,
                "difference": _fraction(shown.weighed.mass, place, language),
            }
        )
    return steps


def closure_table(shown: ShownBalance, language: Language) -> list[Table]:
    """Return closure per operation and for the whole: of mass, and of energy where there is any."""
    found = [_closure(shown.weighed.operations, shown.weighed.mass, language.text("Mass"), "kg", language)]
    if shown.weighed.energy is not None and shown.weighed.energy.outward.any():
        found.append(_closure(shown.weighed.operations, shown.weighed.energy, language.text("Energy"), "kWh", language))
    return found


def loss_table(shown: ShownBalance, language: Language) -> Table:
    """Return losses, the dearest first, with what their cost is made of."""
    currency, losses = shown.balance.currency, shown.weighed.losses
    names = {row.id: row.name for row in shown.weighed.operations}
    dearest = max((loss.cost for loss in losses), default=0.0)

    def written(amount: float | None) -> str:
        return language.number(amount, digits=2)

    heads = ("Purchase", "Processing so far", "Disposal", "Cost")
    return {
        "columns": [
            {"label": language.text("Loss")},
            {"label": language.text("Quantity"), "numeric": True},
            *({"label": language.text(head), "numeric": True, "unit": currency} for head in heads),
        ],
        "rows": [
            [
                {"text": loss.row.name, "note": names.get(loss.row.from_id or 0, "")},
                _typed(loss, language),
                written(loss.purchase),
                written(loss.processing),
                written(loss.disposal),
                {"text": written(loss.cost), "bar": max(loss.cost, 0) / dearest if dearest > 0 else 0},
            ]
            for loss in losses
        ],
        "totals": [
            language.text("All losses"),
            "",
            *(written(sum(part or 0 for part in column)) for column in _columns(losses)),
            written(shown.weighed.cost_of_losses),
        ],
    }


def indicator_table(shown: ShownBalance, language: Language) -> Table | None:
    """Return what went in and was lost per unit of the basis; None where there is no basis."""
    basis = shown.weighed.basis
    if basis is None:
        return None
    wanted = (StreamKind.INPUT, StreamKind.BY_PRODUCT, StreamKind.LOSS)
    rows = [
        [
            each.row.name,
            language.label(each.row.kind),
            with_unit(amount / basis.quantity, f"{language.unit(unit)}/{language.unit(basis.unit)}", language),
        ]
        for kind in wanted
        for each in shown.weighed.streams
        if each.row.kind == kind and each.row.name not in basis.names
        for amount, unit in [_canonical(each)]
        if amount is not None
    ]
    return {
        "note": language.text("per {unit} of {names}", **_per(shown, language)),
        "columns": [
            {"label": language.text("Stream")},
            {"label": language.text("What it is")},
            {"label": language.text("Indicator"), "numeric": True},
        ],
        "rows": rows,
    }


def load_table(shown: ShownBalance, language: Language) -> Table | None:
    """Return the loads that leave, by stream and together; None where nothing was measured."""
    totals, basis = shown.weighed.loads, shown.weighed.basis
    if not totals:
        return None
    streams = [each for each in shown.weighed.streams if each.loads and StreamKind(each.row.kind).leaves]
    rows = [[each.row.name, *(quantity(each.loads.get(name), language) for name in totals)] for each in streams]

    def per_unit(total: float) -> str:
        return "" if basis is None else with_unit(total / basis.quantity, f"kg/{language.unit(basis.unit)}", language)

    return {
        "columns": [
            {"label": language.text("Stream")},
            *({"label": language.label(name), "numeric": True, "unit": "kg"} for name in totals),
        ],
        "rows": rows,
        "totals": [
            language.text("Together"),
            *({"text": quantity(total, language), "note": per_unit(total)} for total in totals.values()),
        ],
    }


def _closure_card(mass: Closure, tolerance: float, language: Language) -> dict[str, Any]:
    """Say whether the whole closes; the operations say it each for itself."""
    closes = bool(mass.closes[-1])
    return {
        "label": language.text("Difference of the whole"),
        "value": _fraction(mass, -1, language) if _fraction(mass, -1, language) != MISSING else None,
        "note": language.text("tolerance {percent}", percent=percent(tolerance, language)),
        "closes": closes,
    }


def _closure(operations: Iterable[UnitOperation], closure: Closure, name: str, unit: str, language: Language) -> Table:
    names = [row.name for row in operations]
    rows = [
        [
            title,
            language.number(closure.inward[place]),
            language.number(closure.outward[place]),
            language.number(closure.difference[place]),
            _fraction(closure, place, language),
            _closes(closure, place, language),
        ]
        for place, title in enumerate([*names, language.text("The whole")])
    ]
    return {
        "name": name,
        "columns": [
            {"label": language.text("Operation")},
            *(
                {"label": language.text(head), "numeric": True, "unit": unit}
                for head in ("Goes in", "Comes out", "Difference")
            ),
            {"label": language.text("of what goes in"), "numeric": True},
            {"label": language.text("Closure")},
        ],
        "rows": rows[:-1],
        "totals": rows[-1],
    }


def _closes(closure: Closure, place: int, language: Language) -> str:
    """Say whether an operation closes; where nothing flows there is nothing to close."""
    if closure.inward[place] == 0 and closure.outward[place] == 0:
        return MISSING
    return language.text("Closes") if closure.closes[place] else language.text("Does not close")


def _fraction(closure: Closure, place: int, language: Language) -> str:
    return percent(float(closure.fraction[place]), language)


def _columns(losses: Iterable[Weighed]) -> list[list[float | None]]:
    losses = list(losses)
    return [
        [loss.purchase for loss in losses],
        [loss.processing for loss in losses],
        [loss.disposal for loss in losses],
    ]


def _canonical(each: Weighed) -> tuple[float | None, str]:
    """Return a stream in the unit its kind is told in: water in m³, energy in kWh, the rest in kg."""
    if each.kwh is not None:
        return each.kwh, "kWh"
    return (each.m3, "m3") if each.row.is_water else (each.kg, "kg")


def _touching(shown: ShownBalance, end: str, operation_id: int) -> list[Weighed]:
    return [each for each in shown.weighed.streams if getattr(each.row, end) == operation_id]


def _end(each: Weighed, other: str | None, language: Language) -> dict[str, Any]:
    """Return a stream as one line of the flow; `other` is the operation at its far end."""
    return {
        "id": each.row.id,
        "name": each.row.name,
        "amount": _typed(each, language),
        "kind": each.row.kind,
        "word": "" if each.row.kind == StreamKind.INPUT else language.label(each.row.kind),
        "other": other,
        "is_basis": each.row.is_basis,
    }


def _typed(each: Weighed, language: Language) -> str:
    """Write a stream's quantity as it was typed, with its unit."""
    return f"{language.number(each.row.quantity, digits=6, fixed=False)}\u00a0{language.unit(each.row.unit)}"


def _per(shown: ShownBalance, language: Language) -> dict[str, str]:
    basis = shown.weighed.basis
    return {} if basis is None else {"unit": language.unit(basis.unit), "names": ", ".join(basis.names)}
