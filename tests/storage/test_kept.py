"""Sums are kept until something they rest on is written, never for another's eyes, and never by who writes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from conftest import NOW
from factories_measures import make_measure
from factories_sites import make_building, make_meter
from worksheets_filled import filled_details

from emstrack.domain.accounts import Scope
from emstrack.services.savings.assign_saving import assign_saving
from emstrack.services.savings.record_isolated_saving import add_isolated_saving
from emstrack.storage import kept
from emstrack.storage.kept import Kept
from emstrack.storage.models import (
    Baseline,
    Measure,
    MeasureEffect,
    Meter,
    MonthlyValue,
    Organisation,
    SavingsResult,
    SignedSaving,
    Site,
    TenantStamp,
)
from emstrack.storage.scope import every_tenant, set_scope, tenant_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session


@pytest.fixture
def reader(session: Session) -> Session:
    """A session that keeps, as those that only read do; here it writes too, so that a test sees what a write does."""
    session.info.update(kept.info_of_readers())
    return session


def answer(session: Session, value: object) -> object:
    session.info.pop("stamp", None)  # each question as in a transaction of its own
    return kept.kept(session, "sum", lambda: value)


def test_an_answer_is_kept_until_something_is_written(reader: Session) -> None:
    assert answer(reader, 1) == 1
    assert answer(reader, 2) == 1
    make_building(reader)
    assert answer(reader, 3) == 3


def _month(session: Session, meter: Meter) -> None:
    session.add(
        MonthlyValue(
            tenant_id=meter.tenant_id, meter_id=meter.id, month=date(2026, 1, 1), quantity=1.0, currency="",
            coverage=1.0, estimated=0.0,
        )
    )  # fmt: skip


def _baseline(session: Session, meter: Meter) -> None:
    session.add(
        Baseline(
            tenant_id=meter.tenant_id, meter_id=meter.id, revision=1, status="adopted", method="average",
            start=date(2025, 1, 1), end=date(2026, 1, 1), in_months=True, reporting_start=date(2026, 1, 1),
            created_at=NOW,
        )
    )  # fmt: skip


def _rename_site(session: Session, meter: Meter) -> None:
    session.execute(sa.update(Site).where(Site.tenant_id == meter.tenant_id, Site.id == meter.site_id).values(name="N"))


def _rename_organisation(session: Session, meter: Meter) -> None:
    session.execute(sa.update(Organisation).where(Organisation.tenant_id == meter.tenant_id).values(name="Otro"))


def _remove_meter(session: Session, meter: Meter) -> None:
    session.execute(sa.delete(Meter).where(Meter.tenant_id == meter.tenant_id, Meter.id == meter.id))


@pytest.mark.parametrize("write", [_month, _baseline, _rename_site, _rename_organisation, _remove_meter])
def test_whatever_sums_rest_on_raises_the_stamp(reader: Session, write: Callable[[Session, Meter], None]) -> None:
    meter = make_meter(reader, make_building(reader).id)
    assert answer(reader, "before") == "before"
    write(reader, meter)
    reader.flush()
    assert answer(reader, "after") == "after"


def test_a_result_that_goes_stale_raises_the_stamp(reader: Session) -> None:
    meter = make_meter(reader, make_building(reader).id)
    _baseline(reader, meter)
    reader.flush()
    baseline = reader.scalars(sa.select(Baseline).where(Baseline.tenant_id == meter.tenant_id)).one()
    reader.add(
        SavingsResult(
            tenant_id=meter.tenant_id, baseline_id=baseline.id, meter_id=meter.id, site_id=meter.site_id,
            resource="electricity", unit="kWh", counted=True, disqualified=False, reporting_start=date(2026, 1, 1),
            reporting_end=date(2026, 2, 1), item={}, fingerprint="", stale=False, computed_at=NOW,
        )
    )  # fmt: skip
    reader.flush()
    assert answer(reader, "before") == "before"
    owned = SavingsResult.tenant_id == meter.tenant_id
    reader.execute(sa.update(SavingsResult).where(owned).values(stale=True))
    assert answer(reader, "after") == "after"


def _link(session: Session, measure: Measure) -> None:
    saving = add_isolated_saving(session, measure.site_id, filled_details(), now=NOW, today=NOW.date())
    answer(session, "seen")
    assign_saving(session, measure.id, saving.id, now=NOW)


def _effect(session: Session, measure: Measure) -> None:
    session.execute(sa.delete(MeasureEffect).where(MeasureEffect.tenant_id == measure.tenant_id))


def _implement(session: Session, measure: Measure) -> None:
    session.execute(sa.update(Measure).where(Measure.tenant_id == measure.tenant_id).values(status="implemented"))


def _sign(session: Session, measure: Measure) -> None:
    session.add(
        SignedSaving(
            tenant_id=measure.tenant_id, measure_id=measure.id, site_id=measure.site_id, resource="water", unit="m3",
            option="C", kind="measured_line", quantity=1.0, fingerprint="", signed_at=NOW,
        )
    )  # fmt: skip


@pytest.mark.parametrize("write", [_link, _effect, _implement, _sign])
def test_whatever_the_ledger_rests_on_raises_the_stamp(
    reader: Session, write: Callable[[Session, Measure], None]
) -> None:
    measure = make_measure(reader, make_building(reader).id)
    answer(reader, "before")
    write(reader, measure)
    reader.flush()
    assert answer(reader, "after") == "after"


def test_another_scope_never_gets_the_answer(reader: Session) -> None:
    tenant = tenant_of(reader)
    assert answer(reader, "all") == "all"
    set_scope(reader, Scope(tenant, organisation_ids=frozenset({tenant})))
    assert answer(reader, "a part") == "a part"
    set_scope(reader, Scope(tenant, organisation_ids=frozenset({tenant}), site_ids=frozenset({1})))
    assert answer(reader, "a part and a share") == "a part and a share"


def test_a_session_that_writes_neither_keeps_nor_takes(session: Session) -> None:
    assert [kept.kept(session, "sum", lambda: n) for n in (1, 2)] == [1, 2]  # noqa: B023 - called at once


def test_a_tenant_has_one_stamp_however_often_it_is_raised(session: Session) -> None:
    for name in ("Uno", "Dos", "Tres"):
        make_building(session, name)
    with every_tenant(session, "a test counts"):
        assert session.scalar(sa.select(sa.func.count()).select_from(TenantStamp)) == 1


def test_the_least_used_answer_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 2)
    shelf = Kept()
    shelf.keep("a", 1, "A")
    shelf.keep("b", 1, "B")
    assert shelf.take("a", 1) == (True, "A")
    shelf.keep("c", 1, "C")
    assert shelf.take("b", 1) == (False, None)
    assert shelf.take("a", 2) == (False, None)
