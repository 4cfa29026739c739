"""The reading after an index follows it, whatever becomes of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW
from factories_entry import make_meter, make_site

from emstrack.domain.periods import Month
from emstrack.services.readings.delete_reading import delete_reading
from emstrack.services.readings.enter_reading import enter_reading
from emstrack.services.readings.undo_entry import undo_entry
from emstrack.services.readings.verify_history import verify_history
from emstrack.storage.models import Meter, MonthlyValue, Reading
from emstrack.storage.scope import find, scoped

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

JANUARY = Month(2026, 1)
FEBRUARY, MARCH = JANUARY.plus(1), JANUARY.plus(2)


@pytest.fixture
def meter(session: Session) -> Meter:
    return make_meter(session, make_site(session), reads_index=True)


@pytest.fixture
def three(session: Session, meter: Meter) -> tuple[Any, Any, Any]:
    """1,000 at the end of January, 1,100 of February, 1,300 of March."""
    texts = ((JANUARY, "1000"), (FEBRUARY, "1100"), (MARCH, "1300"))
    first, second, third = (index(session, meter, month, text) for month, text in texts)
    return first, second, third


def index(session: Session, meter: Meter, month: Month, text: str, **values: Any) -> Any:
    return enter_reading(session, meter.id, month=month, index_text=text, now=NOW, **values)


def months(session: Session) -> dict[str, float]:
    session.expire_all()
    rows = session.scalars(scoped(session, MonthlyValue))
    return {str(row.month)[:7]: round(row.quantity, 6) for row in rows}


def codes(findings: Any) -> list[str]:
    return [finding.code for finding in findings]


def test_without_the_index_in_between_the_next_counts_over_both_months(session: Session, three: Any) -> None:
    _, february, march = three
    row, findings = delete_reading(session, february.reading_id, version=1, reason="typed twice", now=NOW)
    assert (row.id, codes(findings)) == (february.reading_id, ["entry.next_follows"])
    left = find(session, Reading, march.reading_id)
    assert (left.start, left.end, left.index_start, left.quantity) == (FEBRUARY.start, MARCH.end, 1000, 300)
    assert sum(months(session).values()) == pytest.approx(300)
    assert verify_history(session).holds


def test_an_index_read_earlier_than_said_gives_its_days_to_the_next(session: Session, meter: Meter, three: Any) -> None:
    _, february, march = three
    day = date(2026, 2, 20)
    moved = enter_reading(
        session,
        meter.id,
        start=FEBRUARY.start,
        end=day,
        index_text="1100",
        reading_id=february.reading_id,
        version=1,
        now=NOW,
    )
    assert (moved.quantity, codes(moved.findings)) == (100, ["entry.next_follows"])
    following = find(session, Reading, march.reading_id)
    assert (following.start, following.quantity) == (day, 200)
    undo_entry(session, "reading", february.reading_id, version=moved.version, now=NOW)
    session.expire_all()
    again = find(session, Reading, march.reading_id)
    assert (again.start, again.index_start, again.quantity) == (MARCH.start, 1100, 200)
    assert months(session) == {"2026-02": 100, "2026-03": 200}
    assert verify_history(session).holds


def test_undoing_a_corrected_index_takes_the_next_back_with_it(session: Session, meter: Meter, three: Any) -> None:
    _, february, march = three
    corrected = index(session, meter, FEBRUARY, "1150", reading_id=february.reading_id, version=1)
    assert months(session) == {"2026-02": 150, "2026-03": 150}
    undo_entry(session, "reading", february.reading_id, version=corrected.version, now=NOW)
    assert months(session) == {"2026-02": 100, "2026-03": 200}
    assert find(session, Reading, march.reading_id).index_start == 1100


def test_undoing_a_new_index_leaves_the_next_with_all_of_it(session: Session, meter: Meter) -> None:
    index(session, meter, JANUARY, "1000")
    february = index(session, meter, FEBRUARY, "1100")
    march = index(session, meter, MARCH, "1300")
    assert undo_entry(session, "reading", february.reading_id, version=1, now=NOW) is None
    assert find(session, Reading, march.reading_id).quantity == 300


def test_where_no_earlier_index_is_known_the_next_stays_and_is_named(session: Session, three: Any) -> None:
    january, february, _ = three
    _, findings = delete_reading(session, january.reading_id, version=1, reason="wrong meter", now=NOW)
    assert codes(findings) == ["entry.next_stays"]
    left = find(session, Reading, february.reading_id)
    assert (left.quantity, left.index_start, left.version) == (100, 1000, 1)


def test_a_quantity_in_between_is_not_counted_twice(session: Session, meter: Meter, three: Any) -> None:
    _, february, march = three
    typed = {"month": FEBRUARY, "quantity_text": "90", "reading_id": february.reading_id, "version": 1}
    changed = enter_reading(session, meter.id, **typed, now=NOW)
    assert codes(changed.findings) == ["entry.next_stays"]
    assert find(session, Reading, march.reading_id).quantity == 200


def test_an_index_above_the_next_one_is_taken_and_the_next_is_named(session: Session, meter: Meter, three: Any) -> None:
    _, february, march = three
    high = index(session, meter, FEBRUARY, "1400", reading_id=february.reading_id, version=1)
    assert (high.quantity, codes(high.findings)) == (400, ["entry.next_stays"])
    assert find(session, Reading, march.reading_id).quantity == 200


def test_a_reading_without_an_index_moves_nothing(session: Session) -> None:
    meter = make_meter(session, make_site(session, "Otra"))
    first = enter_reading(session, meter.id, month=JANUARY, quantity_text="10", now=NOW)
    enter_reading(session, meter.id, month=FEBRUARY, quantity_text="20", now=NOW)
    assert delete_reading(session, first.reading_id, version=1, reason="no", now=NOW)[1] == ()
