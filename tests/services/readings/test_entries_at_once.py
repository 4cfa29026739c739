"""Several people at once: nothing is lost and nothing doubled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW, make_tenant
from factories_entry import make_meter, make_site

from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.errors import ConflictError
from emstrack.domain.periods import Month
from emstrack.services.readings.enter_reading import enter_reading
from emstrack.services.readings.verify_history import verify_history
from emstrack.storage.models import History, Reading
from emstrack.storage.scope import scoped, set_scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from emstrack.storage.session import Database

MARCH = Month(2026, 3)
PEOPLE = 4


@pytest.fixture
def committed(database: Database) -> tuple[Callable[[Callable[[Session], Any]], Any], int]:
    """A way to do something in a transaction of its own, and a meter."""
    with database.transaction() as session:
        tenant = make_tenant(session, "Municipio").id

    def act(do: Callable[[Session], Any]) -> Any:
        with database.transaction() as session:
            set_scope(session, Scope(tenant_id=tenant, permissions=frozenset(Permission)))
            return do(session)

    return act, act(lambda session: make_meter(session, make_site(session)).id)


def test_the_same_key_sent_at_once_writes_once_and_answers_alike(committed: Any) -> None:
    act, meter = committed

    def send(_: int) -> Any:
        return act(lambda session: enter_reading(session, meter, month=MARCH, quantity_text="100", key="k", now=NOW))

    with ThreadPoolExecutor(PEOPLE) as pool:
        answers = list(pool.map(send, range(12)))
    assert all(answer == answers[0] for answer in answers)
    assert len(act(lambda session: session.scalars(scoped(session, Reading)).all())) == 1


def test_of_edits_at_once_each_is_kept_or_told(committed: Any) -> None:
    act, meter = committed
    first = act(lambda session: enter_reading(session, meter, month=MARCH, quantity_text="100", now=NOW))

    def edit(person: int) -> int:
        def change(session: Session) -> None:
            row = session.scalars(scoped(session, Reading).where(Reading.id == first.reading_id)).one()
            text, over = str(200 + person), {"reading_id": row.id, "version": row.version}
            session.rollback()
            enter_reading(session, meter, month=MARCH, quantity_text=text, now=NOW, **over)

        try:
            act(change)
        except ConflictError:
            return 0
        return 1

    with ThreadPoolExecutor(PEOPLE) as pool:
        kept = sum(pool.map(edit, range(20)))
    row = act(lambda session: session.scalars(scoped(session, Reading)).one())
    changes = act(lambda session: session.scalars(scoped(session, History)).all())
    assert (row.version, len(changes)) == (1 + kept, kept), "what was acknowledged is there"
    assert kept >= 1
    assert act(verify_history).holds
