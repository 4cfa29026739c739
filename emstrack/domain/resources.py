"""Resources: what a meter measures, and the unit each is added up in."""

from __future__ import annotations

from enum import StrEnum


class Resource(StrEnum):
    """A resource code, as in files, JSON and the database."""

    ELECTRICITY = "electricity"
    NATURAL_GAS = "natural_gas"
    LPG = "lpg"
    DIESEL = "diesel"
    FUEL_OIL = "fuel_oil"
    GASOLINE = "gasoline"
    KEROSENE = "kerosene"
    WOOD = "wood"
    CHARCOAL = "charcoal"
    BAGASSE = "bagasse"
    SOLAR_PV = "solar_pv"
    STEAM = "steam"
    CHILLED_WATER = "chilled_water"
    HOT_WATER = "hot_water"
    DISTRICT_HEAT = "district_heat"
    WATER = "water"
    WASTEWATER = "wastewater"
    WASTE = "waste"
    MATERIAL = "material"
    REFRIGERANT = "refrigerant"

    @property
    def canonical_unit(self) -> str:
        """The unit its quantities are added up in: ``kWh``, ``m3`` or ``kg``."""
        if self in _IN_M3:
            return "m3"
        return "kg" if self in _IN_KG else "kWh"

    @property
    def is_energy(self) -> bool:
        """Whether it is added up in kWh."""
        return self.canonical_unit == "kWh"

    @property
    def is_fuel(self) -> bool:
        """Whether a net or gross heating value stands behind its kWh."""
        return self in _FUELS


_IN_M3 = frozenset({Resource.WATER, Resource.WASTEWATER})
_IN_KG = frozenset({Resource.WASTE, Resource.MATERIAL, Resource.REFRIGERANT})
_FUELS = frozenset(
    {
        Resource.NATURAL_GAS,
        Resource.LPG,
        Resource.DIESEL,
        Resource.FUEL_OIL,
        Resource.GASOLINE,
        Resource.KEROSENE,
        Resource.WOOD,
        Resource.CHARCOAL,
        Resource.BAGASSE,
    }
)

WATER_VARIETIES = ("municipal", "well", "tanker", "rain", "desalinated", "reused", "sea")
