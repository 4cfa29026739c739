"""What the demonstration recommends beside what its generator really did: proposals, work under way, and refusals."""

from __future__ import annotations

from dataclasses import dataclass

from emstrack.domain.measures import Category, MeasureStatus, Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    """One recommendation of the demonstration; content, so in the place's own language.

    Parameters
    ----------
    site, resource, title : str
    situation, proposal : str
    category : Category
    fraction : float
        Of the meter's yearly use [1].
    payback_years : float
        Investment as a multiple of the yearly saving [a].
    life_years : float
        [a]
    status : MeasureStatus
    reason : str
    due_in_days : int or None
        Negative is overdue [d].
    priority : Priority or None
    """

    site: str
    resource: str
    title: str
    situation: str
    proposal: str
    category: Category
    fraction: float
    payback_years: float
    life_years: float = 10.0
    status: MeasureStatus = MeasureStatus.PROPOSED
    reason: str = ""
    due_in_days: int | None = None
    priority: Priority | None = None


_C, _S, _P = Category, MeasureStatus, Priority

RECOMMENDED = (
    Recommended(
        site="Biblioteca Central",
        resource="electricity",
        title="Película de control solar en las salas de lectura",
        situation="Los ventanales al poniente calientan las salas desde las dos de la tarde.",
        proposal="Colocar película de control solar en 180 m² de cristal y revisar las persianas.",
        category=_C.EQUIPMENT,
        fraction=0.10,
        payback_years=3.2,
        due_in_days=90,
        priority=_P.MEDIUM,
    ),
    Recommended(
        site="Mercado Municipal",
        resource="electricity",
        title="Luminarias LED y fotoceldas en pasillos",
        situation="Los pasillos quedan encendidos toda la noche con lámparas de 2 × 75 W.",
        proposal="Cambiar 210 luminarias y apagar por zonas con fotocelda.",
        category=_C.TECHNOLOGY,
        fraction=0.14,
        payback_years=1.9,
        status=_S.ACCEPTED,
        due_in_days=-35,
        priority=_P.HIGH,
    ),
    Recommended(
        site="Mercado Municipal",
        resource="water",
        title="Reparación de fugas y llaves temporizadas",
        situation="El medidor avanza de noche con el mercado cerrado.",
        proposal="Reparar tres fugas de la red interior y colocar 24 llaves temporizadas.",
        category=_C.HOUSEKEEPING,
        fraction=0.16,
        payback_years=0.7,
        life_years=6,
        status=_S.IN_PROGRESS,
        reason="Fuga urgente: se empezó antes de acordar el plan de medición.",
        due_in_days=-10,
        priority=_P.HIGH,
    ),
    Recommended(
        site="Hospital Municipal",
        resource="water",
        title="Reusar el rechazo de la ósmosis en sanitarios",
        situation="El equipo de hemodiálisis tira cerca de la mitad del agua que toma.",
        proposal="Llevar el rechazo a un tanque y a la red de sanitarios de la planta baja.",
        category=_C.REUSE,
        fraction=0.08,
        payback_years=4.1,
        life_years=15,
        status=_S.FINANCED,
        due_in_days=60,
    ),
    Recommended(
        site="Hospital Municipal",
        resource="lpg",
        title="Calentadores solares para regaderas",
        situation="El agua caliente se hace con gas LP todo el año.",
        proposal="Instalar 60 m² de calentadores solares antes de la caldera.",
        category=_C.TECHNOLOGY,
        fraction=0.35,
        payback_years=5.5,
        life_years=15,
        due_in_days=120,
        priority=_P.LOW,
    ),
    Recommended(
        site="Centro DIF",
        resource="electricity",
        title="Horarios del aire acondicionado",
        situation="Los equipos arrancan a las seis y el personal llega a las ocho y media.",
        proposal="Programar encendido, apagado y 24 °C en los 14 equipos.",
        category=_C.PROCESS_CONTROL,
        fraction=0.09,
        payback_years=0.0,
        life_years=5,
        status=_S.ACCEPTED,
        due_in_days=20,
    ),
    Recommended(
        site="Palacio Municipal",
        resource="electricity",
        title="Apagado de equipos de oficina por la noche",
        situation="En la ronda nocturna se contaron 96 computadoras encendidas.",
        proposal="Política de apagado, y regletas con interruptor en cada isla.",
        category=_C.HOUSEKEEPING,
        fraction=0.05,
        payback_years=0.3,
        life_years=5,
        status=_S.ACCEPTED,
        due_in_days=-5,
    ),
    Recommended(
        site="Casa de la Cultura",
        resource="electricity",
        title="Paneles fotovoltaicos en la azotea",
        situation="La azotea es plana, sin sombras y aguanta la carga.",
        proposal="Instalar 24 kWp en interconexión con medición neta.",
        category=_C.TECHNOLOGY,
        fraction=0.45,
        payback_years=6.8,
        life_years=20,
        status=_S.DEFERRED,
        reason="Sin presupuesto este año; se revisa en marzo.",
    ),
    Recommended(
        site="Archivo Histórico",
        resource="electricity",
        title="Apagar los deshumidificadores de noche",
        situation="Trabajan las 24 horas.",
        proposal="Apagarlos de 22 a 6 horas.",
        category=_C.PROCESS_CONTROL,
        fraction=0.12,
        payback_years=0.0,
        status=_S.REJECTED,
        reason="Pone en riesgo los documentos.",
    ),
    Recommended(
        site="Coral Bay Inn",
        resource="diesel",
        title="Recover heat from the laundry's drain",
        situation="Hot rinse water leaves at 55 °C while the boiler heats cold feed water.",
        proposal="A plate heat exchanger between the drain pit and the feed tank.",
        category=_C.REUSE,
        fraction=0.18,
        payback_years=2.4,
        life_years=12,
        due_in_days=75,
    ),
    Recommended(
        site="Negril Sands",
        resource="electricity",
        title="LED lamps in gardens and corridors",
        situation="Garden lamps are 50 W halogen and burn from dusk to dawn.",
        proposal="Replace 140 lamps and add a timer per zone.",
        category=_C.TECHNOLOGY,
        fraction=0.06,
        payback_years=1.2,
        life_years=8,
        status=_S.ACCEPTED,
        due_in_days=-21,
        priority=_P.HIGH,
    ),
    Recommended(
        site="Blue Lagoon Resort",
        resource="water",
        title="Towel and linen programme",
        situation="Towels are changed daily whether guests ask or not.",
        proposal="Cards in the rooms, hooks for towels, and training of housekeeping.",
        category=_C.HOUSEKEEPING,
        fraction=0.03,
        payback_years=0.4,
        life_years=4,
        status=_S.IN_PROGRESS,
        due_in_days=30,
    ),
    Recommended(
        site="Montego Palms",
        resource="water",
        title="Treated greywater for the gardens",
        situation="Gardens take drinking water in the dry season.",
        proposal="Collect shower and basin water of two wings, treat and store it.",
        category=_C.REUSE,
        fraction=0.11,
        payback_years=5.2,
        life_years=15,
        status=_S.DEFERRED,
        reason="Waits for the renovation of the east wing.",
    ),
    Recommended(
        site="Montego Palms",
        resource="electricity",
        title="Variable-speed drives on chilled-water pumps",
        situation="Two 30 kW pumps run at full speed day and night.",
        proposal="Drives with pressure control, and closing bypass valves.",
        category=_C.EQUIPMENT,
        fraction=0.05,
        payback_years=2.1,
        life_years=12,
        status=_S.FINANCED,
        due_in_days=45,
    ),
)

ESTIMATES = (1.15, 0.90, 1.05, 1.25, 0.95, 1.10, 0.85, 1.20)
"""How far the estimates of what was really done missed the truth, in turn: estimates do."""
PAYBACKS = (2.6, 0.8, 3.4, 1.6, 2.2, 2.9, 0.6, 1.9)
"""Investment of what was really done as a multiple of its yearly saving, in turn [a]."""
