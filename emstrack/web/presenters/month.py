"""The month page in a person's language: lines to type in, and what became of what was typed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import url_for

from emstrack.domain.errors import ConflictError, EmstrackError, NotFoundError, RefusedError
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.periods import Month
from emstrack.domain.readings import ReadingKind
from emstrack.domain.typed import understand_number
from emstrack.language.figures import digits_for
from emstrack.language.writing import writing_of, written_day
from emstrack.services.readings.enter_driver import EnteredDriver
from emstrack.services.readings.enter_stock_level import EnteredStockLevel
from emstrack.services.readings.list_month import DriverRow, MeterRow, StockRow, is_missing
from emstrack.services.readings.store_reading import EnteredReading
from emstrack.web.forms.readings import FIELDS, was
from emstrack.web.presenters import numbers

if TYPE_CHECKING:
    from emstrack.language.languages import Language
    from emstrack.services.readings.enter_block import Outcome
    from emstrack.services.readings.list_month import Line, MonthSheet, SiteSheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line as the template writes it; `fields` are the texts in its cells, a field it lacks has no cell."""

    name: str
    title: str
    detail: str
    href: str
    fields: dict[str, str]
    units: dict[str, str] = field(default_factory=dict)
    id: int | None = None
    version: int | None = None
    was: str = ""
    key: str = ""
    last_month: str = ""
    last_year: str = ""
    usual: str = ""
    note: str = ""
    last_month_href: str = ""
    last_year_href: str = ""
    answer: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A site's table."""

    site_id: int
    name: str
    rows: tuple[Row, ...]
    has_index: bool
    due: int
    entered: int
    is_open: bool = True
    """What is complete is folded, unless it is all that was asked for or has something to say."""

    @property
    def is_complete(self) -> bool:
        """Whether every value that the month wants is there."""
        return 0 < self.due <= self.entered


def groups(
    sheet: MonthSheet, language: Language, answers: dict[str, dict[str, Any]], *, only_missing: bool = False
) -> list[tuple[str, list[Sheet]]]:
    """Return the sites' tables by organisation; on request only the lines that still lack their value."""
    tables = {site.site_id: _sheet(site, sheet, language, answers, only_missing=only_missing) for site in sheet.sites}
    found = [
        (organisation, [tables[site.site_id] for site in sites if not only_missing or tables[site.site_id].rows])
        for organisation, sites in groupby(sheet.sites, key=lambda site: site.organisation)
    ]
    return [(organisation, shown) for organisation, shown in found if shown]


def outcome_as_json(row: str, outcome: Outcome | EmstrackError, language: Language) -> dict[str, Any]:
    """Return what became of one row, in the words the page shows."""
    if isinstance(outcome, ConflictError):
        return _conflict(row, outcome, language)
    if isinstance(outcome, EmstrackError):
        findings = getattr(outcome, "findings", ()) or (Finding(outcome.code, Severity.REFUSED, outcome.evidence),)
        missing = isinstance(outcome, NotFoundError)
        return {
            "row": row,
            "state": "refused",
            "missing": missing,
            "messages": [_message(f, language) for f in findings],
        }
    findings = getattr(outcome, "findings", ())
    loud = [f for f in findings if f.severity in {Severity.WARNING, Severity.REFUSED}]
    answer = {
        "row": row,
        "state": "warning" if loud else "saved",
        "status": outcome.status,
        "version": outcome.version,
        "messages": [_message(f, language) for f in findings],
    }
    return answer | _echo(outcome, language)


def typed_number(value: float | Decimal | None, language: Language) -> str:
    """Write a number so that, typed again as it is, it is understood as itself."""
    if value is None:
        return ""
    text = language.number(value, digits=9, fixed=False)
    try:
        understand_number(text, writing_of(language))
    except RefusedError:
        return language.number(value, digits=4)
    return text


def _echo(outcome: Outcome, language: Language) -> dict[str, Any]:
    if isinstance(outcome, EnteredDriver):
        return {"id": outcome.driver_id, "echo": {"quantity": numbers.quantity(outcome.value, language)}}
    if isinstance(outcome, EnteredStockLevel):
        return {"id": outcome.stock_id, "echo": {"quantity": _exact(outcome.quantity, outcome.unit, language)}}
    if not isinstance(outcome, EnteredReading):
        return {}
    echo = {"quantity": _exact(outcome.quantity, outcome.unit, language)}
    if outcome.index_end is not None:
        first = outcome.kind == ReadingKind.OPENING
        echo = {"index": language.text("first index") if first else echo["quantity"]}
    if outcome.cost is not None:
        echo["cost"] = language.money(outcome.cost, outcome.currency, cents=True)
    if outcome.kind != ReadingKind.OPENING:
        echo["end"] = days_between(outcome.start, outcome.end, language)
    return {"id": outcome.reading_id, "echo": echo, "href": url_for("readings.show", reading_id=outcome.reading_id)}


