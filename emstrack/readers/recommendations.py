"""Recommendations as a table: one row per measure and effect, so that a measure with two effects has two rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emstrack.domain.measures import CHEMICALS, MONEY, Category, MeasureStatus
from emstrack.readers.canonical import FORMAT, blocks_of, read_resource
from emstrack.readers.columns import Block, as_days, objects, text
from emstrack.readers.currencies import read_currency
from emstrack.readers.problems import Bad, Cell
from emstrack.readers.rows import Chunk, RecommendationRows
from emstrack.readers.surveying import survey
from emstrack.reference.spellings import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emstrack.readers.headers import Header
    from emstrack.readers.rows import Options
    from emstrack.readers.source import Table

_CATEGORIES = {
    Category.HOUSEKEEPING: "1|good housekeeping|buenas practicas|buenas practicas operativas|boas praticas|"
    "boas praticas operacionais|bonnes pratiques",
    Category.INPUT_CHANGE: "2|input change|input substitution|sustitucion de insumos|cambio de insumos|"
    "substituicao de insumos|changement d'intrants",
    Category.PROCESS_CONTROL: "3|process control|better process control|control de procesos|controle de processos|"
    "controle du procede",
    Category.EQUIPMENT: "4|equipment change|equipment modification|modificacion de equipos|modificacao de equipamentos|"
    "modification d'equipements",
    Category.TECHNOLOGY: "5|technology change|new technology|cambio de tecnologia|mudanca de tecnologia|"
    "changement de technologie",
    Category.REUSE: "6|on-site reuse|reuse|recovery|reutilizacion en sitio|reuso|recuperacion|reutilizacao|"
    "reutilisation",
    Category.BY_PRODUCT: "7|by-product|useful by-products|subproducto|subproductos|subprodutos|sous-produits",
    Category.PRODUCT: "8|product change|product modification|modificacion del producto|cambio de producto|"
    "modificacao do produto|modification du produit",
}
_STATUSES = {
    MeasureStatus.PROPOSED: "recommended|propuesta|propuesto|recomendada|proposta|proposto|proposee",
    MeasureStatus.ACCEPTED: "aceptada|aceptado|aprobada|approved|aceita|aceite|acceptee",
    MeasureStatus.FINANCED: "financiada|financiado|funded|financee",
    MeasureStatus.IN_PROGRESS: "in progress|en curso|en proceso|en ejecucion|em andamento|em execucao|en cours",
    MeasureStatus.IMPLEMENTED: "done|implementada|implementado|realizada|terminada|concluida|mise en oeuvre|realisee",
    MeasureStatus.VERIFIED: "verificada|verificado|verifiee",
    MeasureStatus.FADED: "desvanecida|perdida|dissipee",
    MeasureStatus.DEFERRED: "aplazada|pospuesta|diferida|postponed|adiada|reportee|differee",
    MeasureStatus.REJECTED: "rechazada|rechazado|descartada|rejeitada|rejetee",
}


def _codes(words: dict[Category, str] | dict[MeasureStatus, str]) -> dict[str, str]:
    spelled = {plain(word): str(code) for code, some in words.items() for word in some.split("|")}
    return spelled | {plain(code.value.replace("_", " ")): code.value for code in words}


CATEGORY_CODES, STATUS_CODES = _codes(_CATEGORIES), _codes(_STATUSES)
_BESIDE = {plain(word): CHEMICALS for word in ("chemicals", "chemical", "quimicos", "quimico", "produits chimiques")}
_BESIDE |= {plain(word): MONEY for word in ("money", "dinero", "dinheiro", "argent")}


def read_effect_resource(cell: Cell) -> str | Bad:
    """The code of what is saved: a resource, chemicals, or money alone."""
    spelled = text(cell)
    if not spelled or isinstance(spelled, Bad):
        return spelled
    return _BESIDE.get(plain(spelled)) or read_resource(cell)


def read_recommendations(table: Table, header: Header, options: Options) -> Iterator[Chunk]:
    """Yield the recommendations of one table."""
    figures = ("quantity_per_year", "investment", "annual_saving", "life_years")
    formats = survey(table, header, options, figures, ("due",))
    for numbers, records, again in blocks_of(table, header):
        if records:
            block = Block(table, header, formats, numbers, records)
            yield Chunk(_rows(block), block.refusals.findings() + again, table.done(numbers[-1]), FORMAT)


def _rows(block: Block) -> RecommendationRows:
    resources = block.converted("resource", read_effect_resource, "")
    quantity = block.floats("quantity_per_year")
    for index, resource in enumerate(resources):
        if resource and resource != MONEY and np.isnan(quantity[index]):
            bad = Bad("cell.missing", {"name": "quantity_per_year"})
            block.refusals.refuse(index, bad, block.column_title("quantity_per_year"), "")
    rows = RecommendationRows(
        site=objects(block.texts("site", needed=True)),
        title=objects(block.texts("title", needed=True)),
        category=objects(block.coded("category", CATEGORY_CODES, Category.HOUSEKEEPING.value, "category.unknown")),
        resource=objects(resources),
        quantity=quantity,
        unit=objects(block.texts("unit")),
        investment=_positive(block, "investment"),
        annual_saving=block.floats("annual_saving"),
        currency=objects(block.converted("currency", read_currency, "")),
        life_years=_positive(block, "life_years"),
        status=objects(block.coded("status", STATUS_CODES, MeasureStatus.PROPOSED.value, "measure_status.unknown")),
        due=as_days(block.days("due")),
        owner=objects(block.texts("owner")),
        situation=objects(block.texts("situation")),
        proposal=objects(block.texts("proposal")),
        sheet=objects([block.sheet] * len(block)),
        row=np.array(block.row_numbers, dtype=np.int64),
    )
    return rows.take(block.kept())


def _positive(block: Block, name: str) -> NDArray[np.float64]:
    values, cells = block.floats(name), block.cells(name) or ()
    for index in np.flatnonzero(values < 0).tolist():
        block.refusals.refuse(index, Bad("size.negative", {"name": name}), block.column_title(name), cells[index])
    return values
