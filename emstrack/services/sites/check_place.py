"""A place on earth as a person gives it: both degrees or none, and metres that exist."""

from __future__ import annotations

from emstrack.domain.errors import RefusedError

LOWEST_M, HIGHEST_M = -450.0, 8900.0


def checked_place(north: float | None, east: float | None, elevation_m: float | None) -> dict[str, float | None]:
    """Return the columns of a place.

    Raises
    ------
    RefusedError
        ``site.place_unknown`` or ``site.elevation_unknown`` with the field as evidence.
    """
    if (north is None) != (east is None):
        raise RefusedError("site.place_unknown", field="latitude" if north is None else "longitude")
    if north is not None and east is not None and not (-90 <= north <= 90 and -180 <= east <= 180):
        raise RefusedError("site.place_unknown", field="latitude" if not -90 <= north <= 90 else "longitude")
    if elevation_m is not None and not LOWEST_M <= elevation_m <= HIGHEST_M:
        raise RefusedError("site.elevation_unknown", least=LOWEST_M, most=HIGHEST_M, field="elevation_m")
    return {"latitude": north, "longitude": east, "elevation_m": elevation_m}
