"""The demonstration as a tenant of its own, brought in as a person would: organisations, files, baselines, people."""

from __future__ import annotations

import csv
import io
import secrets
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa

from emstrack.analysis.demonstration import make_demonstration
from emstrack.domain.accounts import Locality, OrganisationKind, Permission, Role, Scope
from emstrack.domain.resources import Resource
from emstrack.domain.savings import Method
from emstrack.reference.units import convert
from emstrack.services.accounts.add_person import add_person
from emstrack.services.accounts.change_account import set_password
from emstrack.services.accounts.create_organisation import create_organisation, create_tenant
from emstrack.services.accounts.remove_tenant import remove_demonstration
from emstrack.services.programmes.add_demonstrated_savings import add_demonstrated_savings
from emstrack.services.programmes.add_demonstration_audits import add_demonstration_audits
from emstrack.services.programmes.agree_demonstration import REVISED, agree_demonstration
from emstrack.services.programmes.demonstrate_case_study import add_demonstration_case_study
from emstrack.services.programmes.demonstrate_committee import add_demonstration_committee
from emstrack.services.programmes.demonstrate_measures import Cast, add_demonstration_measures
from emstrack.services.programmes.demonstrate_programmes import demonstrate_programmes
from emstrack.services.programmes.draw_balance import draw_balance
from emstrack.services.programmes.lend_demonstration import lend_demonstration
from emstrack.services.programmes.sign_demonstration import sign_demonstration
from emstrack.services.readings.keep_batch import start_batch
from emstrack.services.readings.read_chunks import Limits, Request
from emstrack.services.readings.run_import import Transactions, Watch, run_import
from emstrack.services.savings.adopt_baseline import Plan, adopt_baseline, propose_baseline
from emstrack.services.savings.refresh_results import refresh_results
from emstrack.services.sites.compute_typical_year import compute_typical_year
from emstrack.storage.models import Meter, Organisation, Site, WeatherStation
from emstrack.storage.scope import every_tenant, find, scoped, set_scope, tenant_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.analysis.demonstration import Demonstration
    from emstrack.domain.passwords import PasswordCost

MEXICO = Locality(country="MX", currency="MXN", language="es", time_zone="America/Mexico_City")
JAMAICA = Locality(country="JM", currency="JMD", language="en", time_zone="America/Jamaica")
REASONS = {
    "MX": "Línea base ilustrativa: los doce meses anteriores a cualquier medida.",
    "JM": "Illustrative baseline: the twelve months before any measure.",
}
"""What somebody at the place would have written; content, not interface, so it is in the place's language."""
STEPS = 7
"""Organisations, four files, baselines, results."""
_LOADED, _TRUTH = "loaded", "truth"


class Means(Limits, Protocol):
    """What loading needs of the installation; the settings hold it."""

    @property
    def files_dir(self) -> str:
        """Where uploaded files live."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demonstration, with the password they were given at random."""

    email: str
    password: str
    role: Role
    organisation: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """The demonstration that is there; people only when it was made just now."""

    tenant_id: int
    made: bool
    people: tuple[Person, ...] = ()


def find_demonstration(session: Session) -> tuple[int, bool] | None:
    """Return the demonstration's tenant and whether it was loaded whole; None where there is none."""
    with every_tenant(session, "the demonstration is a tenant of its own"):
        root = session.scalars(
            sa.select(Organisation).where(Organisation.is_demonstration.is_(True), Organisation.parent_id.is_(None))
        ).first()
    return None if root is None else (root.id, bool(root.profile.get(_LOADED)))


