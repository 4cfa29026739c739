"""Sectors: what a library entry or a checklist is for. A site's kind says what it is, its sector what it makes."""

from __future__ import annotations

from enum import StrEnum


class Sector(StrEnum):
    """A sector's code, as in the library's tables."""

    ANY = "any"
    HOTEL = "hotel"
    MUNICIPAL_BUILDING = "municipal_building"
    STREET_LIGHTING = "street_lighting"
    PUMPING = "pumping"
    TANNERY = "tannery"
    TEXTILE = "textile"
    SLAUGHTERHOUSE = "slaughterhouse"
    MEAT_PACKING = "meat_packing"
    BREWERY = "brewery"
    FISHMEAL = "fishmeal"
    FOOD = "food"
    DAIRY = "dairy"
    METAL_FINISHING = "metal_finishing"
    HOSPITAL = "hospital"
    CHEMICAL = "chemical"
    MINING = "mining"
    PAPER_WOOD = "paper_wood"
    CEMENT = "cement"

    @property
    def is_plant(self) -> bool:
        """Whether it makes or treats something: its sites are of the kind plant."""
        return self not in _NO_PLANTS


_NO_PLANTS = frozenset({Sector.ANY, Sector.HOTEL, Sector.MUNICIPAL_BUILDING, Sector.STREET_LIGHTING, Sector.PUMPING})


class AnswerKind(StrEnum):
    """How a checklist's question is answered on a walk."""

    YES_NO = "yes_no"
    NUMBER = "number"
    TEXT = "text"


FUEL = "fuel"
"""In the library: whichever fuel the site burns, where a resource's own code would say too much."""
