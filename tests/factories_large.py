"""A hotel and buildings with years of readings, baselines and something missing, for the browser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from conftest import NOW
from factories_savings import give_driver, give_months
from factories_sites import make_building, make_hotel, make_meter, make_ministry

from emstrack.domain.periods import Month, Period
from emstrack.domain.resources import Resource
from emstrack.domain.sites import Attribute
from emstrack.services.savings.adopt_baseline import Plan
from emstrack.services.savings.adopt_many import adopt_many
from emstrack.services.savings.refresh_results import refresh_results
from emstrack.services.sites.set_site_attribute import set_site_attribute

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MONTHS = 26


def fill_hotels(session: Session) -> dict[str, int]:
    """A hotel with electricity and water up to last month; buildings beside it, one of them behind."""
    first = Month.of(datetime.now(UTC).date()).plus(-MONTHS)
    hotel = make_hotel(session, "Hotel Bahía Azul", rooms=60, city="Tampico")
    nights = [1200.0 + 40 * (n % 5) for n in range(MONTHS)]
    give_driver(session, hotel.id, "occupied_room_nights", str(first), nights)
    power = make_meter(session, hotel.id, "CFE-100")
    water = make_meter(session, hotel.id, "AGUA-7", resource=Resource.WATER, unit="m3")
    use = [8000 + 3 * each - (900 if n > 11 else 0) + 60 * (n % 3) for n, each in enumerate(nights)]
    give_months(session, power, str(first), use, price=3.0)
    give_months(session, water, str(first), [400 + 10 * (n % 5) - (12 if n > 11 else 0) for n in range(MONTHS)])
    ministry = make_ministry(session, "Educación")
    meters = [power.id]
    for name, saved, months in (("Palacio", 100, MONTHS), ("Biblioteca", -30, MONTHS), ("Escuela", 60, MONTHS - 1)):
        site = make_building(session, name, organisation_id=ministry.id)
        set_site_attribute(session, site.id, Attribute.FLOOR_AREA_M2, 1500, start=None, now=NOW)
        meter = make_meter(session, site.id, f"CFE-{name}")
        use = [1000 + 20 * (n % 5) - (saved if n > 11 else 0) for n in range(months)]
        give_months(session, meter, str(first), use)
        meters.append(meter.id)
    kitchen = make_meter(session, hotel.id, "Cocina", parent_id=power.id)
    give_months(session, kitchen, str(first), [300 + n % 5 for n in range(12)])
    plan = Plan(period=Period.of_months(first, first.plus(11)))
    adopt_many(session, [*meters, kitchen.id], plan, reason="El año anterior a las medidas", now=NOW)
    refresh_results(session, now=NOW)
    return {"hotel": hotel.id, "power": power.id, "water": water.id}