def days_between(start: date, end: date, language: Language) -> str:
    """Return how many days a period has."""
    return language.plural("{n} day", "{n} days", (end - start).days)


def _exact(quantity: float, unit: str, language: Language) -> str:
    return f"{language.number(quantity, digits=6, fixed=False)}\u00a0{language.unit(unit)}"


def _message(finding: Finding, language: Language) -> dict[str, Any]:
    message: dict[str, Any] = {
        "field": finding.column or "quantity",
        "severity": finding.severity.value,
        "text": language.sentence(finding),
    }
    if finding.code == "entry.number_ambiguous":
        whole, decimal = str(finding.evidence["whole"]), str(finding.evidence["decimal"])
        message["choices"] = [{"label": language.number(int(whole)), "text": whole}]
        message["choices"].append({"label": decimal, "text": f"{decimal}0"})  # four decimals are not asked again
    if "reading_id" in finding.evidence:
        message["href"] = url_for("readings.show", reading_id=finding.evidence["reading_id"])
    return message


def _conflict(row: str, told: ConflictError, language: Language) -> dict[str, Any]:
    current = told.evidence.get("current")
    state = dict(current) if isinstance(current, dict) else {}
    by = str(state.get("by") or "")
    text = language.sentence(told)
    if by:
        text = f"{text} {language.text('The other value is by {name}.', name=by)}"
    return {
        "row": row,
        "state": "conflict",
        "messages": [{"field": "quantity", "severity": "refused", "text": text}],
        "current": {
            "id": state.get("id"),
            "version": state.get("version"),
            "fields": _fields_of_state(state, language),
        },
    }


def _fields_of_state(state: dict[str, Any], language: Language) -> dict[str, str]:
    writing = writing_of(language)
    fields = {name: str(state.get(name) or "") for name in ("bill_number", "note")}
    for name in ("start", "end"):
        if state.get(name):
            fields[name] = written_day(date.fromisoformat(state[name]), writing)
    value = state.get("quantity", state.get("value"))
    fields["quantity"] = typed_number(value, language)
    if state.get("index_end") is not None:
        fields["index"] = typed_number(state["index_end"], language)
        fields["quantity"] = ""
    fields["cost"] = typed_number(Decimal(state["cost"]), language) if state.get("cost") else ""
    return fields


def _sheet(
    site: SiteSheet, sheet: MonthSheet, language: Language, answers: dict[str, dict[str, Any]], *, only_missing: bool
) -> Sheet:
    lines = [line for line in site.lines if not only_missing or is_missing(line)]
    rows = tuple(_row(line, sheet.month, language, answers) for line in lines)
    alone = sheet.site_id is not None or len(sheet.sites) == 1
    return Sheet(
        site_id=site.site_id,
        name=site.name,
        rows=rows,
        has_index=any("index" in row.fields for row in rows),
        due=site.due,
        entered=site.entered,
        is_open=alone or site.entered < site.due or not site.due or any(row.answer for row in rows),
    )


def _row(line: Line, month: Month, language: Language, answers: dict[str, dict[str, Any]]) -> Row:
    if isinstance(line, DriverRow):
        values = _driver(line, language)
    elif isinstance(line, StockRow):
        values = _stock(line, month, language)
    else:
        values = _meter(line, month, language)
    fields = values["fields"]
    answer = _answer_for(values["name"], answers)
    if answer is not None:
        values["fields"] = {**fields, **answer.get("typed", {})}
    return Row(**values, was=was(fields), key=uuid.uuid4().hex, answer=answer)


