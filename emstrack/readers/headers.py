"""Which column is which: the canonical names, and how people write them in English, Spanish, Portuguese and French."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from emstrack.domain.errors import RefusedError
from emstrack.readers.problems import shown
from emstrack.reference.spellings import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emstrack.readers.problems import Cell

_SPELLED = {
    "site": "site|building|facility|property|hotel|sitio|edificio|inmueble|instalacion|establecimiento|predio|local|"
    "batiment|edifice|etablissement",
    "meter": "meter|meter id|meter name|meter number|supply point|medidor|numero de medidor|contador|no. de medidor|"
    "suministro|punto de suministro|compteur|numero de compteur",
    "resource": "resource|utility|fuel|energy type|meter type|recurso|servicio|energetico|tipo de energia|combustible|"
    "insumo|ressource|energie|fluide",
    "start": "start|start date|from|period start|inicio|fecha de inicio|fecha inicial|desde|data de inicio|"
    "data inicial|de|"
    "debut|date de debut|du",
    "end": "end|end date|to|until|thru|period end|fin|final|fecha de fin|fecha final|fecha de termino|hasta|fim|"
    "data final|data de fim|ate|date de fin|au",
    "month": "month|billing month|mes|mes de facturacion|periodo|mois",
    "quantity": "quantity|usage|consumption|use|cantidad|consumo|quantidade|quantite|consommation",
    "unit": "unit|units|uom|unidad|unidades|unidad de medida|unidade|unidades de medida|unite|unites",
    "cost": "cost|amount|total cost|costo|coste|importe|monto|importe total|custo|valor da conta|"
    "valor total|cout|montant",
    "currency": "currency|moneda|divisa|moeda|devise|monnaie",
    "kind": "kind|reading kind|reading type|tipo de lectura|clase|tipo de leitura|type de releve",
    "bill_number": "bill_number|bill number|bill no|invoice|invoice number|invoice no|numero de factura|factura|"
    "no. de factura|recibo|numero de recibo|numero da fatura|fatura|numero de facture|facture",
    "demand_kw": "demand_kw|demand (kw)|demand kw|demanda (kw)|demanda kw|demanda_kw|puissance (kw)",
    "reactive_kvarh": "reactive_kvarh|reactive (kvarh)|kvarh|reactive kvarh|energia reactiva (kvarh)|reactiva (kvarh)|"
    "energia reativa (kvarh)|energie reactive (kvarh)",
    "tax": "tax|vat|impuesto|impuestos|iva|imposto|impostos|taxe|tva",
    "variety": "variety|stream|source|variedad|corriente|fuente|variedade|fonte|variete|flux",
    "destination": "destination|destino|disposicion|destinacao",
    "direction": "direction|flow direction|direccion|sentido|direcao|sens",
    "note": "note|notes|comment|comments|remark|remarks|nota|notas|observaciones|comentario|comentarios|observacao|"
    "observacoes|remarque|remarques|commentaire",
    "organisation": "organisation|organization|organizacion|entidad|ministerio|secretaria|organizacao|ministry",
    "rooms": "rooms|number of rooms|habitaciones|cuartos|numero de habitaciones|quartos|chambres",
    "floor_area_m2": "floor_area_m2|floor area (m2)|area (m2)|floor area m2|superficie (m2)|superficie m2|area m2|"
    "superficie construida (m2)|surface (m2)",
    "country": "country|pais|pays",
    "city": "city|town|ciudad|cidade|ville",
    "time_zone": "time_zone|time zone|timezone|zona horaria|fuso horario|fuseau horaire",
    "station": "station|weather station|estacion|estacion meteorologica|estacao|estacao meteorologica|station meteo",
    "opened": "opened|opening date|fecha de apertura|apertura|data de abertura|date d'ouverture",
    "external_id": "external_id|external id|id externo|clave|codigo externo|identifiant externe",
    "driver": "driver|indicador|variable|impulsor|variavel|facteur",
    "value": "value|valor|valeur",
    "date": "date|day|fecha|dia|data|jour",
    "mean_c": "mean_c|mean temperature (c)|mean temperature|temperatura media|temperatura media (c)|"
    "temperatura media (oc)|"
    "temperature moyenne|mean (c)|tavg",
    "rain_mm": "rain_mm|rain (mm)|rain|rainfall|rainfall (mm)|precipitation (mm)|lluvia (mm)|lluvia|chuva (mm)|"
    "precipitacion (mm)|pluie (mm)|prcp",
    "title": "title|recommendation|recommended measure|titulo|recomendacion|medida|medida recomendada|recomendacao|"
    "titre|recommandation|mesure",
    "category": "category|technique|categoria|tecnica|categorie",
    "quantity_per_year": "quantity_per_year|quantity per year|annual quantity|saved per year|cantidad anual|"
    "cantidad por ano|ahorro fisico anual|quantidade anual|quantidade por ano|quantite annuelle|quantite par an",
    "investment": "investment|inversion|monto de inversion|investimento|investissement",
    "annual_saving": "annual_saving|annual saving|annual savings|savings per year|ahorro anual|ahorro economico anual|"
    "economia anual|economie annuelle",
    "status": "status|state|estado|estatus|situacao|statut|etat",
    "due": "due|due date|deadline|vence|fecha limite|fecha compromiso|vencimiento|prazo|data limite|echeance",
    "owner": "owner|responsible|responsable|responsavel",
    "situation": "situation|current situation|cause|situacion actual|situacion|situacao atual|situation actuelle",
    "proposal": "proposal|description|propuesta|descripcion|proposta|descricao|proposition",
    "life_years": "life_years|life (years)|life|vida util|vida util (anos)|vida util (a)|duree de vie",
    "time": "time|datetime|timestamp|hora|fecha y hora|data e hora|heure",
    "temperature_c": "temperature_c|temperature (c)|temperature (oc)|temperature_2m (°c)|temperatura (c)|temperatura_c|"
    "temperatura (oc)",
    "latitude": "latitude|lat|latitud",
    "longitude": "longitude|lon|lng|longitud",
    "elevation_m": "elevation_m|elevation (m)|elevation|altitude (m)|altitude|altitud (m)|altitud|elevacion (m)|"
    "altura (m)|altitude_m",
    "station_name": "station_name|station name|nombre de la estacion|nome da estacao|nom de la station",
    "source": "source|fuente|fonte",
    "attribution": "attribution|atribucion|atribuicao",
}
_ONLY = {
    "readings": "site meter resource start end month quantity unit cost currency kind bill_number demand_kw "
    "reactive_kvarh tax "
    "variety destination direction note",
    "sites": "site kind organisation rooms floor_area_m2 country city latitude longitude elevation_m time_zone station "
    "opened external_id",
    "drivers": "site driver value start end month",
    "weather": "station date mean_c rain_mm time temperature_c month station_name latitude longitude elevation_m "
    "source attribution",
    "recommendations": "site title category resource quantity_per_year unit investment currency annual_saving status "
    "due owner situation proposal life_years",
}
_ELSEWHERE = {"kind": {"sites": "kind|type|site kind|tipo|tipo de sitio|clase|genre"}}
_NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "readings": (("site",), ("meter",), ("resource",), ("start", "month"), ("end", "month"), ("quantity",), ("unit",)),
    "sites": (("site",), ("kind",)),
    "drivers": (("site",), ("driver",), ("value",), ("start", "month"), ("end", "month")),
    "weather": (("station",), ("date", "time", "month"), ("mean_c", "temperature_c")),
    "recommendations": (
        ("site",),
        ("title",),
        ("investment", "annual_saving", "quantity_per_year", "status", "category"),
    ),
}
_MARKS = re.compile(r"[\s_]+|[*:]+$")
KINDS = tuple(_ONLY)
NEEDED = {kind: len(needed) for kind, needed in _NEEDED.items()}
"""How many columns a canonical file of each kind has to have."""
SEARCHED_ROWS = 40


@dataclass(frozen=True, slots=True)
class Header:
    """The header found: its row, its cells, and the place of each canonical column."""

    kind: str
    row: int
    cells: tuple[str, ...]
    places: dict[str, int]

    @property
    def unused(self) -> list[str]:
        """Columns that nothing is read from."""
        used = set(self.places.values())
        return [cell for index, cell in enumerate(self.cells) if cell and index not in used]


@cache
def names_of(kind: str) -> dict[str, str]:
    """Every header that is understood in a file of that kind, and the column it stands for."""
    names: dict[str, str] = {}
    for name in _ONLY[kind].split():
        spelled = _ELSEWHERE.get(name, {}).get(kind) or _SPELLED[name]
        for each in [name, *spelled.split("|")]:
            names.setdefault(key(each), name)
    return names


def key(cell: Cell) -> str:
    """A header as it is compared."""
    return _MARKS.sub(" ", plain(cell).strip(" *:")).strip() if cell and isinstance(cell, str) else ""


def find_header(records: Sequence[tuple[int, Sequence[Cell]]], kinds: Sequence[str]) -> Header | None:
    """The first row that has every needed column of one of the kinds; None where there is none.

    Raises
    ------
    RefusedError
        ``header.twice`` where two columns are the same thing.
    """
    for row, cells in records[:SEARCHED_ROWS]:
        for kind in kinds:
            found = _places(kind, cells)
            if all(any(name in found for name in either) for either in _NEEDED[kind]):
                return _header(kind, row, cells, found)
    return None


class Nearest(NamedTuple):
    """The row most like a header, what it lacks, and what it has instead."""

    row: int
    lacking: list[str]
    present: list[str]


def nearest_header(records: Sequence[tuple[int, Sequence[Cell]]], kind: str) -> Nearest:
    """The row most like a header of that kind: for the sentence of a refusal."""
    best, most = Nearest(0, [], []), -1
    for row, cells in records[:SEARCHED_ROWS]:
        found = _places(kind, cells)
        if len(found) > most:
            most = len(found)
            lacking = ["/".join(either) for either in _NEEDED[kind] if not any(name in found for name in either)]
            best = Nearest(row, list(dict.fromkeys(lacking)), [shown(cell) for cell in cells if cell != ""][:20])
    return best


def matched(records: Sequence[tuple[int, Sequence[Cell]]], kinds: Sequence[str] = KINDS) -> int:
    """How many canonical columns the best row has; tells a right delimiter from a wrong one."""
    return max((len(_places(kind, cells)) for _, cells in records[:SEARCHED_ROWS] for kind in kinds), default=0)


def _places(kind: str, cells: Sequence[Cell]) -> dict[str, list[int]]:
    names = names_of(kind)
    places: dict[str, list[int]] = {}
    for index, cell in enumerate(cells):
        name = names.get(key(cell))
        if name is not None:
            places.setdefault(name, []).append(index)
    return places


def _header(kind: str, row: int, cells: Sequence[Cell], found: dict[str, list[int]]) -> Header:
    for name, places in found.items():
        exact = [place for place in places if key(cells[place]) == key(name)]
        if len(places) > 1 and len(exact) != 1:
            columns = [f"{shown(cells[place])} ({letters(place)})" for place in places]
            raise RefusedError("header.twice", row=row, name=name, columns=columns)
        if len(exact) == 1:
            found[name] = exact
    texts = tuple(shown(cell).strip() for cell in cells)
    return Header(kind, row, texts, {name: places[0] for name, places in found.items()})


def letters(index: int) -> str:
    """A column's letters in a spreadsheet, from 0."""
    text, index = "", index + 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text
