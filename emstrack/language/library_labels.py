"""The words for what the library of measures and the checklists speak of: sectors and the areas of a walk."""

from __future__ import annotations

from emstrack.domain.balances import LoadParameter, StreamKind
from emstrack.domain.sectors import FUEL, Sector

LIBRARY_LABELS: dict[str, str] = {
    Sector.ANY: "Any sector",
    Sector.MUNICIPAL_BUILDING: "Municipal buildings",
    Sector.PUMPING: "Water pumping",
    Sector.TANNERY: "Tanneries",
    Sector.TEXTILE: "Textiles",
    Sector.SLAUGHTERHOUSE: "Slaughterhouses",
    Sector.MEAT_PACKING: "Meat packing",
    Sector.BREWERY: "Breweries",
    Sector.FISHMEAL: "Fishmeal",
    Sector.FOOD: "Food",
    Sector.DAIRY: "Dairies",
    Sector.METAL_FINISHING: "Metal finishing",
    Sector.HOSPITAL: "Hospitals",
    Sector.CHEMICAL: "Chemicals industry",
    Sector.MINING: "Mining",
    Sector.PAPER_WOOD: "Paper and wood",
    Sector.CEMENT: "Cement",
    FUEL: "Fuel",
    "kitchen": "Kitchen",
    "laundry": "Laundry",
    "boiler": "Boiler and hot water",
    "air_conditioning": "Air conditioning",
    "gardens": "Gardens",
    "lighting": "Lighting",
    "office_equipment": "Office equipment",
    "paper": "Paper",
    "utilities": "Utilities",
    "process": "Process",
    "services": "Services",
    "network": "Network",
    "station": "Station",
    StreamKind.INPUT: "Goes in",
    StreamKind.INTERMEDIATE: "From one operation to the next",
    StreamKind.PRODUCT: "Product",
    StreamKind.BY_PRODUCT: "By-product",
    StreamKind.LOSS: "Loss",
    LoadParameter.COD: "COD",
    LoadParameter.BOD5: "BOD₅",
    LoadParameter.TSS: "Suspended solids",
    LoadParameter.CHROMIUM: "Chromium",
    LoadParameter.SULPHIDE: "Sulphide",
    LoadParameter.NITROGEN: "Nitrogen",
    LoadParameter.OIL_GREASE: "Oil and grease",
}
"""Hotels, street lighting, rooms, pool, water and waste have their words already, as kinds and resources."""