def load_demonstration(
    transactions: Transactions,
    means: Means,
    *,
    cost: PasswordCost,
    clock: Callable[[], datetime],
    note: Callable[[int], object] = lambda _done: None,
) -> Loaded:
    """Make the demonstration once; one that was interrupted half-way is taken away and made anew.

    `note` is told how many of `STEPS` are done.
    """
    with transactions() as session:
        found = find_demonstration(session)
        if found is not None and found[1]:
            return Loaded(found[0], made=False)
        if found is not None:
            set_scope(session, _whole(found[0]))
            remove_demonstration(session, found[0], files_dir=means.files_dir)
    made = make_demonstration(clock().astimezone(UTC).date())
    with transactions() as session:
        tenant_id = _create_organisations(session, made, now=clock())
    note(1)
    for done in _bring_in_files(transactions, means, made, tenant_id, clock):
        note(1 + done)
    with transactions() as session:
        set_scope(session, _whole(tenant_id))
        _complete_sites(session, made)
        for station in session.scalars(scoped(session, WeatherStation.id)).all():
            compute_typical_year(session, station, now=clock())
        _adopt_baselines(session, made, now=clock())
        note(STEPS - 1)
        agree_demonstration(session, made, now=clock())
        refresh_results(session, now=clock())
        add_demonstration_audits(session, now=clock())
        people, cast = _add_people(session, made, cost=cost, now=clock())
        add_demonstration_measures(session, made, cast, now=clock())
        add_demonstration_committee(session, made, cast, now=clock())
        draw_balance(session, tenant_id, now=clock())
        demonstrate_programmes(session, now=clock())
        lend_demonstration(session, made, tenant_id, now=clock())
        add_demonstrated_savings(session, made, now=clock())
        sign_demonstration(session, cast, now=clock())
        add_demonstration_case_study(session, now=clock())
        root = find(session, Organisation, tenant_id)
        root.profile = {**root.profile, _LOADED: True, _TRUTH: _truth(made)}
    return Loaded(tenant_id, made=True, people=people)


def demonstration_truth(session: Session) -> list[dict[str, Any]]:
    """Return what the generator knows of the true savings, in the units that savings are told in."""
    root = find(session, Organisation, tenant_of(session))
    return list(root.profile.get(_TRUTH, []))


def _truth(made: Demonstration) -> list[dict[str, Any]]:
    """Return the true savings in canonical units, converted as the readings are."""
    countries = {row["site"]: row["country"] for row in csv.DictReader(io.StringIO(made.sites))}
    told = []
    for saving in made.truth:
        factor = convert(
            Resource(saving.resource), saving.unit, country=countries[saving.site], on=made.reporting.start
        )
        told.append(
            {
                "site": saving.site,
                "meter": saving.meter,
                "resource": saving.resource,
                "unit": factor.canonical_unit,
                "avoided": saving.avoided * factor.factor,
                "would_be": saving.would_be * factor.factor,
                "measures": saving.title,
            }
        )
    return told


def _whole(tenant_id: int) -> Scope:
    return Scope(tenant_id, permissions=frozenset(Permission))


def _create_organisations(session: Session, made: Demonstration, *, now: datetime) -> int:
    root = create_tenant(
        session, made.centre, OrganisationKind.CP_CENTRE, now=now, locality=MEXICO, is_demonstration=True
    )
    set_scope(session, _whole(root.id))
    city = create_organisation(
        session, made.municipality, parent_id=root.id, kind=OrganisationKind.MUNICIPALITY, now=now, locality=MEXICO
    )
    for ministry in made.ministries:
        create_organisation(session, ministry, parent_id=city.id, kind=OrganisationKind.MINISTRY, now=now)
    create_organisation(
        session, made.hotel_group, parent_id=root.id, kind=OrganisationKind.HOTEL_GROUP, now=now, locality=JAMAICA
    )
    return root.id


