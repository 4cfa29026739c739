"""Candidates for a baseline in a person's language: what each means, how well it fits, how sure it would be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emstrack.charts.bills_and_fit import BillsAndFit, FittedBill, bills_and_fit, residuals
from emstrack.charts.drivers import DriverPoint, Drivers, drivers
from emstrack.charts.fit_sketch import fit_sketch
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.savings import Method
from emstrack.language.labels import unit_symbol
from emstrack.web.presenters import numbers, savings
from emstrack.web.presenters.charts import ChartFigure, chart_figure

if TYPE_CHECKING:
    from emstrack.language.languages import Language
    from emstrack.services.savings.compare_baselines import Comparison, ShownCandidate

_SURE = 0.0005


def cards(comparison: Comparison, chosen: str, language: Language) -> list[dict[str, Any]]:
    """Return the candidates as cards, the recommended one first."""
    marked = comparison.named(chosen)
    order = sorted(comparison.candidates, key=lambda each: not each.recommended)
    bills = next((each.rows for each in order if each.rows), ())
    return [_card(each, bills, each is marked, language) for each in order]


def _card(each: ShownCandidate, bills: Any, chosen: bool, language: Language) -> dict[str, Any]:
    used = [row.actual for row in (each.rows or bills)]
    name = language.label(each.plan.method)
    return {
        "key": each.key,
        "name": name,
        "chosen": chosen and not each.lacking,
        "recommended": each.recommended,
        "indicative": each.plan.method.is_indicative,
        "may_keep": each.plan.method.can_be_kept and not each.lacking,
        "reason": language.sentence(Finding(each.reason.value, Severity.INFO)),
        "meaning": meaning(each, language),
        "facts": _facts(each, language),
        "sketch": fit_sketch(
            used, [row.fitted for row in each.rows], f"{name}: {language.text('the fit over the bills')}"
        ),
        "lacking": each.lacking,
        "remarks": [
            finding
            for finding in savings.shown_findings(each.item.findings)
            if finding.severity is Severity.WARNING and not finding.code.startswith("baseline.chosen")
        ],
    }


def meaning(each: ShownCandidate, language: Language) -> str:
    """Say in one sentence what a candidate takes the use to depend on."""
    chosen = next((found for found in each.item.findings if found.code.startswith("baseline.chosen")), None)
    if chosen is not None:
        return language.sentence(chosen)
    text, method = language.text, each.plan.method
    if method is Method.AVERAGE:
        return text("Each month is compared with the same month of the baseline, whatever the weather or the guests.")
    if method is Method.INTENSITY:
        return text("The use per unit of one driver is taken to be the same in every month.")
    if method is Method.CALTRACK2:
        return text("The fit that another program makes of the same bills, to compare with.")
    return text("The use follows {drivers}.", drivers=_names(each, language))


def _names(each: ShownCandidate, language: Language) -> str:
    model = each.item.model
    names = [language.label(name) for name in (model.coefficients if model else ()) if name != "base"]
    return ", ".join(name[:1].lower() + name[1:] for name in names) or language.text("nothing but the days")


def _facts(each: ShownCandidate, language: Language) -> list[tuple[str, str]]:
    text, model = language.text, each.item.model
    facts: list[tuple[str, str]] = []
    if each.band is not None:
        facts.append((text("A year is known to"), f"± {numbers.percent(each.band, language)}"))
    if model is None:
        return facts
    if model.cv_rmse is not None:
        facts.append((text("Misses a bill by"), f"± {numbers.percent(model.cv_rmse, language)}"))
    if model.r2 is not None:
        facts.append((text("Explains"), numbers.percent(max(model.r2, 0.0), language, digits=0)))
    for name, point in model.balance_points_c.items():
        label = text("Heating below") if name == "heating" else text("Cooling above")
        facts.append((label, f"{language.number(point, digits=1, fixed=False)}\u00a0°C"))
    named = [language.label(name) for name in model.coefficients if name not in {"base", "heating", "cooling"}]
    if named:
        facts.append((text("Drivers"), ", ".join(named)))
    facts.append((text("Bills"), language.number(model.n)))
    return facts


def fit_figures(each: ShownCandidate, subject: str, language: Language) -> list[ChartFigure]:
    """Draw the fit over the bills, and use against each variable of the model with the fitted line."""
    if not each.rows:
        return []
    charts = [bills_and_fit(_bills(each, subject), language)]
    for line in each.lines:
        known = each.values[line.variable]
        points = tuple(
            DriverPoint(f"{language.date(row.start)} – {language.date(row.end)}", float(at), row.actual)
            for row, at in zip(each.rows, known, strict=True)
            if at == at  # noqa: PLR0124 - NaN is the one value that differs from itself
        )
        temperature = line.variable == "temperature"
        charts.append(
            drivers(
                Drivers(
                    subject,
                    language.label(line.variable) if temperature else _a_day(line.variable, language),
                    "°C" if temperature else "",
                    each.item.unit,
                    points,
                    tuple(zip(line.at.tolist(), line.use.tolist(), strict=True)),
                ),
                language,
            )
        )
    return [chart_figure(chart, language) for chart in charts]


def _a_day(name: str, language: Language) -> str:
    return language.text("{driver} per day", driver=language.label(name))


def _bills(each: ShownCandidate, subject: str) -> BillsAndFit:
    bills = tuple(FittedBill(row.start, row.end, row.actual, row.fitted) for row in each.rows)
    return BillsAndFit(subject, each.item.unit, bills)


def expert_panel(each: ShownCandidate, subject: str, language: Language) -> dict[str, Any] | None:
    """Return what an expert wants to see of a fit; None without a model."""
    expert = each.expert
    if expert is None:
        return None
    text, number, model = language.text, language.number, expert.model
    unit = unit_symbol(each.item.unit)
    columns = [
        {"label": text("Coefficient")},
        {"label": text("Value"), "numeric": True},
        {"label": text("Unit")},
        {"label": text("Standard error"), "numeric": True},
        {"label": "t", "numeric": True},
        {"label": "p", "numeric": True},
    ]
    rows = [
        [
            _coefficient(one.name, language),
            numbers.quantity(one.value, language),
            "°C" if one.name.endswith("_point") else f"{unit} / {_per(one.name, language)}",
            numbers.quantity(one.error, language),
            number(one.t, digits=2),
            _p(one.p, language),
        ]
        for one in expert.coefficients
    ]
    facts = [
        ("R²", number(model.r2, digits=3)),
        (text("Adjusted R²"), number(model.adjusted_r2, digits=3)),
        ("CV(RMSE)", numbers.percent(model.cv_rmse, language)),
        ("NMBE", numbers.percent(model.nmbe, language, digits=2)),
        (text("Points, parameters"), f"{number(model.n)}, {number(model.p)}"),
        ("BIC", number(expert.bic, digits=2)),
        (text("Correlation of each residual with the one before"), number(model.autocorrelation, digits=2)),
        (text("The band was widened by"), f"× {number(expert.widening, digits=2)}"),
    ]
    drawn = chart_figure(residuals(_bills(each, subject), language), language) if each.rows else None
    return {"columns": columns, "rows": rows, "facts": facts, "residuals": drawn}


def _p(value: float | None, language: Language) -> str:
    if value is not None and value < _SURE:
        return "< " + language.number(0.001, digits=3)
    return language.number(value, digits=3)


def _coefficient(name: str, language: Language) -> str:
    text = language.text
    named = {
        "base": text("Base"),
        "heating": text("Per degree-day of heating"),
        "cooling": text("Per degree-day of cooling"),
        "heating_point": text("Heating below"),
        "cooling_point": text("Cooling above"),
    }
    return named.get(name) or language.label(name)


def _per(name: str, language: Language) -> str:
    if name == "base":
        return language.text("day")
    return "°C·d" if name in {"heating", "cooling"} else language.label(name).lower()
