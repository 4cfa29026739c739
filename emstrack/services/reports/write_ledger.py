"""The ledger handed out as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emstrack.documents.ledger_workbook import ledger_workbook
from emstrack.services.reports.write_report import MEDIA_TYPES, WrittenReport
from emstrack.services.savings.list_ledger import list_ledger

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from emstrack.language.languages import Language
    from emstrack.services.savings.ledger_lines import LedgerLine, MeterSum
    from emstrack.services.savings.list_ledger import LedgerFilter


def write_ledger(session: Session, wanted: LedgerFilter, language: Language, *, today: date) -> WrittenReport:
    """Return the ledger, filtered as the page is, as a workbook."""
    page = list_ledger(session, wanted, today=today, size=None)
    lines = [_line(each, language) for each in page.lines]
    content = ledger_workbook(lines, [_meter(each, language) for each in page.meters], language)
    name = language.text("ledger")
    return WrittenReport(content, f"{name}-{today.isoformat()}.xlsx", MEDIA_TYPES["xlsx"], ())


def _line(line: LedgerLine, language: Language) -> list[Any]:
    signed = line.signature
    changed = "" if signed is None else language.text("yes") if signed.changed else language.text("no")
    return [
        *(line.organisation, line.site, line.title, language.label(line.status) if line.status else ""),
        language.label(line.resource) if line.resource else "",
        language.unit(line.unit) if line.unit else "",
        language.label(line.basis) if line.basis else "",
        *(line.meter, line.option, language.label(line.kind), line.start.isoformat(), line.days or None),
        *(line.estimate_per_year, line.estimated, line.measured, line.band_90, line.realisation),
        *(line.estimated_money, line.estimated_currency, line.measured_money, line.currency),
        signed.quantity if signed else None,
        signed.signed_at.date().isoformat() if signed else None,
        changed,
        signed.fingerprint if signed else None,
        " ".join(language.sentence(each) for each in line.findings),
    ]


def _meter(meter: MeterSum, language: Language) -> list[Any]:
    return [
        *(meter.site, meter.meter, language.label(meter.resource), language.unit(meter.unit)),
        language.label(meter.basis) if meter.basis else "",
        *(meter.period, meter.isolated, meter.measured, meter.allocated, meter.unallocated, meter.total),
        *(meter.band_90, meter.unallocated_money, meter.money, meter.currency),
    ]
