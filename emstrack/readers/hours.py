"""Hours made into days: a mean where at least half of the day's hours are there, as CalTRACK 2.0 asks (M-14.1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from emstrack.domain.findings import Finding, Severity
from emstrack.readers.columns import EPOCH
from emstrack.readers.rows import WeatherRows

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_HOURS = 12
NAMED_DAYS = 20
"""So many thin days are named one by one; more of them are counted."""


@dataclass(slots=True)
class Hours:
    """The hours of one file, a few arrays a block, and the days they make."""

    stations: dict[str, int] = field(default_factory=dict)
    _blocks: list[tuple[NDArray[np.float64], ...]] = field(default_factory=list)

    def add(
        self,
        stations: list[str],
        day: NDArray[np.int64],
        hour: NDArray[np.int64],
        temperature: NDArray[np.float64],
        rain: NDArray[np.float64],
        row: NDArray[np.int64],
    ) -> None:
        """Take in a block: day from 1970-01-01, hour 0 to 23."""
        place = np.fromiter((self.stations.setdefault(name, len(self.stations)) for name in stations), float)
        self._blocks.append((place, day.astype(float), hour.astype(float), temperature, rain, row.astype(float)))

    def days(self, sheet: str | None) -> tuple[WeatherRows, tuple[Finding, ...]]:
        """Return the days by station, and what there is to say of thin ones."""
        if not self._blocks:
            return WeatherRows.empty(), ()
        place, day, hour, temperature, rain, row = (np.concatenate(part) for part in zip(*self._blocks, strict=True))
        low = day.min()
        width = int(day.max() - low) + 1
        key = (place * width + (day - low)).astype(np.int64)
        found, first, at = np.unique(key, return_index=True, return_inverse=True)
        known = ~np.isnan(temperature)
        values = np.bincount(at[known], minlength=len(found))
        total = np.bincount(at[known], weights=temperature[known], minlength=len(found))
        hours = np.bincount(np.unique(at[known] * 24 + hour[known].astype(np.int64)) // 24, minlength=len(found))
        wet = ~np.isnan(rain)
        rained = np.bincount(at[wet], minlength=len(found))
        enough = hours >= LEAST_HOURS
        names = np.array(list(self.stations), dtype=object)
        rows = WeatherRows(
            station=names[found // width],
            day=(found % width + int(low)).view("datetime64[D]"),
            mean_c=np.where(enough, total / np.maximum(values, 1), np.nan),
            rain_mm=np.where(rained > 0, np.bincount(at[wet], weights=rain[wet], minlength=len(found)), np.nan),
            sheet=np.full(len(found), sheet or "", dtype=object),
            row=row[first].astype(np.int64),
        )
        return rows, _thin(rows, hours, enough, sheet)


def _thin(
    rows: WeatherRows, hours: NDArray[np.int64], enough: NDArray[np.bool_], sheet: str | None
) -> tuple[Finding, ...]:
    thin = np.flatnonzero(~enough)
    findings = [
        Finding(
            "weather.too_few_hours",
            Severity.WARNING,
            {
                "station": rows.station[index],
                "day": date.fromordinal(int(rows.day[index].astype(np.int64)) + EPOCH).isoformat(),
                "hours": int(hours[index]),
                "least": LEAST_HOURS,
            },
            sheet=sheet,
            row=int(rows.row[index]),
        )
        for index in thin[:NAMED_DAYS]
    ]
    if len(thin) > NAMED_DAYS:
        evidence = {"count": len(thin) - NAMED_DAYS, "least": LEAST_HOURS}
        findings.append(Finding("weather.more_thin_days", Severity.WARNING, evidence, sheet=sheet))
    return tuple(findings)
