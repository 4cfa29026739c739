"""Which table holds the values of which kind of station, and how a day of a file is told there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from emstrack.domain.weather import StationKind
from emstrack.storage.models import WeatherDay, WeatherMonth, WeatherTypicalDay

if TYPE_CHECKING:
    from collections.abc import Callable

NOMINAL = date(2000, 12, 31).toordinal()


@dataclass(frozen=True, slots=True)
class Series:
    """A table of values by station and key."""

    model: Any
    key: str
    told: Callable[[date], Any]
    """A day of a file as the table's key."""

    @property
    def entity(self) -> str:
        """What history calls a row."""
        return str(self.model.__tablename__)

    @property
    def column(self) -> Any:
        """The key's column."""
        return getattr(self.model, self.key)

    def key_of(self, row: Any) -> Any:
        """Return a stored row's key."""
        return getattr(row, self.key)


SERIES: dict[StationKind, Series] = {
    StationKind.OBSERVED: Series(WeatherDay, "day", lambda day: day),
    StationKind.TYPICAL_YEAR: Series(WeatherTypicalDay, "day_of_year", lambda day: day.toordinal() - NOMINAL),
    StationKind.MONTHLY_MEANS: Series(WeatherMonth, "month", lambda day: day.replace(day=1)),
}
BY_ENTITY = {each.entity: each for each in SERIES.values()}
