"""Adjustments are agreed, corrected and withdrawn with a reason, and every saving follows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from conftest import NOW
from factories_savings import give_months, year
from factories_sites import make_building, make_meter

from emstrack.documents.report_words import facts
from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.errors import ConflictError, NotAllowedError, NotFoundError, RefusedError
from emstrack.domain.periods import Period
from emstrack.gateways.stored_files import StoredFiles
from emstrack.language.languages import Language
from emstrack.services.readings.keep_bill import SentFile
from emstrack.services.reports.report_savings import gather_site
from emstrack.services.savings.adopt_baseline import Plan, adopt_baseline, propose_baseline
from emstrack.services.savings.compute_savings import Asked, compute_savings
from emstrack.services.savings.refresh_results import read_item, refresh_results
from emstrack.services.savings.set_adjustment import (
    Agreed,
    add_adjustment,
    change_adjustment,
    withdraw_adjustment,
)
from emstrack.services.savings.set_closed_period import LeftOut, add_closed_period
from emstrack.services.sites.list_changes import changes_of_meter
from emstrack.storage.models import Meter, SavingsResult, StoredFile
from emstrack.storage.scope import scoped, set_scope, tenant_of
from emstrack.web.presenters.sites import change_entries

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from emstrack.analysis.savings_types import MeterSaving

POOL = Agreed(start=date(2025, 7, 1), per_month=50.0, half_width=0.2, agreed_by="Comité, acta 14", reason="a pool")


@pytest.fixture
def meter(session: Session) -> Meter:
    """Electricity: a year at 1,000 kWh, then a year at 900, with a baseline adopted."""
    found = make_meter(session, make_building(session).id)
    give_months(session, found, "2024-01", year(1000, 20) + year(900, 20))
    draft = propose_baseline(session, found.id, Plan(period=Period.parse("2024-01:2024-12")), now=NOW)
    adopt_baseline(session, draft.id, reason="the year before", version=draft.version, now=NOW)
    return found


def saving(session: Session) -> MeterSaving:
    return compute_savings(session, Asked()).items[0]


def test_an_adjustment_raises_the_adjusted_baseline_from_its_day_on_and_widens_the_band(
    session: Session, meter: Meter
) -> None:
    before = saving(session)
    add_adjustment(session, meter.id, POOL, now=NOW)
    after = saving(session)
    assert after.adjusted_by == pytest.approx(300)
    assert after.avoided == pytest.approx(before.avoided + 300)
    assert after.band_90 == pytest.approx((before.band_90**2 + 60**2) ** 0.5)
    assert [(each.start, each.per_month) for each in after.adjustments] == [(date(2025, 7, 1), 50.0)]
    assert before.adjusted_by is None


def test_a_fraction_lowers_it_until_its_last_day(session: Session, meter: Meter) -> None:
    before = saving(session)
    wing = Agreed(start=date(2025, 1, 1), end=date(2025, 3, 1), fraction=-0.1, agreed_by="Ana", reason="a wing closed")
    add_adjustment(session, meter.id, wing, now=NOW)
    two = sum(each.adjusted_baseline or 0 for each in before.months[:2])
    assert saving(session).avoided == pytest.approx(before.avoided - 0.1 * two)


def test_m_20_3_an_adjustment_that_touches_the_baseline_is_not_added_again(session: Session, meter: Meter) -> None:
    before = saving(session).avoided
    add_adjustment(session, meter.id, Agreed(**{**kept(POOL), "start": date(2024, 12, 1)}), now=NOW)
    assert saving(session).avoided == before


def kept(agreed: Agreed) -> dict[str, object]:
    return {name: getattr(agreed, name) for name in Agreed.__slots__}


def test_a_prepared_result_is_stale_until_it_is_computed_anew_and_then_the_same(session: Session, meter: Meter) -> None:
    refresh_results(session, now=NOW)
    row = add_adjustment(session, meter.id, POOL, now=NOW)
    assert session.scalars(scoped(session, SavingsResult.stale)).one() is True
    assert refresh_results(session, now=NOW) == 1
    stored = session.scalars(scoped(session, SavingsResult.item)).one()
    assert read_item(stored) == saving(session)
    withdraw_adjustment(session, row.id, reason="it never opened", version=row.version, now=NOW)
    assert refresh_results(session, now=NOW) == 1


def test_the_database_itself_marks_a_saving_stale_when_a_row_is_written(session: Session, meter: Meter) -> None:
    row = add_adjustment(session, meter.id, POOL, now=NOW)
    refresh_results(session, now=NOW)
    table = row.__table__
    session.execute(sa.update(table).where(table.c.tenant_id == tenant_of(session)).values(per_month=60.0))
    assert session.scalars(scoped(session, SavingsResult.stale)).one() is True


def test_a_correction_needs_the_version_it_was_read_with(session: Session, meter: Meter) -> None:
    row = add_adjustment(session, meter.id, POOL, now=NOW)
    first = Agreed(**{**kept(POOL), "per_month": 80.0})
    change_adjustment(session, row.id, first, version=1, now=NOW)
    with pytest.raises(ConflictError) as conflict:
        change_adjustment(session, row.id, Agreed(**{**kept(POOL), "per_month": 20.0}), version=1, now=NOW)
    assert (conflict.value.evidence["mine"], conflict.value.evidence["theirs"]) == ("20.0", "80.0")


def test_what_was_withdrawn_stays_with_who_and_why_and_changes_nothing(session: Session, meter: Meter) -> None:
    before = saving(session).avoided
    row = add_adjustment(session, meter.id, POOL, now=NOW)
    withdraw_adjustment(session, row.id, reason="it never opened", version=row.version, now=NOW)
    assert saving(session).avoided == before
    assert row.withdrawn_because == "it never opened"
    told = [(each.field, each.reason) for each in changes_of_meter(session, meter.id)]
    assert told[0] == (f"adjustment {row.id}", "it never opened")
    with pytest.raises(RefusedError, match="withdrawn_already"):
        withdraw_adjustment(session, row.id, reason="again", version=row.version, now=NOW)


def test_the_evidence_is_kept_with_the_site(session: Session, meter: Meter, tmp_path: Path) -> None:
    sent = SentFile(b"%PDF-1.4 minutes of the committee", "acta.pdf")
    row = add_adjustment(session, meter.id, POOL, now=NOW, evidence=sent, files=StoredFiles(tmp_path))
    stored = session.scalars(scoped(session, StoredFile)).one()
    assert (row.file_id, stored.site_id, stored.name) == (stored.id, meter.site_id, "acta.pdf")


def test_a_report_says_what_was_agreed_and_which_days_are_left_out(session: Session, meter: Meter) -> None:
    add_adjustment(session, meter.id, POOL, now=NOW)
    storm = LeftOut(start=date(2025, 3, 4), end=date(2025, 3, 9), reason="a storm")
    add_closed_period(session, meter.site_id, storm, now=NOW)
    (item,) = gather_site(session, meter.site_id, now=NOW).report.items
    told = dict(facts(item, Language("en")))
    agreed = told["Agreed adjustments"].replace("\N{NO-BREAK SPACE}", " ")
    assert agreed == "300 kWh (50.0 kWh a month, from 1 Jul 2025 on)"
    assert told["Days left out"] == "4 Mar 2025 until 9 Mar 2025"


def test_its_history_is_told_in_words(session: Session, meter: Meter) -> None:
    row = add_adjustment(session, meter.id, POOL, now=NOW)
    withdraw_adjustment(session, row.id, reason="it never opened", version=row.version, now=NOW)
    withdrawn, added = change_entries(changes_of_meter(session, meter.id), "UTC", Language("en"))
    assert added["what"].startswith("Adjustment: ")
    for part in ("From: 1 Jul 2025", "Quantity a month: 50", "Uncertainty: 20.0 %"):
        assert part in added["what"]
    assert "Reason for withdrawing: it never opened" in withdrawn["what"] + withdrawn["new"]
    assert "withdrawn_by" not in str(withdrawn)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"start": None}, "adjustment.start_missing", "start"),
        ({"end": date(2025, 7, 1)}, "adjustment.backward", "end"),
        ({"per_month": None}, "adjustment.amount_missing", "amount"),
        ({"per_month": 0.0}, "adjustment.amount_missing", "amount"),
        ({"per_month": None, "fraction": 1.5}, "adjustment.fraction_too_large", "amount"),
        ({"half_width": -0.1}, "adjustment.half_width_not_possible", "half_width"),
        ({"half_width": float("nan")}, "adjustment.half_width_not_possible", "half_width"),
        ({"reason": "  "}, "adjustment.reason_missing", "reason"),
        ({"agreed_by": " "}, "adjustment.nobody_agreed", "agreed_by"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_cannot_be_agreed_is_refused_beside_its_field(
    session: Session, meter: Meter, change: dict[str, object], code: str, field: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        add_adjustment(session, meter.id, Agreed(**{**kept(POOL), **change}), now=NOW)
    assert (refused.value.code, refused.value.evidence["field"]) == (code, field)


def test_a_viewer_may_not_agree_and_another_tenant_sees_nothing(session: Session, meter: Meter) -> None:
    row = add_adjustment(session, meter.id, POOL, now=NOW)
    set_scope(session, Scope(tenant_of(session), permissions=frozenset({Permission.VIEW})))
    with pytest.raises(NotAllowedError):
        add_adjustment(session, meter.id, POOL, now=NOW)
    set_scope(session, Scope(tenant_of(session) + 1, permissions=frozenset(Permission)))
    with pytest.raises(NotFoundError):
        withdraw_adjustment(session, row.id, reason="not mine", version=1, now=NOW)