def _answer_for(name: str, answers: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    """A value typed where none was may meet one that came meanwhile: then it is answered on that one's line."""
    if name in answers or not name.startswith("reading-"):
        return answers.get(name)
    told = answers.get(f"{name.rpartition('-')[0]}-new")
    return (
        told if told and told["state"] == "conflict" and str(told["current"]["id"]) == name.rpartition("-")[2] else None
    )


def _meter(line: MeterRow, month: Month, language: Language) -> dict[str, Any]:
    meter, reading, past = line.meter, line.reading, line.past
    writing = writing_of(language)
    fields = dict.fromkeys(FIELDS, "")
    fields |= {"start": written_day(line.period.start, writing), "end": written_day(line.period.end, writing)}
    if not meter.reads_index:
        del fields["index"]
    if line.delivered:
        del fields["end"]
    if reading is not None:
        by_index = reading.index_end is not None and meter.reads_index
        fields["cost"] = typed_number(reading.cost, language)
        fields |= {"bill_number": reading.bill_number, "note": reading.note}
        fields["quantity"] = "" if by_index else typed_number(reading.quantity, language)
        if by_index:
            fields["index"] = typed_number(reading.index_end, language)
        elif reading.unit != meter.unit:
            fields["quantity"] += f" {reading.unit}"
    usual, days = past.usual, (line.period.end - line.period.start).days
    months = {"last_month": month.plus(-1), "last_year": month.plus(-12)}
    hrefs = {
        f"{n}_href": url_for("readings.month_of_meter", meter_id=meter.id, month=str(m)) for n, m in months.items()
    }
    return {
        "name": f"reading-{meter.id}-{reading.id if reading else 'new'}",
        "title": meter.name,
        "detail": f"{language.label(meter.resource)} · {language.unit(meter.unit)}",
        "href": url_for("readings.month_of_meter", meter_id=meter.id, month=str(month)),
        "fields": fields,
        "units": {"quantity": language.unit(meter.unit), "cost": line.currency, **_hints(line, language)},
        "id": reading.id if reading else None,
        "version": reading.version if reading else None,
        "last_month": numbers.quantity(past.last_month, language),
        "last_year": numbers.quantity(past.same_month_last_year, language),
        "usual": _range(usual.low * days, usual.high * days, language) if usual else "",
        "note": _covered(line, language),
        **hrefs,
    }


def _hints(line: MeterRow, language: Language) -> dict[str, str]:
    hints = {"end": days_between(line.period.start, line.period.end, language)}
    if line.delivered:
        hints = {"start": language.text("day of delivery")}
    if line.meter.reads_index and line.last_index is not None and line.reading is None:
        hints["index"] = language.text("before: {index}", index=language.number(line.last_index, digits=3, fixed=False))
    return hints


def _covered(line: MeterRow, language: Language) -> str:
    if line.opening is not None:
        index = language.number(line.opening.index_end, digits=3, fixed=False)
        return language.text("First index: {index}", index=index)
    if line.covered_by is None:
        return ""
    start, end = language.date(line.covered_by.start), language.date(line.covered_by.end)
    return language.text("Nothing is due: the bill from {start} to {end} covers this month.", start=start, end=end)


def _range(low: float, high: float, language: Language) -> str:
    digits = digits_for(high)
    return f"{language.number(low, digits=digits)}–{language.number(high, digits=digits)}"


def _stock(line: StockRow, month: Month, language: Language) -> dict[str, Any]:
    level = line.level
    text = typed_number(level.quantity, language) if level else ""
    return {
        "name": f"stock-{line.meter.id}",
        "title": language.text("In the tank: {meter}", meter=line.meter.name),
        "detail": f"{language.text('optional, at the end of the day')} · {language.unit(line.meter.unit)}",
        "href": url_for("readings.month_of_meter", meter_id=line.meter.id, month=str(month)),
        "fields": {"end": written_day(line.day, writing_of(language)), "quantity": text},
        "units": {"quantity": language.unit(line.meter.unit)},
        "id": level.id if level else None,
        "version": level.version if level else None,
    }


def _driver(line: DriverRow, language: Language) -> dict[str, Any]:
    value = line.value
    return {
        "name": f"driver-{line.site_id}-{line.driver}",
        "title": language.label(line.driver),
        "detail": "",
        "href": "",
        "fields": {"quantity": typed_number(value.value, language) if value else ""},
        "id": value.id if value else None,
        "version": value.version if value else None,
        "last_month": numbers.quantity(line.last_month, language),
        "last_year": numbers.quantity(line.same_month_last_year, language),
    }


def state_as_fields(row: Any, language: Language) -> dict[str, str]:
    """Return a stored row's values as texts for its cells."""
    names = ("bill_number", "note", "index_end", "quantity", "value", "cost")
    state = {name: getattr(row, name) for name in names if hasattr(row, name)}
    state |= {name: getattr(row, name).isoformat() for name in ("start", "end") if hasattr(row, name)}
    return _fields_of_state(state, language)
