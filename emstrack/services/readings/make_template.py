"""Empty canonical files, with the header right and one example row a sheet below, for people to fill in."""

from __future__ import annotations

import io
from typing import Any

from emstrack.documents.tables import write_csv, write_xlsx
from emstrack.domain.errors import NotFoundError
from emstrack.domain.readings import READING_COLUMNS

_READINGS = ("site", "meter", "resource", "start", "end", "quantity", "unit", "cost", "currency", "kind", "bill_number")
HEADERS: dict[str, tuple[str, ...]] = {
    "readings": (*_READINGS, *(name for name in READING_COLUMNS if name not in {*_READINGS, "month"})),
    "sites": (
        *("site", "kind", "organisation", "rooms", "floor_area_m2", "country", "city", "latitude", "longitude"),
        *("elevation_m", "time_zone", "station", "opened", "external_id"),
    ),
    "drivers": ("site", "driver", "month", "value"),
    "weather": ("station", "date", "mean_c", "rain_mm"),
    "recommendations": (
        *("site", "title", "category", "resource", "quantity_per_year", "unit", "investment", "currency"),
        *("annual_saving", "status", "due", "owner", "situation", "proposal", "life_years"),
    ),
}
EXAMPLES: dict[str, tuple[Any, ...]] = {
    "readings": ("Hotel Sol", "CFE 1", "electricity", "2026-01-15", "2026-02-14", 3000, "kWh", 6500.5, "MXN", "actual"),
    "sites": ("Hotel Sol", "hotel", "", 60, 4200, "MX", "Cancún", 21.16, -86.85, 5, "America/Cancun"),
    "drivers": ("Hotel Sol", "occupied_room_nights", "2026-01", 1250),
    "weather": ("MMUN", "2026-01-15", 24.5, 0),
    "recommendations": (
        *("Hotel Sol", "Regaderas ahorradoras", "equipment_change", "water", 1200, "m3", 45000, "MXN"),
        *(33600, "accepted", "2026-09-30", "Ana", "", "", 8),
    ),
}


def make_template(kind: str, suffix: str) -> bytes:
    """Return an empty file of a kind; a workbook shows an example on a second sheet, which is not read.

    Raises
    ------
    NotFoundError
        ``record.not_found`` for a kind or suffix there is not.
    """
    if kind not in HEADERS or suffix not in {"csv", "xlsx"}:
        raise NotFoundError("record.not_found", thing=f"{kind}.{suffix}")
    stream = io.BytesIO()
    if suffix == "csv":
        write_csv(stream, (HEADERS[kind], ()))
    else:
        example = (("column", "example"), zip(HEADERS[kind], EXAMPLES[kind], strict=False))
        write_xlsx(stream, {kind: (HEADERS[kind], ()), "example": example})
    return stream.getvalue()
