"""Canonical sites: one row per site."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emstrack.readers.canonical import FORMAT, blocks_of
from emstrack.readers.columns import Block, as_days, objects, text
from emstrack.readers.problems import Bad, Cell
from emstrack.readers.rows import Chunk, SiteRows
from emstrack.readers.surveying import survey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emstrack.readers.headers import Header
    from emstrack.readers.rows import Options
    from emstrack.readers.source import Table

_SPELLED = {
    "building": "building edificio inmueble edificacion predio batiment school escuela office oficina",
    "hotel": "hotel resort posada hostal pousada auberge",
    "plant": "plant planta usina usine factory fabrica",
    "street_lighting": "street_lighting street-lighting alumbrado alumbrado_publico iluminacao_publica "
    "eclairage_public",
    "pumping_station": "pumping_station pumping-station bombeo estacion_de_bombeo estacao_de_bombeamento "
    "station_de_pompage",
    "other": "other otro otra outro outra autre",
}
PLACE = {"latitude": (-90.0, 90.0), "longitude": (-180.0, 180.0), "elevation_m": (-450.0, 8900.0)}
"""The columns of a place, and what lies on earth [degrees, m]."""
SITE_KIND_CODES = {word: code for code, words in _SPELLED.items() for word in words.split()}


def read_country(cell: Cell) -> str | Bad:
    """An ISO 3166 code of two letters."""
    spelled = text(cell)
    if not spelled or isinstance(spelled, Bad):
        return spelled
    code = spelled.upper()
    return (
        code
        if len(code) == 2 and code.isascii() and code.isalpha()
        else Bad("country.not_a_code", {"text": spelled[:60]})
    )


def read_time_zone(cell: Cell) -> str | Bad:
    """The IANA name of a time zone."""
    from zoneinfo import available_timezones  # noqa: PLC0415 - readings do without

    spelled = text(cell)
    if not spelled or isinstance(spelled, Bad):
        return spelled
    return spelled if spelled in available_timezones() else Bad("time_zone.unknown", {"text": spelled[:60]})


def read_sites(table: Table, header: Header, options: Options) -> Iterator[Chunk]:
    """Yield the sites of one table."""
    formats = survey(table, header, options, ("rooms", "floor_area_m2", *PLACE), ("opened",))
    for numbers, records, again in blocks_of(table, header):
        if records:
            block = Block(table, header, formats, numbers, records)
            yield Chunk(_rows(block), block.refusals.findings() + again, table.done(numbers[-1]), FORMAT)


def _rows(block: Block) -> SiteRows:
    kinds = block.coded("kind", SITE_KIND_CODES, "", "site_kind.unknown")
    for index in [index for index, kind in enumerate(kinds) if not kind]:
        block.refusals.refuse(index, Bad("cell.missing", {"name": "kind"}), block.column_title("kind"), "")
    rooms, area = (_size(block, name) for name in ("rooms", "floor_area_m2"))
    for index in np.flatnonzero(rooms != np.floor(rooms)).tolist():
        if not np.isnan(rooms[index]):
            block.refusals.refuse(index, Bad("rooms.not_whole"), block.column_title("rooms"), float(rooms[index]))
    rows = SiteRows(
        site=objects(block.texts("site", needed=True)),
        kind=objects(kinds),
        organisation=objects(block.texts("organisation")),
        rooms=rooms,
        floor_area_m2=area,
        country=objects(block.converted("country", read_country, "")),
        city=objects(block.texts("city")),
        **read_place(block),
        time_zone=objects(block.converted("time_zone", read_time_zone, "")),
        station=objects(block.texts("station")),
        opened=as_days(block.days("opened")),
        external_id=objects(block.texts("external_id")),
        sheet=objects([block.sheet] * len(block)),
        row=np.array(block.row_numbers, dtype=np.int64),
    )
    return rows.take(block.kept())


def read_place(block: Block) -> dict[str, NDArray[np.float64]]:
    """Latitude, longitude and elevation of each row; half a place, or one that is not on earth, refuses the row."""
    place = {name: block.floats(name) for name in PLACE}
    for name, (least, most) in PLACE.items():
        cells = block.cells(name) or ()
        for index in np.flatnonzero((place[name] < least) | (place[name] > most)).tolist():
            evidence = {"name": name, "least": least, "most": most}
            block.refusals.refuse(index, Bad("place.not_on_earth", evidence), block.column_title(name), cells[index])
    for index in np.flatnonzero(np.isnan(place["latitude"]) != np.isnan(place["longitude"])).tolist():
        block.refusals.refuse(index, Bad("place.half"), block.column_title("latitude"))
    return place


def _size(block: Block, name: str) -> NDArray[np.float64]:
    values, cells = block.floats(name), block.cells(name) or ()
    for index in np.flatnonzero(values < 0).tolist():
        block.refusals.refuse(index, Bad("size.negative", {"name": name}), block.column_title(name), cells[index])
    return values