def _bring_in_files(
    transactions: Transactions, means: Means, made: Demonstration, tenant_id: int, clock: Callable[[], datetime]
) -> Iterator[int]:
    """Yield how many files are in."""
    files = {"sites": made.sites, "weather": made.weather, "drivers": made.drivers, "readings": made.readings}
    with tempfile.TemporaryDirectory(prefix="emstrack-demo-") as folder:
        for done, (kind, text) in enumerate(files.items(), 1):
            path = Path(folder, f"demo-{kind}.csv")
            path.write_text(text, encoding="utf-8")
            scope = _whole(tenant_id)
            with transactions() as session:
                set_scope(session, scope)
                batch = start_batch(session, organisation_id=tenant_id, file_name=path.name, now=clock(), kind=kind)
                batch_id = batch.id
            request = Request(path=path, name=path.name, organisation_id=tenant_id, kind=kind, today=clock().date())
            run_import(Watch(transactions, scope, clock, batch_id=batch_id), request, means)
            yield done


def _complete_sites(session: Session, made: Demonstration) -> None:
    for site in session.scalars(scoped(session, Site).where(Site.name.in_(made.services))):
        site.services = list(made.services[site.name])
    session.flush()
    meters = session.execute(scoped(session, Meter, Site.name).where(Meter.site_id == Site.id)).all()
    by_name = {(name, meter.name): meter for meter, name in meters}
    for (site_name, meter_name), parent in made.sub_meters.items():
        by_name[site_name, meter_name].parent_id = by_name[site_name, parent].id
    session.flush()


def _adopt_baselines(session: Session, made: Demonstration, *, now: datetime) -> None:
    """Adopt a baseline for the electricity and water of every site, and for whatever else a measure was taken on."""
    measured = {(truth.site, truth.meter) for truth in made.truth}
    meters = session.execute(
        scoped(session, Meter.id, Meter.name, Meter.resource, Site.name.label("site"), Site.country)
        .where(Meter.site_id == Site.id)
        .order_by(Meter.id)
    ).all()
    bimonthly = _billed_every_other_month(made)
    for meter in meters:
        wanted = meter.resource in {"electricity", "water"} or (meter.site, meter.name) in measured
        later = meter.site == REVISED and meter.resource == "electricity"
        if not wanted or later or (meter.site, meter.name) in bimonthly:
            continue
        plan = Plan(period=made.baseline, method=Method.REGRESSION, reporting_start=made.reporting.start)
        draft = propose_baseline(session, meter.id, plan, now=now)
        adopt_baseline(session, draft.id, reason=REASONS[meter.country], version=draft.version, now=now)


def _billed_every_other_month(made: Demonstration) -> set[tuple[str, str]]:
    """Twelve months hold six bills of such a meter: too few for a baseline, so it is left to the person to widen it."""
    counts = Counter((row["site"], row["meter"]) for row in csv.DictReader(io.StringIO(made.readings)))
    most = max(counts.values())
    return {meter for meter, count in counts.items() if count < most * 2 / 3}


def _add_people(
    session: Session, made: Demonstration, *, cost: PasswordCost, now: datetime
) -> tuple[tuple[Person, ...], Cast]:
    organisations = {each.name: each.id for each in session.scalars(scoped(session, Organisation))}
    cast = (
        ("admin@demo.example", "Ana Admin", Role.ADMINISTRATOR, made.centre, ""),
        ("comite@demo.example", "Carlos Comité", Role.COMMITTEE, made.municipality, "es"),
        ("hotel@demo.example", "Hope Hotel", Role.MANAGER, made.hotel_group, "en"),
        ("visita@demo.example", "Vera Visita", Role.VIEWER, made.municipality, "es"),
    )
    people, ids = [], {}
    for email, name, role, organisation, language in cast:
        user = add_person(
            session,
            email,
            organisation_id=organisations[organisation],
            role=role,
            now=now,
            name=name,
            language=language,
        )
        password = secrets.token_urlsafe(12)
        set_password(session, user, password, cost=cost, now=now)
        people.append(Person(email, password, role, organisation))
        ids[email] = user.id
    cast_of_measures = Cast(city=ids[cast[1][0]], hotels=ids[cast[2][0]], signer=ids[cast[0][0]])
    return tuple(people), cast_of_measures
