"""The audit report tells of balances as their page does: closure, losses by money, loads."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
from conftest import NOW
from factories_balances import Kept, make_balance
from factories_sites import make_building

from emstrack.language.languages import Language
from emstrack.services.reports.report_balances import gather_balances
from emstrack.services.reports.report_measures import write_measures_report

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session


def a_lot(session: Session) -> int:
    """One step: 10 t go in, 9 t come out as product and 0.8 t are lost."""
    site = make_building(session, "Curtiembre")
    to = Kept(session, make_balance(session, site, title="Un lote"))
    soak = to.step("Remojo")
    to.flow("input", "Pieles", 10, "t", target=soak, unit_cost=Decimal(100))
    to.flow("product", "Cuero", 9, "t", source=soak)
    to.flow("loss", "Recortes", 0.5, "t", source=soak)
    to.flow("loss", "Sal", 0.3, "t", source=soak, disposal_unit_cost=Decimal(2000))
    return site.id


def test_it_closes_and_ranks_losses_by_money(session: Session) -> None:
    (told,) = gather_balances(session, a_lot(session))
    step, whole = told.mass
    assert (step.name, whole.name) == ("Remojo", "")
    assert (whole.inward, whole.outward) == (10_000, 9_800)
    assert whole.closes
    assert [loss.name for loss in told.losses] == ["Sal", "Recortes"]
    assert told.cost_of_losses == sum(loss.cost for loss in told.losses)


def test_a_site_without_balances_has_none_to_tell_of(session: Session) -> None:
    site = make_building(session)
    make_balance(session, site, title="Vacío")
    assert gather_balances(session, site.id) == ()


def test_a_report_goes_out_with_balances_alone_and_the_workbook_has_their_figures(
    session: Session, tmp_path: Path
) -> None:
    site_id = a_lot(session)
    written = write_measures_report(session, site_id, "xlsx", Language("es"), now=NOW)
    (tmp_path / "b.xlsx").write_bytes(written.content)
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    assert [cell.value for cell in book["Pérdidas"][2]][:3] == ["Un lote", "Sal", "Remojo"]
    assert write_measures_report(session, site_id, "pdf", Language("es"), now=NOW).content.startswith(b"%PDF")
