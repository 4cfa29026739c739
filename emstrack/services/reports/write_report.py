"""A savings report as a file: gathered, drawn, written; and its baselines locked once it is handed out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emstrack.documents.portfolio_report import portfolio_report
from emstrack.documents.savings_workbook import savings_workbook
from emstrack.documents.site_report import site_report
from emstrack.domain.errors import RefusedError
from emstrack.services.reports.draw_charts import draw_item, draw_main, draw_total
from emstrack.services.reports.report_savings import gather_portfolio, gather_site, readings_behind

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.language.languages import Language
    from emstrack.services.reports.report_savings import Gathered

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""What a report can be, by its file's ending."""


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """A report's bytes, the name it is saved under, and the baselines it rests on."""

    content: bytes
    name: str
    media_type: str
    baseline_ids: tuple[int, ...]


def write_site_report(
    session: Session, site_id: int, ending: str, language: Language, *, preview: bool = False, now: datetime
) -> WrittenReport:
    """Return the report of one site as `pdf` or `xlsx`; a preview says on every page that it is none to hand out.

    Raises
    ------
    RefusedError
        ``report.unknown_ending``; ``report.nothing_adopted``; ``report.too_many_readings``.
    NotFoundError
        Where the site is not there, or not to be seen.
    """
    check_ending(ending)
    gathered = _marked(gather_site(session, site_id, now=now), preview=preview)
    if ending == "xlsx":
        return _workbook(session, gathered, language)
    report = gathered.report
    drawn = {item.meter_id: draw_item(item, language) for item in report.items}
    pictures = {meter_id: picture for meter_id, picture in drawn.items() if picture is not None}
    return _written(gathered, site_report(report, draw_main(report.totals, language), pictures, language, made_at=now))


def write_portfolio_report(
    session: Session, title: str, ending: str, language: Language, *, preview: bool = False, now: datetime
) -> WrittenReport:
    """Return the report of everything the scope may see, under a title, as `pdf` or `xlsx`; refused as a site's is."""
    check_ending(ending)
    gathered = _marked(gather_portfolio(session, title, now=now), preview=preview)
    if ending == "xlsx":
        return _workbook(session, gathered, language)
    report = gathered.report
    pictures = [draw_total(total, language) for total in report.totals]
    made = portfolio_report(report, draw_main(report.totals, language), pictures, language, made_at=now)
    return _written(gathered, made)


def _marked(gathered: Gathered, *, preview: bool) -> Gathered:
    return replace(gathered, report=replace(gathered.report, preview=preview))


def check_ending(ending: str) -> None:
    """Refuse an ending that is neither of the two, before anything is computed."""
    if ending not in MEDIA_TYPES:
        raise RefusedError("report.unknown_ending", ending=ending, known=[f".{each}" for each in MEDIA_TYPES])


def _workbook(session: Session, gathered: Gathered, language: Language) -> WrittenReport:
    made = savings_workbook(gathered.report, readings_behind(session, gathered), language)
    return _written(gathered, made, "xlsx")


def _written(gathered: Gathered, content: bytes, ending: str = "pdf") -> WrittenReport:
    kept = "".join(letter if letter.isalnum() or letter in " -_" else " " for letter in gathered.report.title)
    name = "-".join(kept.split())[:80] or "report"
    made_on = gathered.report.made_on.isoformat()
    name += "-preview" if gathered.report.preview else ""
    return WrittenReport(content, f"{name}-{made_on}.{ending}", MEDIA_TYPES[ending], gathered.baseline_ids)
