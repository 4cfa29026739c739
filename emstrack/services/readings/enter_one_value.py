"""What a driver and a stock level have in common on their way in: one typed number, stored, kept or changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from emstrack.domain.errors import RefusedError
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.typed import understand_number
from emstrack.services.readings.amend_rows import add_row, amend_row, check_version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.orm import Session

    from emstrack.domain.typed import TypedNumber, Writing
    from emstrack.services.readings.settle_entries import Entries

Row = TypeVar("Row", bound=Any)


class Typed(Protocol):
    """What any entry says of itself: the version it was typed over, and why."""

    @property
    def version(self) -> int | None:
        """The version it read; None where there was no row."""

    @property
    def reason(self) -> str:
        """Why a value was changed."""


def refused(code: str, **evidence: object) -> RefusedError:
    """Return a refusal that the page shows at the field it is about, which is always ``quantity``."""
    return RefusedError(code, findings=(Finding(code, Severity.REFUSED, evidence, column="quantity"),), **evidence)


def understood(text: str, writing: Writing, *, negative: str) -> TypedNumber:
    """Return the number that was typed; `negative` is the code for one below zero.

    Raises
    ------
    RefusedError
        ``entry.quantity_missing``, `negative`, or why the text is no number.
    """
    if not text.strip():
        raise refused("entry.quantity_missing")
    try:
        number = understand_number(text, writing)
    except RefusedError as error:
        raise refused(error.code, **error.evidence) from None
    if number.value < 0:
        raise refused(negative)
    return number


def settle_value(
    session: Session,
    block: Entries,
    row: Row | None,
    make: Callable[[], Row],
    values: Mapping[str, Any],
    *,
    entry: Typed,
    mine: str,
    typed: tuple[str, ...],
) -> tuple[Row, str]:
    """Store a new row, leave one that says the same as was `typed`, or change it; with the row ``new`` and so on."""
    if row is None:
        made = make()
        add_row(session, block.link, made)
        return made, "new"
    if all(getattr(row, name) == values[name] for name in typed):
        return row, "unchanged"
    check_version(session, row, entry.version, mine=mine)
    amend_row(session, block.link, row, dict(values), reason=entry.reason)
    return row, "changed"
