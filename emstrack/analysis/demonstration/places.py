"""The cast: ministries, buildings, hotels, what each uses and what was done there. All of it is invented."""

from __future__ import annotations

from dataclasses import dataclass, field

MUNICIPALITY = "Municipio de San Aurelio"
HOTEL_GROUP = "Bahía Clara Hotels"
CENTRE = "Programa demostrativo · Demonstration programme"
MINISTRIES = (
    "Presidencia",
    "Obras Públicas",
    "Salud",
    "Educación y Cultura",
    "Seguridad",
    "Desarrollo Social",
    "Tesorería",
)


@dataclass(frozen=True, slots=True)
class Cut:
    """A measure's true effect on one resource.

    Parameters
    ----------
    resource : str
    fraction : float
        Share of the would-be use that it takes away, from its day on.
    month : int
        Month of the 36 in which it was put in, from 0.
    title : str
    meter : str
        The one meter it is felt on; empty is every meter of the resource that stands behind no other.
    """

    resource: str
    fraction: float
    month: int
    title: str
    meter: str = ""

    def is_felt_on(self, load: Load) -> bool:
        """Whether it takes something away from a meter's use."""
        return self.resource == load.resource and self.meter == (load.meter if load.behind else "")


@dataclass(frozen=True, slots=True)
class Load:
    """What one meter's use is made of, per day.

    Parameters
    ----------
    resource, unit, meter : str
    base : float
        Use whatever happens [unit/d].
    per_degree : float
        Per degree of the day's mean above `balance_c` [unit/(K·d)].
    per_driver : float
        Per occupied room-night, or per working day in a building [unit].
    noise : float
        Standard deviation of the month's own noise, as a fraction.
    price : float
        Per unit, in the site's currency.
    read_day : int
        Day of the month the meter is read on; 1 is a calendar bill.
    every : int
        Months per bill.
    balance_c : float
        [°C]
    variety : str
    late : bool
        Whether its last bill has not come in yet.
    behind : str
        The meter of the same site it stands behind: a sub-meter, for which nobody sends a bill; empty for none.
    """

    resource: str
    unit: str
    meter: str
    base: float
    price: float
    per_degree: float = 0.0
    per_driver: float = 0.0
    noise: float = 0.03
    read_day: int = 1
    every: int = 1
    balance_c: float = 23.0
    variety: str = ""
    late: bool = False
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A site of the demonstration.

    `growth` is electricity that came with the reporting period, whatever was done about the rest [kWh/d].
    """

    name: str
    organisation: str
    kind: str
    floor_area_m2: float
    loads: tuple[Load, ...]
    rooms: int = 0
    cuts: tuple[Cut, ...] = ()
    occupancy: float = 0.0
    services: tuple[str, ...] = field(default_factory=tuple)
    growth: float = 0.0


def _building(  # noqa: PLR0913 - a row of the table below
    name: str,
    ministry: int,
    area: float,
    kwh: float,
    cooling: float,
    water: float,
    day: int,
    *,
    cuts: tuple[Cut, ...] = (),
    lpg: float = 0.0,
    bimonthly_water: bool = False,
    late: bool = False,
    growth: float = 0.0,
) -> Place:
    loads = [
        Load(
            "electricity",
            "kWh",
            f"CFE-{4100 + day * 37 + ministry}",
            kwh,
            3.4,
            cooling,
            kwh * 0.35,
            0.035,
            day,
            late=late,
        ),
        Load("water", "m3", f"AGUA-{900 + day * 11 + ministry}", water, 28.0, 0.0, water * 0.3, 0.05, 1, 2)
        if bimonthly_water
        else Load("water", "m3", f"AGUA-{900 + day * 11 + ministry}", water, 28.0, 0.0, water * 0.3, 0.05),
    ]
    if lpg:
        loads.append(Load("lpg", "L", f"GAS-{day}{ministry}", lpg, 11.6, 0.0, lpg * 0.2, 0.05))
    return Place(name, MINISTRIES[ministry], "building", area, tuple(loads), cuts=cuts, growth=growth)


BUILDINGS = (
    _building(
        "Palacio Municipal",
        0,
        5200,
        620,
        52,
        9.0,
        12,
        cuts=(
            Cut("electricity", 0.17, 15, "Iluminación LED y control del aire acondicionado"),
            Cut("water", 0.22, 17, "Sanitarios y llaves ahorradores"),
        ),
    ),
    _building("Casa de la Cultura", 3, 2100, 160, 14, 3.1, 8, late=True),
    _building("Biblioteca Central", 3, 1850, 190, 22, 1.8, 9, growth=30.0),
    _building("Archivo Histórico", 0, 900, 85, 11, 0.6, 12),
    _building("Talleres de Obras Públicas", 1, 3400, 310, 6, 7.5, 20, lpg=9.0),
    _building("Almacén General", 1, 2600, 95, 2, 1.2, 20),
    _building("Planta de Asfalto", 1, 1200, 240, 1, 3.4, 21),
    _building(
        "Hospital Municipal",
        2,
        6900,
        1450,
        120,
        46.0,
        5,
        cuts=(Cut("electricity", 0.12, 16, "Enfriador eficiente y variadores"),),
        lpg=38.0,
    ),
    _building("Centro de Salud Norte", 2, 1400, 170, 17, 4.2, 6, bimonthly_water=True),
    _building("Centro de Salud Sur", 2, 1250, 150, 15, 3.9, 6, bimonthly_water=True),
    _building(
        "Comandancia de Policía",
        4,
        2300,
        410,
        26,
        6.1,
        15,
        cuts=(Cut("electricity", 0.21, 14, "Luminarias LED y sensores"),),
    ),
    _building("Estación de Bomberos", 4, 1100, 140, 8, 4.4, 15, lpg=5.5),
    _building("Mercado Municipal", 5, 4800, 520, 9, 21.0, 18, late=True),
    _building("Centro DIF", 5, 1900, 175, 16, 5.2, 18, lpg=12.0),
    _building("Estancia Infantil", 5, 800, 70, 7, 2.9, 19, lpg=7.0, bimonthly_water=True),
    _building(
        "Tesorería y Catastro",
        6,
        2400,
        330,
        31,
        3.6,
        11,
        cuts=(Cut("electricity", 0.15, 13, "Aire acondicionado inverter y horarios"),),
    ),
    _building("Registro Civil", 6, 950, 90, 10, 1.4, 11),
)


def _hotel(name: str, rooms: int, occupancy: float, area: float, cuts: tuple[Cut, ...], *sub_meters: Load) -> Place:
    loads = (
        Load("electricity", "kWh", "JPS-" + str(7000 + rooms), rooms * 10.5, 46.0, rooms * 1.15, 9.5, 0.03, 14),
        Load("water", "gal_imp", "NWC-" + str(300 + rooms), rooms * 38, 1.15, rooms * 1.2, 74.0, 0.035, 1),
        Load("lpg", "L", "LPG-" + str(rooms), rooms * 0.25, 92.0, 0.0, 1.05, 0.04, 1),
        Load("diesel", "gal_imp", "DSL-" + str(rooms), rooms * 0.05, 830.0, 0.0, 0.055, 0.05, 1),
        *sub_meters,
    )
    return Place(
        name, HOTEL_GROUP, "hotel", area, loads, rooms, cuts, occupancy, ("laundry_on_site", "pool", "restaurants")
    )


HOTELS = (
    _hotel(
        "Coral Bay Inn",
        60,
        0.62,
        4100,
        (
            Cut("electricity", 0.14, 14, "Inverter air conditioners and key cards"),
            Cut("water", 0.12, 16, "Aerators and low-flow showers"),
            Cut("lpg", 0.145, 16, "Aerators and low-flow showers"),
        ),
    ),
    _hotel("Negril Sands", 94, 0.68, 6800, (Cut("water", 0.18, 15, "Low-flow fittings and leak repair"),)),
    _hotel(
        "Ocho Rios Garden",
        120,
        0.71,
        9200,
        (
            Cut("electricity", 0.11, 17, "Chiller controls"),
            Cut("lpg", 0.20, 13, "Solar water heating"),
            Cut("water", 0.10, 18, "Towel and linen programme"),
            Cut("lpg", 0.12, 18, "Towel and linen programme"),
        ),
    ),
    _hotel(
        "Blue Lagoon Resort",
        180,
        0.74,
        15500,
        (
            Cut("electricity", 0.09, 19, "Variable-speed pool pumps and LED"),
            Cut("electricity", 0.45, 19, "Variable-speed pool pumps", meter="POOL-PUMPS"),
            Cut("water", 0.03, 18, "Towel and linen programme"),
            Cut("lpg", 0.036, 18, "Towel and linen programme"),
        ),
        Load("electricity", "kWh", "POOL-PUMPS", 430.0, 0.0, noise=0.02, behind="JPS-7180"),
    ),
    _hotel(
        "Montego Palms",
        216,
        0.77,
        19800,
        (
            Cut("electricity", 0.13, 15, "Building management system"),
            Cut("diesel", 0.25, 16, "Boiler economiser"),
        ),
    ),
)
