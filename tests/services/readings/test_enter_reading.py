"""A reading typed by hand is checked, stored, split into months and kept in history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from conftest import NOW
from factories_entry import fill_months, make_meter, make_site

from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.errors import ConflictError, NotAllowedError, NotFoundError, RefusedError
from emstrack.domain.periods import Month
from emstrack.domain.readings import ReadingKind
from emstrack.domain.typed import Writing
from emstrack.services.readings.enter_reading import enter_reading
from emstrack.services.readings.verify_history import verify_history
from emstrack.storage.models import History, HistoryLink, IdempotencyKey, Meter, MonthlyValue, Organisation, Reading
from emstrack.storage.scope import find, scope_of, scoped, set_scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MARCH = Month(2026, 3)


@pytest.fixture
def meter(session: Session) -> Meter:
    return make_meter(session, make_site(session))


def readings(session: Session) -> list[Reading]:
    return list(session.scalars(scoped(session, Reading).order_by(Reading.start)))


def month(session: Session, meter: Meter, first: date) -> MonthlyValue | None:
    query = scoped(session, MonthlyValue).where(MonthlyValue.meter_id == meter.id, MonthlyValue.month == first)
    return session.scalars(query).one_or_none()


def test_a_month_typed_is_a_reading_and_a_monthly_value(session: Session, meter: Meter) -> None:
    entered = enter_reading(session, meter.id, month=MARCH, quantity_text="1,234.5", cost_text="$ 2,500.10", now=NOW)
    assert (entered.status, entered.quantity, entered.cost) == ("new", 1234.5, Decimal("2500.1"))
    [row] = readings(session)
    assert (row.start, row.end, row.currency, row.quantity_text) == (MARCH.start, MARCH.end, "MXN", "1,234.5")
    value = month(session, meter, MARCH.start)
    assert value is not None
    assert (value.quantity, value.cost, value.coverage) == (pytest.approx(1234.5), Decimal("2500.1"), 1)


def test_a_bill_that_runs_over_the_month_end_is_split_by_days(session: Session, meter: Meter) -> None:
    enter_reading(session, meter.id, start=date(2025, 1, 15), end=date(2025, 2, 14), quantity_text="3000", now=NOW)
    enter_reading(session, meter.id, start=date(2025, 2, 14), end=date(2025, 3, 17), quantity_text="3720", now=NOW)
    february = month(session, meter, date(2025, 2, 1))
    assert february is not None
    assert february.quantity == pytest.approx(3100)
    january = month(session, meter, date(2025, 1, 1))
    assert january is not None
    assert january.coverage == pytest.approx(17 / 31)


def test_a_unit_typed_after_the_number_is_converted(session: Session) -> None:
    meter = make_meter(session, make_site(session), unit="kWh")
    entered = enter_reading(session, meter.id, month=MARCH, quantity_text="1.5 MWh", now=NOW)
    assert (entered.unit, entered.canonical_quantity) == ("MWh", 1500)


def test_a_fuels_basis_is_kept_and_never_mixed(session: Session) -> None:
    meter = make_meter(session, make_site(session), resource="lpg", unit="kg")
    enter_reading(session, meter.id, month=MARCH, quantity_text="100", now=NOW)
    assert session.scalar(scoped(session, Meter.basis)) == "net"
    with pytest.raises(RefusedError) as told:
        enter_reading(session, meter.id, month=MARCH.plus(1), quantity_text="10 therm", now=NOW)
    assert told.value.code == "entry.basis_mixed"


def test_the_same_again_is_unchanged_and_leaves_no_trace(session: Session, meter: Meter) -> None:
    for _ in range(2):
        entered = enter_reading(session, meter.id, month=MARCH, quantity_text="100", now=NOW)
    assert entered.status == "unchanged"
    assert len(readings(session)) == 1
    assert session.scalar(scoped(session, sa.func.count(HistoryLink.id))) == 1


def test_a_change_keeps_old_new_and_why(session: Session, meter: Meter) -> None:
    first = enter_reading(session, meter.id, month=MARCH, quantity_text="100", now=NOW)
    changed = enter_reading(
        session,
        meter.id,
        month=MARCH,
        quantity_text="120",
        reading_id=first.reading_id,
        version=first.version,
        reason="Misread",
        now=NOW,
    )
    assert (changed.status, changed.version) == ("changed", 2)
    [kept] = session.scalars(scoped(session, History))
    assert (kept.old["quantity"], kept.new["quantity"], kept.reason) == (100, 120, "Misread")
    value = month(session, meter, MARCH.start)
    assert value is not None
    assert value.quantity == pytest.approx(120)
    assert verify_history(session).holds


def test_moving_the_days_of_a_reading_moves_its_months(session: Session, meter: Meter) -> None:
    first = enter_reading(session, meter.id, month=MARCH, quantity_text="100", now=NOW)
    enter_reading(
        session,
        meter.id,
        month=MARCH.plus(1),
        quantity_text="100",
        reading_id=first.reading_id,
        version=1,
        now=NOW,
    )
    assert month(session, meter, MARCH.start) is None
    assert month(session, meter, MARCH.plus(1).start) is not None


def test_somebody_elses_value_is_a_conflict_with_both_sides(session: Session, meter: Meter) -> None:
    enter_reading(session, meter.id, month=MARCH, quantity_text="100", cost_text="5", now=NOW)
    with pytest.raises(ConflictError) as told:
        enter_reading(session, meter.id, month=MARCH, quantity_text="120", now=NOW)
    assert (told.value.evidence["mine"], told.value.evidence["theirs"]) == ("120 kWh", "100 kWh, MXN 5")
    current = told.value.evidence["current"]
    assert isinstance(current, dict)
    assert (current["version"], current["quantity"]) == (1, 100)


def test_a_version_that_moved_on_is_a_conflict(session: Session, meter: Meter) -> None:
    first = enter_reading(session, meter.id, month=MARCH, quantity_text="100", now=NOW)
    over = {"month": MARCH, "reading_id": first.reading_id, "version": 1, "now": NOW}
    enter_reading(session, meter.id, quantity_text="110", **over)
    with pytest.raises(ConflictError):
        enter_reading(session, meter.id, quantity_text="120", **over)
    assert [row.quantity for row in readings(session)] == [110]


def test_the_same_key_gets_the_same_answer_and_writes_once(session: Session, meter: Meter) -> None:
    sent = {"month": MARCH, "quantity_text": "100", "key": "k1", "now": NOW}
    assert enter_reading(session, meter.id, **sent) == enter_reading(session, meter.id, **sent)
    assert len(readings(session)) == 1
    with pytest.raises(RefusedError) as told:
        enter_reading(session, meter.id, **{**sent, "quantity_text": "101"})
    assert told.value.code == "entry.key_reused"


def test_an_answer_is_kept_for_a_week(session: Session, meter: Meter) -> None:
    enter_reading(session, meter.id, month=MARCH, quantity_text="100", key="k1", now=NOW)
    enter_reading(session, meter.id, month=MARCH.plus(1), quantity_text="100", now=NOW.replace(day=9))
    assert session.scalar(scoped(session, sa.func.count(IdempotencyKey.id))) == 0


@pytest.mark.parametrize(
    ("typed", "code", "column"),
    [
        ({"quantity_text": ""}, "entry.quantity_missing", "quantity"),
        ({"quantity_text": "abc"}, "entry.number_not_understood", "quantity"),
        ({"quantity_text": "1.234"}, "entry.number_ambiguous", "quantity"),
        ({"quantity_text": "-5"}, "entry.negative", "quantity"),
        ({"quantity_text": "5 gallons of gin"}, "entry.unit_unknown", "quantity"),
        ({"quantity_text": "5 m3"}, "unit.does_not_fit", "quantity"),
        ({"quantity_text": "5", "cost_text": "much"}, "entry.number_not_understood", "cost"),
        ({"quantity_text": "5", "start": date(2026, 4, 1)}, "period.backward", "end"),
        ({"quantity_text": "", "index_text": "-1"}, "entry.index_negative", "index"),
    ],
)
def test_what_cannot_be_taken_is_refused_at_its_field(
    session: Session, meter: Meter, typed: dict[str, object], code: str, column: str
) -> None:
    with pytest.raises(RefusedError) as told:
        enter_reading(session, meter.id, month=MARCH, now=NOW, **typed)  # type: ignore[arg-type]
    assert [(finding.code, finding.column) for finding in told.value.findings] == [(code, column)]
    assert readings(session) == []


def test_all_that_is_wrong_is_said_at_once(session: Session, meter: Meter) -> None:
    with pytest.raises(RefusedError) as told:
        enter_reading(session, meter.id, month=MARCH, quantity_text="x", cost_text="y", now=NOW)
    assert [finding.column for finding in told.value.findings] == ["quantity", "cost"]


def test_without_days_nothing_is_taken(session: Session, meter: Meter) -> None:
    with pytest.raises(RefusedError) as told:
        enter_reading(session, meter.id, quantity_text="1", now=NOW)
    assert told.value.code == "entry.period_missing"


def test_a_credit_may_be_negative(session: Session, meter: Meter) -> None:
    entered = enter_reading(
        session, meter.id, month=MARCH, quantity_text="-5", cost_text="-10", kind=ReadingKind.CREDIT, now=NOW
    )
    assert (entered.quantity, entered.cost) == (-5, Decimal(-10))


def test_days_that_another_reading_covers_are_refused(session: Session, meter: Meter) -> None:
    enter_reading(session, meter.id, month=MARCH, quantity_text="100", now=NOW)
    with pytest.raises(RefusedError) as told:
        enter_reading(session, meter.id, start=date(2026, 3, 20), end=date(2026, 4, 20), quantity_text="9", now=NOW)
    assert told.value.code == "entry.overlap"
    assert told.value.findings[0].evidence["reading_id"] == readings(session)[0].id


def test_without_a_currency_the_quantity_is_kept_and_the_cost_refused(session: Session) -> None:
    site = make_site(session, currency="")
    find(session, Organisation, site.organisation_id).currency = ""
    session.flush()
    entered = enter_reading(
        session, make_meter(session, site).id, month=MARCH, quantity_text="5", cost_text="10", now=NOW
    )
    assert (entered.quantity, entered.cost) == (5, None)
    assert [finding.code for finding in entered.findings] == ["entry.no_currency"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("1000", ""), ("1400", "entry.above_usual"), ("10000", "entry.ten_times"), ("100", "entry.a_tenth")],
)
def test_what_is_unusual_is_saved_and_said(session: Session, meter: Meter, text: str, code: str) -> None:
    fill_months(session, meter, "2025-08", [1000, 1010, 990, 1005, 1000, 995])
    entered = enter_reading(session, meter.id, month=Month(2026, 2), quantity_text=text, now=NOW)
    assert entered.status == "new"
    assert [finding.code for finding in entered.findings] == ([code] if code else [])


def test_an_unusual_price_is_said(session: Session, meter: Meter) -> None:
    fill_months(session, meter, "2025-08", [1000, 1010, 990, 1005])
    entered = enter_reading(session, meter.id, month=Month(2025, 12), quantity_text="1000", cost_text="20,000", now=NOW)
    assert [finding.code for finding in entered.findings] == ["entry.unusual_price"]


def test_a_period_still_to_come_is_said(session: Session, meter: Meter) -> None:
    entered = enter_reading(session, meter.id, month=Month(2026, 12), quantity_text="1", now=NOW)
    assert [finding.code for finding in entered.findings] == ["entry.future"]


def test_the_writing_decides_what_a_comma_means(session: Session, meter: Meter) -> None:
    entered = enter_reading(session, meter.id, month=MARCH, quantity_text="1.234,5", writing=Writing(",", "."), now=NOW)
    assert entered.quantity == 1234.5


def test_without_the_permission_nothing_is_entered(session: Session, meter: Meter) -> None:
    set_scope(session, replace(scope_of(session), permissions=frozenset({Permission.VIEW})))
    with pytest.raises(NotAllowedError):
        enter_reading(session, meter.id, month=MARCH, quantity_text="1", now=NOW)


def test_a_meter_that_may_not_be_seen_is_not_there(session: Session, meter: Meter) -> None:
    narrow = Scope(scope_of(session).tenant_id, organisation_ids=frozenset(), permissions=frozenset(Permission))
    set_scope(session, narrow)
    with pytest.raises(NotFoundError):
        enter_reading(session, meter.id, month=MARCH, quantity_text="1", now=NOW)
