"""Programmes as pages show them: results by sector, cohorts, activities, indicators, in the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from emstrack.language.languages import MISSING
from emstrack.reference.countries import country_name
from emstrack.web.presenters.numbers import money, percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal

    from emstrack.analysis.programme_results import ResultRow
    from emstrack.language.languages import Language
    from emstrack.services.programmes.account_costs import Costs, LossCost
    from emstrack.services.programmes.add_up_results import Results
    from emstrack.services.programmes.show_programme import CohortPage, CohortProgress, ShownIndicator, ShownProgramme
    from emstrack.services.sites.list_changes import Change
    from emstrack.storage.models import LeveragedMoney, ProgrammeActivity

Table = dict[str, Any]
PARTS = {
    "cohorts": ("Add a cohort", "Change the cohort"),
    "activities": ("Add an activity", "Change the activity"),
    "indicators": ("Add an indicator", "Change the indicator"),
    "money": ("Add money leveraged", "Change the money leveraged"),
    "published": ("Add a published result", "Change the published result"),
}
"""What the page of a part is called: a new one, one that is known."""


def results_table(rows: Sequence[ResultRow], total: ResultRow | None, language: Language) -> Table:
    """Return rows of results with their total."""
    text = language.text
    heads = ("Sites", "Implemented", "Investment", "Savings a year, estimated", "Savings a year, measured", "Payback")
    return {
        "columns": [{"label": text("Sector")}, *({"label": text(head), "numeric": True} for head in heads)],
        "rows": [[_name(row, language), *_figures(row, language)] for row in rows],
        "totals": [text("Total"), *_figures(total, language)] if total is not None and rows else None,
    }


def _name(row: ResultRow, language: Language) -> str:
    return language.text(row.label) if row.label else language.label(row.sector)


def _figures(row: ResultRow, language: Language) -> list[str]:
    fraction = None if row.implemented_percent is None else row.implemented_percent / 100
    return [
        language.number(row.sites),
        percent(fraction, language, digits=0),
        *(money(amount, row.currency, language) for amount in (row.investment, row.estimated, row.measured)),
        months(row.payback_months, language),
    ]


def months(value: float | None, language: Language) -> str:
    """Write a payback to the tenth of a month."""
    return MISSING if value is None else language.text("{n} months", n=language.number(value, digits=1))


def cases(rows: Iterable[ResultRow], language: Language) -> list[dict[str, str]]:
    """Return single published cases: what was invested, what was saved, what is not sure about it."""
    found = []
    for row in rows:
        saved = money(row.estimated, row.currency, language)
        told = saved if row.period_uncertain else language.text("{saved} a year", saved=saved)
        if row.investment is not None:
            told = f"{money(row.investment, row.currency, language)} → {told}"
        if row.per_room is not None:
            told += " · " + language.text("{amount} per room", amount=money(row.per_room, row.currency, language))
        found.append({"name": _name(row, language), "told": told, "uncertain": "yes" if row.period_uncertain else ""})
    return found


def cards(results: Results, language: Language) -> list[dict[str, Any]]:
    """Return the figures a person looks for first: of what is computed, else of what was published."""
    total = results.total if results.rows else results.published_total
    if total is None:
        return []
    uncertain = language.text("As published, period uncertain.") if total.period_uncertain else None
    year = language.text("Money of {year}", year=results.year) if results.rows else uncertain
    measured = language.text("measured on meters: {amount}", amount=money(total.measured, total.currency, language))
    return [
        {
            "label": language.text("Investment"),
            "value": _known(total.investment, total.currency, language),
            "note": year,
        },
        {
            "label": language.text("Savings a year, estimated"),
            "value": _known(total.estimated, total.currency, language),
            "note": measured if results.rows else None,
        },
        {
            "label": language.text("Payback"),
            "value": None if total.payback_months is None else months(total.payback_months, language),
            "note": language.text("Sum of investments ÷ sum of estimated savings."),
        },
    ]


def _known(amount: Decimal | None, currency: str, language: Language) -> str | None:
    return None if amount is None else money(amount, currency, language)


def cohort_table(cohorts: Iterable[CohortProgress], language: Language) -> Table:
    """Return how far each cohort is: sites that reached a stage, of all."""
    text = language.text
    heads = ("Sites", "Audit", "Plan", "Implementation", "Verification")
    return {
        "columns": [{"label": text("Cohort")}, *({"label": text(head), "numeric": True} for head in heads)],
        "rows": [
            [
                {"text": row.name, "href": url_for("programmes.cohort", cohort_id=row.id), "note": _of(row, language)},
                language.number(row.sites),
                *(_stage(n, row.sites, language) for n in (row.audited, row.planned, row.implemented, row.verified)),
            ]
            for row in cohorts
        ],
    }


def _stage(count: int, sites: int, language: Language) -> Any:
    if not sites:
        return MISSING
    return {"text": language.number(count), "bar": count / sites}


def _of(row: CohortProgress, language: Language) -> str:
    if not row.measures:
        return language.text("nothing recommended yet")
    done, every = language.number(row.measures_done), language.number(row.measures)
    return language.text("{n} of {all} recommendations put in", n=done, all=every)


def activity_table(rows: Iterable[ProgrammeActivity], language: Language, *, may_keep: bool) -> Table:
    """Return activities, the latest first."""
    text = language.text
    heads = ("Women", "Men", "Sex not told", "People reached", "Cost")
    return {
        "columns": [
            {"label": text("Activity")},
            {"label": text("Outputs")},
            *({"label": text(head), "numeric": True} for head in heads),
        ],
        "rows": [
            [
                _link(row.title, "activities", row.id, _when(row, language), may_keep=may_keep),
                _outcome(row, language),
                *(language.number(n) for n in (row.women, row.men, row.not_told, row.reach)),
                money(row.cost, row.currency, language),
            ]
            for row in rows
        ],
    }


def _when(row: ProgrammeActivity, language: Language) -> str:
    days = language.date(row.start)
    if row.last_day != row.start:
        days = language.text("{start} to {end}", start=days, end=language.date(row.last_day))
    return " · ".join(part for part in (language.label(row.kind), days, row.place) if part)


def _outcome(row: ProgrammeActivity, language: Language) -> str:
    parts = [row.outputs] if row.outputs else []
    if row.before is not None and row.after is not None:
        before, after = (language.number(n, digits=2, fixed=False) for n in (row.before, row.after))
        parts.append(f"{row.measured}: {before} → {after}")
    return " · ".join(parts) or MISSING


def _link(text: str, part: str, part_id: int, note: str, *, may_keep: bool) -> dict[str, str]:
    href = url_for("programmes.edit_part", part=part, part_id=part_id) if may_keep else ""
    return {"text": text, "href": href, "note": note}


def money_table(rows: Iterable[LeveragedMoney], language: Language, *, may_keep: bool) -> Table:
    """Return money leveraged."""
    heads = [{"label": language.text("Source")}, {"label": language.text("Amount"), "numeric": True}]
    return {
        "columns": heads,
        "rows": [
            [
                _link(
                    row.source,
                    "money",
                    row.id,
                    _note(row, language),
                    may_keep=may_keep,
                ),
                money(row.amount, row.currency, language),
            ]
            for row in rows
        ],
    }


def _note(row: LeveragedMoney, language: Language) -> str:
    return " · ".join(part for part in (language.date(row.day) if row.day else "", row.note) if part)


def indicators(rows: Iterable[ShownIndicator], language: Language) -> list[dict[str, Any]]:
    """Return indicators with where they stand between baseline and target, and their quarters."""
    found = []
    for each in rows:
        row, latest = each.row, each.values[0] if each.values else None
        unit = f" {language.unit(row.unit)}" if row.unit else ""

        def written(value: float | None, unit: str = unit) -> str:
            return MISSING if value is None else f"{language.number(value, digits=2, fixed=False)}{unit}"

        found.append(
            {
                "id": row.id,
                "name": row.name,
                "href": url_for("programmes.edit_part", part="indicators", part_id=row.id),
                "latest": written(latest.value) if latest else None,
                "when": quarter(latest.quarter, language) if latest else "",
                "baseline": written(row.baseline),
                "target": written(row.target),
                "progress": _progress(row.baseline, row.target, latest.value if latest else None),
                "quarters": [(quarter(v.quarter, language), written(v.value), v.note) for v in each.values],
                "versions": {v.quarter.isoformat(): v.version for v in each.values},
            }
        )
    return found


def _progress(baseline: float | None, target: float | None, now: float | None) -> float | None:
    if baseline is None or target is None or now is None or target == baseline:
        return None
    return (now - baseline) / (target - baseline)


def quarter(day: date, language: Language) -> str:
    """Write a quarter."""
    return language.text("Q{number} {year}", number=(day.month + 2) // 3, year=day.year)


def quarter_choices(today: date, language: Language) -> list[tuple[str, str]]:
    """Return the last eight quarters that have begun, the newest first."""
    year, number = today.year, (today.month - 1) // 3
    found = []
    for _ in range(8):
        day = today.replace(year=year, month=3 * number + 1, day=1)
        found.append((day.isoformat(), quarter(day, language)))
        year, number = (year, number - 1) if number else (year - 1, 3)
    return found


def yearly_costs(costs: Costs, language: Language) -> Table:
    """Return what a year costs by the bills: now, and of the meters that have both years before and since."""
    text = language.text
    heads = ("Last twelve months", "Meters", "Before the first measure", "Of the same meters now", "Difference")
    return {
        "columns": [{"label": text("Cost of")}, *({"label": text(head), "numeric": True} for head in heads)],
        "rows": [
            [
                language.label(row.kind),
                money(row.now, row.currency, language),
                text("{n} of {all}", n=row.meters_now, all=row.meters),
                money(row.before, row.currency, language),
                {"text": money(row.since, row.currency, language), "note": _same(row.meters_both, language)},
                _change(row.before, row.since, language),
            ]
            for row in costs.yearly
        ],
    }


def _same(meters: int, language: Language) -> str:
    return language.plural("{n} meter", "{n} meters", meters) if meters else ""


def _change(before: float | None, since: float | None, language: Language) -> str:
    return percent(since / before - 1, language) if before and since is not None else MISSING


def loss_costs(costs: Costs, language: Language) -> Table:
    """Return what losses cost by the balances, the parts of it apart."""
    text = language.text
    heads = ("Purchase", "Processing so far", "Disposal", "Cost of losses", "Per unit", "Against the first")
    return {
        "columns": [{"label": text("Balance")}, *({"label": text(head), "numeric": True} for head in heads)],
        "rows": [_loss(row, language) for row in costs.losses],
    }


def _loss(row: LossCost, language: Language) -> list[Any]:
    currency = row.balance.currency
    amounts = (row.purchase, row.processing, row.disposal, row.total)
    per = MISSING
    if row.per_unit is not None:
        per = f"{money(row.per_unit, currency, language, cents=True)}/{language.unit(row.unit)}"
    return [
        {
            "text": row.balance.title,
            "href": url_for("balances.show", balance_id=row.balance.id),
            "note": f"{row.site} · {language.date(row.balance.start)}",
        },
        *(money(amount, currency, language) for amount in amounts),
        per,
        percent(row.against_first, language),
    ]


def facts(shown: ShownProgramme, language: Language) -> list[tuple[str, str]]:
    """Return what a programme is about."""
    row = shown.row
    pairs = [
        ("Countries", ", ".join(country_name(code, language.code) for code in row.countries)),
        ("Sectors", ", ".join(language.label(sector) for sector in row.sectors)),
        ("Partners", ", ".join(line.strip() for line in row.partners.splitlines() if line.strip())),
        ("From", language.date(row.start) if row.start else ""),
        ("Until", language.date(row.end) if row.end else ""),
    ]
    return [(language.text(name), said) for name, said in pairs if said]


def cohort_rows(page: CohortPage, language: Language) -> list[dict[str, Any]]:
    """Return the sites of a cohort; of another tenant's there is no page here."""
    return [
        {
            "id": row.link_id,
            "name": row.name or language.text("A site that is no longer shared"),
            "href": "" if row.is_linked else url_for("sites.show", site_id=row.site_id),
            "is_linked": row.is_linked,
            "sector": language.label(row.sector),
            "destination": row.destination,
        }
        for row in page.rows
    ]


