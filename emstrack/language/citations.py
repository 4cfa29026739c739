"""The source of a factor as a person reads it: titles stay as they were published, remarks are in the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emstrack.language.languages import Language

REMARKS = (
    "Portfolio Manager's gross 10.638 kWh/m³ × 0.9 (net to gross of natural gas)",
    "IPCC 2006 Guidelines, volume 2, tables 1.2 and 2.4 (commercial)",
    "IPCC 2006 Guidelines, volume 2, table 1.2",
    "ENERGY STAR Portfolio Manager thermal conversions",
    "DESNZ/DEFRA 2025 conversion factors, a United Kingdom proxy",
    "Ember generation average via CO2.js",
    "Our estimate, to be replaced by your supplier's figure: after",
    "Our estimate, to be replaced by your supplier's figure",
    "our estimate, to be replaced by your supplier's figure",
    "Common engineering value at 0 °C and 1 atm",
    "Common engineering value",
    "CH4 and N2O only, biogenic CO2 is reported apart",
    "energy-efficiency project margin",
    "energy-efficiency combined margin",
    "before the geothermal plant of 2026",
    "for other primary solid biomass",
    "as cited in public repositories",
    "(higher heating value)",
    "AR5 warming potentials",
    "inventory factor",
    "per standard cubic foot",
    "per US gallon",
)
"""What the reference tables say beside a title; longer ones first, because a shorter one may be part of them."""


def written_source(source: str, language: Language) -> str:
    """Write a source, its remarks in the language."""
    for remark in REMARKS:
        if remark in source:
            source = source.replace(remark, language.text(remark))
    return source
