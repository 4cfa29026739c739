"""A programme gathered for a report, and written as PDF or workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emstrack.documents.programme_report import programme_report
from emstrack.documents.programme_values import ProgrammeReport
from emstrack.documents.programme_workbook import programme_workbook
from emstrack.domain.errors import RefusedError
from emstrack.services.programmes.show_programme import show_programme
from emstrack.services.reports.write_report import MEDIA_TYPES, WrittenReport, check_ending
from emstrack.storage.models import Cohort, Measure, Organisation, ProgrammeSite, Site
from emstrack.storage.queries import programmes as queries
from emstrack.storage.scope import every_tenant, scoped, tenant_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from emstrack.language.languages import Language
    from emstrack.services.programmes.show_programme import ShownProgramme


def write_programme_report(
    session: Session, programme_id: int, ending: str, language: Language, *, now: datetime
) -> WrittenReport:
    """Return the report of a programme as `pdf` or `xlsx`.

    Raises
    ------
    RefusedError
        ``report.unknown_ending``; ``report.empty_programme``.
    """
    check_ending(ending)
    report = _gather(session, show_programme(session, programme_id, today=now.date()), today=now.date())
    if not (report.cohorts or report.published or report.cases or report.activities):
        raise RefusedError("report.empty_programme", programme=report.title)
    if ending == "xlsx":
        content = programme_workbook(report, language)
    else:
        content = programme_report(report, language, made_at=now)
    kept = "".join(letter if letter.isalnum() or letter in " -_" else " " for letter in report.title)
    name = "-".join(kept.split())[:80] or "programme"
    return WrittenReport(content, f"{name}-{report.made_on.isoformat()}.{ending}", MEDIA_TYPES[ending], ())


def _gather(session: Session, shown: ShownProgramme, *, today: date) -> ProgrammeReport:
    row, results = shown.row, shown.results
    with every_tenant(session, "the name of the tenant a programme belongs to"):
        root = session.get_one(Organisation, tenant_of(session))
    return ProgrammeReport(
        title=row.name,
        organisation=root.name,
        summary=row.summary,
        partners=row.partners,
        made_on=today,
        year=results.year,
        currency=results.currency,
        is_demonstration=bool(root.is_demonstration),
        rows=results.rows,
        total=results.total,
        published=results.published,
        published_total=results.published_total,
        cases=results.cases,
        findings=results.findings,
        cohorts=shown.cohorts,
        activities=shown.activities,
        indicators=shown.indicators,
        money=shown.money,
        sites=_sites(session, row.id, today, linked=shown.linked),
        measures=_measures(session, row.id),
    )


def _sites(session: Session, programme_id: int, today: date, *, linked: bool) -> Iterator[dict[str, Any]]:
    columns = (ProgrammeSite.cohort_id, Site.name.label("site"), ProgrammeSite.sector, ProgrammeSite.destination)
    names = {row.id: row.name for row in session.execute(_cohorts(session, programme_id))}
    rows = list(session.execute(queries.own_part(session, programme_id).with_only_columns(*columns)))
    if linked:
        with every_tenant(session, "names of sites that other tenants gave to a programme"):
            part = queries.linked_part(session, programme_id, today)
            rows += list(session.execute(part.with_only_columns(*columns)))
    for row in sorted(rows, key=lambda each: (each.cohort_id, each.site)):
        yield {
            "cohort": names.get(row.cohort_id, ""),
            "site": row.site,
            "sector": row.sector,
            "destination": row.destination,
        }


def _measures(session: Session, programme_id: int) -> Iterator[dict[str, Any]]:
    """Yield the measures of the tenant's own sites; of others' a programme was given sums alone."""
    names = {row.id: row.name for row in session.execute(_cohorts(session, programme_id))}
    statement = (
        queries.own_part(session, programme_id)
        .join(Measure, Measure.site_id == ProgrammeSite.site_id)
        .where(Measure.tenant_id == tenant_of(session), Measure.archived_at.is_(None))
        .with_only_columns(
            *(ProgrammeSite.cohort_id, Site.name.label("site"), ProgrammeSite.sector, Measure.title, Measure.status),
            *(Measure.currency, Measure.investment, Measure.annual_saving, Measure.implemented_on),
        )
        .order_by(ProgrammeSite.cohort_id, Site.name, Measure.id)
    )
    for row in session.execute(statement).mappings():
        counted = row["status"] in queries.IMPLEMENTED
        yield {**row, "cohort": names.get(row["cohort_id"], ""), "counted": counted}


def _cohorts(session: Session, programme_id: int) -> Any:
    return scoped(session, Cohort.id, Cohort.name).where(Cohort.programme_id == programme_id)