def history(changes: Iterable[Change], language: Language) -> list[dict[str, str]]:
    """Return what was changed, the newest first, for the timeline."""
    return [
        {
            "when": language.instant(change.at, "UTC"),
            "who": change.who or language.text("Operator"),
            "what": language.text(FIELDS.get(change.field.partition(":")[0], "Programme")),
            "old": _said(change.old, language),
            "new": _said(change.new, language),
            "why": change.reason,
        }
        for change in changes
    ]


FIELDS = {
    "name": "Name",
    "summary": "What it does",
    "countries": "Countries",
    "sectors": "Sectors",
    "partners": "Partners",
    "currency": "Currency of the results",
    "rate_day": "Exchange rates of",
    "start": "From",
    "end": "Until",
    "archived_at": "Archived",
    "cohorts": "Cohort",
    "activities": "Activity",
    "indicators": "Indicator",
    "money": "Money leveraged",
    "published": "Published result",
}
"""What the fields and parts of a history are called."""


def _said(value: Any, language: Language) -> str:
    if isinstance(value, dict):
        return ", ".join(said for each in value.values() if (said := _said(each, language)))
    if isinstance(value, list):
        return ", ".join(_said(each, language) for each in value)
    if value is None or isinstance(value, bool):
        return ""
    return language.label(value) if isinstance(value, str) else language.value(value)
