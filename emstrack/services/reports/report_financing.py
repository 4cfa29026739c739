"""What is handed out of finance: the dossier of a measure or a bundle as PDF, and exposure as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.analysis.bundle_finance import appraise_bundle
from emstrack.analysis.finance import Case
from emstrack.documents.dossier import dossier_document
from emstrack.documents.dossier_values import Dossier
from emstrack.documents.exposure_workbook import SHEETS, exposure_workbook
from emstrack.domain.measures import USUAL_DISCOUNT_RATE
from emstrack.reference.countries import country_name
from emstrack.services.audits.exchange_rates import load_rates
from emstrack.services.programmes.measure_exposure import measure_exposure
from emstrack.services.programmes.show_financing import show_financing
from emstrack.services.reports.report_measures import reported_measures
from emstrack.services.reports.write_report import MEDIA_TYPES, WrittenReport
from emstrack.storage.models import Organisation
from emstrack.storage.scope import scoped, tenant_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from emstrack.analysis.bundle_finance import BundleFinance
    from emstrack.language.languages import Language
    from emstrack.services.programmes.measure_exposure import ExposureRow
    from emstrack.storage.models import Measure


def write_dossier(session: Session, financing_id: int, language: Language, *, now: datetime) -> WrittenReport:
    """Return the dossier of a financing."""
    dossier = gather_dossier(session, financing_id, today=now.date())
    content = dossier_document(dossier, language, made_at=now)
    kept = "".join(letter if letter.isalnum() or letter in " -_" else " " for letter in dossier.title)
    name = "-".join([*kept.split(), language.text("dossier")])[:80]
    return WrittenReport(content, f"{name}-{dossier.made_on.isoformat()}.pdf", MEDIA_TYPES["pdf"], ())


def gather_dossier(session: Session, financing_id: int, *, today: date) -> Dossier:
    """Return what a dossier says."""
    shown = show_financing(session, financing_id, today=today)
    row, facility, coverage = shown.financing, shown.facility, shown.coverage
    measures = reported_measures(session, shown.measures, today=today)
    same = ("own_funds", "sector", "applied_on", "amortization", "annual_rate", "grace", "note", "stage", "exposure")
    told = (
        *("currency", "service", "investment", "estimated", "measured", "haircut"),
        *("estimated_coverage", "measured_coverage", "dscr"),
    )
    return Dossier(
        **{name: getattr(row, name) for name in same},
        **{name: getattr(coverage, name) for name in told},
        title=row.title,
        borrower=shown.borrower.name if shown.borrower else "",
        facility=facility.name,
        lender=facility.lender,
        instrument=facility.instrument,
        place=", ".join(dict.fromkeys(site.name for _, site in shown.measures)),
        amount=row.approved or row.amount,
        cover=float(shown.cover),
        eligibility=facility.eligibility,
        made_on=today,
        is_demonstration=_is_demonstration(session),
        instalments=tuple(coverage.instalments),
        finance=_finance(session, [each for each, _ in shown.measures], coverage.currency, today),
        findings=tuple(coverage.findings),
        measures=tuple(measures),
        owners=tuple(dict.fromkeys(each.owner for each in measures if each.owner)),
    )


def write_exposure(session: Session, language: Language, *, now: datetime) -> WrittenReport:
    """Return exposure as a workbook."""
    found = measure_exposure(session, today=now.date())
    by_name = dict(zip(SHEETS, (found.by_lender, found.by_country, found.by_sector), strict=True))
    named = {
        SHEETS[0]: lambda name: name,
        SHEETS[1]: lambda name: country_name(name, language.code),
        SHEETS[2]: language.label,
    }
    tables = {
        sheet: [_cells(each, named[sheet](each.name) if each.name else language.text("not told")) for each in rows]
        for sheet, rows in by_name.items()
    }
    findings = [language.sentence(each) for each in found.findings]
    content = exposure_workbook(tables, found.base, findings, language)
    name = f"{language.text('exposure')}-{found.day.isoformat()}.xlsx"
    return WrittenReport(content, name, MEDIA_TYPES["xlsx"], ())


def _cells(row: ExposureRow, name: str) -> list[object]:
    amounts = (row.approved, row.disbursed, row.outstanding, row.exposure, row.claimed, row.recovered, row.told)
    return [name, row.currency, row.loans, *amounts]


def _finance(session: Session, measures: Sequence[Measure], currency: str, today: date) -> BundleFinance | None:
    """Appraise a bundle where each measure knows its investment, saving and life, and a rate tells its money."""
    rates = load_rates(session, {currency, *(each.currency for each in measures)})
    cases = []
    for each in measures:
        if each.investment is None or each.annual_saving is None or each.life_years is None:
            return None
        amounts = (each.investment, each.annual_saving, each.residual_value or each.investment * 0)
        told = [rates.convert(amount, each.currency, currency, today) for amount in amounts]
        if any(amount is None for amount in told):
            return None
        investment, yearly, residual = (float(amount or 0) for amount in told)
        rate = USUAL_DISCOUNT_RATE if each.discount_rate is None else each.discount_rate
        cases.append(
            Case(
                investment=investment,
                yearly=yearly,
                life_years=each.life_years,
                rate=rate,
                residual_value=residual,
            )
        )
    return appraise_bundle(cases)


def _is_demonstration(session: Session) -> bool:
    statement = scoped(session, Organisation.is_demonstration).where(Organisation.id == tenant_of(session))
    return bool(session.scalar(statement))
