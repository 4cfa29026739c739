"""How a unit is written for people: m³ where the code says m3."""

_SYMBOLS = {
    "m3": "m³",
    "ft3": "ft³",
    "m2": "m²",
    "co2e_kg": "kg CO₂e",
    "gal_us": "US gal",
    "gal_imp": "imp. gal",
    "kgal_us": "1000 US gal",
    "kgal_imp": "1000 imp. gal",
    "ton_hour": "ton·h",
    "short_ton": "short ton",
    "cyl_45kg": "45 kg cyl.",
}


def unit_symbol(code: str) -> str:
    """Return the symbol of a unit; most codes are their own."""
    return _SYMBOLS.get(code, code)
