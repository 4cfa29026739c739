"""Savings as a calm page of text: what was saved, how sure it is, and month by month with small bars."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.domain.findings import Severity
from emstrack.domain.periods import Month

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from emstrack.analysis.savings_types import MeterSaving, MonthSaving, Savings, Total
    from emstrack.domain.findings import Finding
    from emstrack.language.languages import Language

DETAILED = 4
"""Up to so many meters are shown month by month; more come as one table."""
_BAR, _WIDEST_BAR, _NARROWEST_BAR = 12, 24, 4
_SHOWN_FINDINGS = 20
_MARKS = {
    Severity.INFO: "·",
    Severity.WARNING: "!",
    Severity.REFUSED: "×",
    Severity.DISQUALIFYING: "×",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """What the page is written on: how wide it is, None where nobody looks, and whether it takes blocks for bars."""

    width: int | None = None
    blocks: bool = False

    @classmethod
    def of_terminal(cls) -> Paper:
        """Return the terminal's own; a pipe or a file gets plain text."""
        if not sys.stdout.isatty():
            return cls()
        encoding = (sys.stdout.encoding or "").lower().replace("-", "")
        return cls(shutil.get_terminal_size().columns, blocks=encoding == "utf8")

    def bar_width(self, taken: int) -> int:
        """Return how long a bar may be beside so many characters; 0 where there is no room for one."""
        if self.width is None:
            return _BAR
        room = min(self.width - taken - 3, _WIDEST_BAR)
        return room if room >= _NARROWEST_BAR else 0


def savings_lines(savings: Savings, language: Language, paper: Paper | None = None) -> Iterator[str]:
    """Yield the lines of the page."""
    paper = paper or Paper.of_terminal()
    if len(savings.items) <= DETAILED:
        for item in savings.items:
            yield from _detailed(item, language, paper)
            yield ""
    else:
        yield from _overview(savings.items, language)
        yield ""
    if savings.totals:
        yield language.text("Totals")
        for total in savings.totals:
            yield f"  {_total(total, language)}"


def findings_lines(findings: Sequence[Finding], language: Language) -> Iterator[str]:
    """Yield a line for each finding about the files, the most serious first, not more than a person reads."""
    order = sorted(findings, key=lambda each: -list(Severity).index(each.severity))
    for each in order[:_SHOWN_FINDINGS]:
        where = language.text("row {row}: ", row=each.row) if each.row is not None else ""
        yield f"{_MARKS[each.severity]} {where}{language.sentence(each)}"
    if len(order) > _SHOWN_FINDINGS:
        yield language.text("… and {count} more; --json lists all.", count=len(order) - _SHOWN_FINDINGS)


def _detailed(item: MeterSaving, language: Language, paper: Paper) -> Iterator[str]:
    yield f"{_name(item)} · {_resource(item, language)}"
    yield "  " + language.text(
        "baseline {baseline} → reported {reporting}, method {method}",
        baseline=item.baseline_period,
        reporting=item.reporting_period,
        method=language.label(item.method),
    )
    if item.avoided is not None:
        yield f"  {_headline(item, language)}"
        yield "  " + language.text(
            "used {actual} {unit}, would have used {would} {unit}",
            actual=language.number(item.actual),
            would=language.number(item.adjusted_baseline),
            unit=language.unit(item.unit),
        )
    if item.adjusted_by is not None:
        yield "  " + language.text(
            "agreed adjustments among it: {amount} {unit}",
            amount=language.number(item.adjusted_by),
            unit=language.unit(item.unit),
        )
    values = list(_values(item, language))
    if values:
        yield "  " + " · ".join(values)
    if item.model is not None and item.model.r2 is not None:
        yield "  " + language.text(
            "model on {n} points: R² {r2}, CV(RMSE) {cv}",
            n=item.model.n,
            r2=language.number(item.model.r2, digits=2),
            cv=language.percent(item.model.cv_rmse),
        )
    yield from _months(item.months, language, paper)
    for each in item.findings:
        yield f"  {_MARKS[each.severity]} {language.sentence(each)}"


def _name(item: MeterSaving) -> str:
    return f"{item.site} · {item.meter}" if item.meter else item.site


def _resource(item: MeterSaving, language: Language) -> str:
    words = [language.label(item.resource)]
    if item.variety:
        words.append(language.label(item.variety))
    if item.heating_value_basis:
        words.append(_basis(item.heating_value_basis, language))
    return ", ".join(words)


def _basis(basis: str, language: Language) -> str:
    return language.text("gross heating value") if basis == "gross" else language.text("net heating value")


def _headline(item: MeterSaving, language: Language) -> str:
    text = language.text("saved {avoided} {unit}", avoided=language.number(item.avoided), unit=language.unit(item.unit))
    if item.avoided_percent is not None:
        text += f" ({language.percent(item.avoided_percent / 100)})"
    if item.band_90 is not None:
        text += " " + language.text(
            "± {band} {unit} at 90 %", band=language.number(item.band_90), unit=language.unit(item.unit)
        )
    if item.claim is not None:
        text += f" · {language.label(item.claim)}"
    return text


