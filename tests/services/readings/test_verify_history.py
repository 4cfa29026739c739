"""Nothing is changed behind the chain's back without its noticing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from conftest import NOW
from factories_entry import make_meter, make_site
from factories_imports import Desk, bills

from emstrack.domain.readings import ReadingKind
from emstrack.domain.typed import Writing
from emstrack.services.readings.change_reading import change_reading
from emstrack.services.readings.enter_reading import enter_reading
from emstrack.services.readings.interpret_reading import TypedReading
from emstrack.services.readings.verify_history import verify_history
from emstrack.storage.base import Base
from emstrack.storage.scope import every_tenant

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def tamper(desk: Desk, table: str, values: dict[str, Any], **which: Any) -> None:
    """Change rows as somebody with a database client would."""
    found = Base.metadata.tables[table]
    with desk.session() as session, every_tenant(session, "a test tampers"):
        statement = sa.update(found).values(**values)
        for name, value in which.items():
            statement = statement.where(found.c[name] == value)
        assert session.execute(statement).rowcount >= 1


@pytest.fixture
def three(desk: Desk) -> Desk:
    """Three links: twelve bills, a correction, an undo of the correction."""
    desk.rows(bills(12))
    rows = bills(12)
    rows[4][5] = 1
    changed = desk.rows(rows)
    desk.undo(changed.batch_id)
    assert (desk.verify().links, desk.verify().broken) == (3, None)
    return desk


@pytest.mark.parametrize(
    ("table", "values", "which", "broken"),
    [
        ("reading", {"quantity": 1000.5}, {"source_row": 2}, 1),
        ("reading", {"cost": None}, {"source_row": 3}, 1),
        ("reading", {"note": "x"}, {"source_row": 2}, 1),
        ("reading", {"quantity": 1004.5}, {"source_row": 6}, 3),
        ("history_link", {"user_id": 7}, {"sequence": 2}, 2),
        ("history_link", {"rows": 99}, {"sequence": 3}, 3),
        ("history", {"reason": "because"}, {"action": "update"}, 2),
    ],
)
def test_a_change_behind_the_chain_is_located(
    three: Desk, table: str, values: dict[str, Any], which: dict[str, Any], broken: int
) -> None:
    tamper(three, table, values, **which)
    verified = three.verify()
    assert (verified.holds, verified.broken) == (False, broken)
    assert verified.links == broken - 1


def test_an_old_value_rewritten_in_history_is_located(three: Desk) -> None:
    history = Base.metadata.tables["history"]
    with three.session() as session, every_tenant(session, "a test tampers"):
        row = session.execute(sa.select(history).order_by(history.c.id)).first()
        assert row is not None
        old = {**row.old, "quantity": 9}
        session.execute(sa.update(history).where(history.c.id == row.id).values(old=old))
    assert three.verify().broken == 1


def test_a_row_deleted_behind_the_chain_is_located(three: Desk) -> None:
    reading = Base.metadata.tables["reading"]
    with three.session() as session, every_tenant(session, "a test tampers"):
        session.execute(sa.delete(reading).where(reading.c.source_row == 12))
    assert three.verify().broken == 1


def test_a_link_taken_out_of_the_middle_is_located(three: Desk) -> None:
    link, history = Base.metadata.tables["history_link"], Base.metadata.tables["history"]
    with three.session() as session, every_tenant(session, "a test tampers"):
        second = session.scalar(sa.select(link.c.id).where(link.c.sequence == 2))
        session.execute(sa.update(history).where(history.c.link_id == second).values(link_id=None))
        session.execute(sa.delete(link).where(link.c.id == second))
    assert three.verify().broken == 1


def test_text_cannot_move_from_one_column_into_the_next() -> None:
    from emstrack.services.readings.describe_state import digests_of_columns

    def digest(note: str, bill: str) -> bytes:
        return digests_of_columns({"note": [note], "bill_number": [bill]}, {}, 1)[0]

    assert digest("b", "a\x1f") != digest("b\x1f", "a")
    assert digest("\\u001f", "") != digest("\x1f", "")


def test_an_empty_tenant_holds(desk: Desk) -> None:
    assert (desk.verify().links, desk.verify().holds) == (0, True)


def test_a_kind_written_as_an_enumeration_reads_back_as_the_same_text(session: Session) -> None:
    meter = make_meter(session, make_site(session))
    period = {"start": date(2026, 1, 1), "end": date(2026, 2, 1)}
    first = enter_reading(session, meter.id, **period, quantity_text="300", now=NOW)
    typed = TypedReading(**period, quantity_text="-5", kind=ReadingKind.CREDIT)
    change_reading(session, first.reading_id, typed, version=1, reason="A credit", writing=Writing(), now=NOW)
    assert verify_history(session).holds