def _values(item: MeterSaving, language: Language) -> Iterator[str]:
    if item.cost_avoided is not None:
        yield language.money(item.cost_avoided, item.currency)
    if item.cost_per_room is not None:
        money = language.money(item.cost_per_room, item.currency, cents=True)
        yield language.text("{amount} per room", amount=money)
    if item.per_room is not None:
        amount = f"{language.number(item.per_room, digits=1)} {language.unit(item.unit)}"
        yield language.text("{amount} per room", amount=amount)
    if item.per_occupied_room_night is not None:
        amount = f"{language.number(item.per_occupied_room_night, digits=2)} {language.unit(item.unit)}"
        yield language.text("{amount} per occupied room-night", amount=amount)
    for each, words in (
        (item.per_guest_night, "{amount} per guest-night"),
        (item.per_occupant, "{amount} per occupant"),
    ):
        if each is not None:
            amount = f"{language.number(each, digits=2)} {language.unit(item.unit)}"
            yield language.text(words, amount=amount)
    if item.per_m2 is not None:
        yield language.text(
            "{amount} per m²", amount=f"{language.number(item.per_m2, digits=2)} {language.unit(item.unit)}"
        )
    if item.co2e_avoided_kg is not None:
        yield f"{language.number(item.co2e_avoided_kg)} {language.unit('co2e_kg')}"


def _months(months: Sequence[MonthSaving], language: Language, paper: Paper) -> Iterator[str]:
    if all(each.avoided is None for each in months):
        return
    heads = [language.text("month"), language.text("used"), language.text("expected"), language.text("saved")]
    rows = [
        [
            language.month(Month.parse(each.month), short=True),
            language.number(each.actual),
            language.number(each.adjusted_baseline),
            language.number(each.avoided),
        ]
        for each in months
    ]
    largest = max((abs(each.avoided) for each in months if each.avoided is not None), default=0.0)
    taken = 4 + sum(max(len(line[place]) for line in (heads, *rows)) + 2 for place in range(len(heads)))
    length = paper.bar_width(taken)
    yield from _table(heads, rows, [_bar(each.avoided, largest, length, blocks=paper.blocks) for each in months])


def _bar(value: float | None, largest: float, length: int, *, blocks: bool) -> str:
    """Return a saving's bar; of more use than expected with a minus before it."""
    if value is None or largest <= 0 or length <= 0:
        return ""
    if blocks:
        eighths = round(8 * length * abs(value) / largest)
        bar = "█" * (eighths // 8) + ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")[eighths % 8]
    else:
        bar = "#" * round(length * abs(value) / largest)
    sign = "−" if blocks else "-"
    return f"{sign}{bar}" if value < 0 and bar else bar


def _table(heads: list[str], rows: list[list[str]], tails: Iterable[str]) -> Iterator[str]:
    """Yield aligned lines: the first column to the left, numbers to the right."""
    widths = [max(len(line[place]) for line in (heads, *rows)) for place in range(len(heads))]
    for line, tail in zip((heads, *rows), ("", *tails), strict=True):
        cells = [
            line[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)),
        ]
        yield ("    " + "  ".join(cells) + (f"  {tail}" if tail else "")).rstrip()


def _overview(items: Sequence[MeterSaving], language: Language) -> Iterator[str]:
    heads = [
        language.text("meter"),
        language.text("resource"),
        language.text("saved"),
        language.text("unit"),
        "%",
        "± 90 %",
        language.text("money"),
        language.text("claim"),
    ]
    rows = [
        [
            _name(item),
            language.label(item.resource),
            language.number(item.avoided),
            language.unit(item.unit),
            language.number(item.avoided_percent, digits=1),
            language.number(item.band_90),
            language.money(item.cost_avoided, item.currency),
            language.label(item.claim) if item.claim is not None else "–",
        ]
        for item in items
    ]
    yield from _table(heads, rows, [""] * len(rows))
    serious = {Severity.DISQUALIFYING, Severity.WARNING}
    for item in items:
        for each in item.findings:
            if each.severity in serious:
                yield f"  {_MARKS[each.severity]} {_name(item)}: {language.sentence(each)}"


def _total(total: Total, language: Language) -> str:
    parts = [language.label(total.resource)]
    if total.heating_value_basis:
        parts[0] += f" ({_basis(total.heating_value_basis, language)})"
    if total.avoided is None:
        parts.append(language.text("{counted} of {sites} sites", counted=total.sites_counted, sites=total.sites))
        return " · ".join(parts)
    saved = language.text(
        "saved {avoided} {unit}", avoided=language.number(total.avoided), unit=language.unit(total.unit)
    )
    if total.band_90 is not None:
        saved += " " + language.text(
            "± {band} {unit} at 90 %", band=language.number(total.band_90), unit=language.unit(total.unit)
        )
    parts.append(saved)
    if total.cost_avoided is not None:
        parts.append(language.money(total.cost_avoided, total.currency))
    if total.cost_per_room is not None:
        amount = language.money(total.cost_per_room, total.currency, cents=True)
        parts.append(language.text("{amount} per room", amount=amount))
    parts.append(language.text("{counted} of {sites} sites", counted=total.sites_counted, sites=total.sites))
    return " · ".join(parts)
