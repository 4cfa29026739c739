"""A recommendation comes in with its rows, is changed once by one person at a time, and refuses what cannot be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW
from factories_measures import TODAY, kwh, line, make_measure, measure_details
from factories_sites import make_building, make_meter

from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.errors import ConflictError, NotAllowedError, NotFoundError, RefusedError
from emstrack.domain.measures import Effect, MeasureDetails
from emstrack.domain.resources import Resource
from emstrack.services.audits.change_measure import (
    archive_measure,
    change_measure,
    details_of,
    restore_measure,
    rows_of,
)
from emstrack.services.audits.exchange_rates import add_rate, remove_rate
from emstrack.services.audits.price_measure import price_again
from emstrack.services.audits.show_measure import show_measure
from emstrack.services.readings.verify_history import verify_history
from emstrack.services.sites.change_site import archive_site
from emstrack.storage.scope import set_scope, tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.storage.models import Measure


def changed(session: Session, measure: Measure, *, version: int = 1, reason: str = "", **values: Any) -> Measure:
    details = replace(details_of(measure, *rows_of(session, measure.id)), **values)
    return change_measure(session, measure.id, details, version=version, today=TODAY, now=NOW, reason=reason)


def test_a_measure_knows_what_it_costs_and_saves(session: Session) -> None:
    site = make_building(session)
    measure = make_measure(
        session,
        site.id,
        effects=(
            kwh(12_000, "3.5"),
            Effect(resource="water", quantity=100, unit="m³", unit_price=Decimal(28)),
            Effect(resource="chemicals", variety="Cloro", quantity=50, unit="L", unit_price=Decimal(10)),
            Effect(resource="money", quantity=1_000),
        ),
        investment=(line("100000", spent=Decimal(40_000)), line("20000", label="Instalación")),
        om_change=Decimal(500),
        avoided_treatment=Decimal(800),
    )
    assert measure.investment == 120_000
    assert measure.spent == 40_000
    assert measure.annual_saving == 42_000 + 2_800 + 500 + 1_000 + 800 - 500
    assert (measure.currency, measure.status) == ("MXN", "proposed")


def test_its_page_tells_payback_first_and_the_rest_where_the_life_is_known(session: Session) -> None:
    site = make_building(session, country="MX")
    measure = make_measure(session, site.id, effects=(kwh(4_000, "1"),), investment=(line("10000"),), life_years=10.0)
    shown = show_measure(session, measure.id, today=TODAY)
    assert shown.worth.payback_years == 2.5
    assert shown.worth.finance is not None
    assert round(shown.worth.finance.net_present_value, 2) == 12_600.89
    assert shown.worth.cost_of_saved_kwh == pytest.approx(0.442460, abs=1e-6)
    assert shown.worth.co2e_kg == pytest.approx(4_000 * 0.444, rel=0.2)
    assert shown.effects[0].co2e_source
    without = show_measure(session, changed(session, measure, life_years=None).id, today=TODAY)
    assert (without.worth.payback_years, without.worth.finance) == (2.5, None)


def test_what_has_no_price_or_no_line_is_unknown_and_never_zero(session: Session) -> None:
    site = make_building(session)
    measure = make_measure(session, site.id, effects=(kwh(100, None),), investment=())
    assert (measure.investment, measure.annual_saving) == (None, None)
    worth = show_measure(session, measure.id, today=TODAY).worth
    assert (worth.payback_years, worth.unpriced) == (None, 1)


def test_an_investment_of_nothing_pays_back_at_once(session: Session) -> None:
    measure = make_measure(session, make_building(session).id, investment=(line("0"),))
    assert show_measure(session, measure.id, today=TODAY).worth.payback_years == 0


def test_a_fuel_is_counted_in_kwh_and_keeps_what_was_typed(session: Session) -> None:
    site = make_building(session)
    effect = Effect(resource="lpg", quantity=100, unit="litros", unit_price=Decimal("11.6"))
    measure = make_measure(session, site.id, effects=(effect,))
    [row], _ = rows_of(session, measure.id)
    assert (row.quantity, row.unit, row.basis) == (100, "L", "net")
    assert 600 < (row.canonical_quantity or 0) < 800


def test_m_12_8_money_of_another_currency_is_told_by_the_rate_of_its_day(session: Session) -> None:
    site = make_building(session)
    for day, rate in ((date(2026, 1, 1), 17.0), (date(2026, 6, 1), 20.0)):
        add_rate(session, "USD", "MXN", day=day, rate=rate, source="Banxico", today=TODAY, now=NOW)
    lines = (line("100", currency="USD", day=date(2026, 3, 1)), line("100", currency="USD"))
    assert make_measure(session, site.id, investment=lines).investment == 1_700 + 2_000


def test_m_12_8_the_other_direction_of_a_pair_serves_too(session: Session) -> None:
    site = make_building(session)
    add_rate(session, "MXN", "USD", day=date(2026, 1, 1), rate=0.05, source="", today=TODAY, now=NOW)
    assert make_measure(session, site.id, investment=(line("100", currency="USD"),)).investment == 2_000


def test_m_12_8_without_a_rate_the_total_is_unknown_until_one_is_entered(session: Session) -> None:
    measure = make_measure(session, make_building(session).id, investment=(line("100", currency="USD"), line("5")))
    assert measure.investment is None
    rate = add_rate(session, "USD", "MXN", day=date(2026, 1, 1), rate=18.0, source="", today=TODAY, now=NOW)
    price_again(session, {"USD"}, today=TODAY)
    assert measure.investment == 1_805
    price_again(session, remove_rate(session, rate.id), today=TODAY)
    assert measure.investment is None


RATES: list[tuple[dict[str, Any], str]] = [
    ({"currency": "USD", "base": "usd"}, "rate.same_currency"),
    ({"currency": "XXL"}, "site.currency_unknown"),
    ({"day": None}, "rate.day_missing"),
    ({"day": date(2027, 1, 1)}, "rate.in_future"),
    ({"rate": 0.0}, "rate.not_positive"),
    ({"rate": None}, "rate.not_positive"),
    ({"rate": float("inf")}, "rate.not_positive"),
    ({}, "rate.there_already"),
]


def test_a_rate_that_is_none_is_refused(session: Session) -> None:
    good: dict[str, Any] = {"currency": "USD", "base": "MXN", "day": date(2026, 1, 1), "rate": 17.0}
    common: dict[str, Any] = {"source": "", "today": TODAY, "now": NOW}
    add_rate(session, **good, **common)
    for given, code in RATES:
        with pytest.raises(RefusedError) as refused:
            add_rate(session, **{**good, **given}, **common)
        assert refused.value.code == code


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"title": "  "}, "measure.title_missing", "title"),
    ({"title": "x" * 201}, "measure.title_too_long", "title"),
    ({"risks": "x" * 10_001}, "measure.text_too_long", "risks"),
    ({"life_years": 0.0}, "measure.life_unlikely", "life_years"),
    ({"life_years": float("nan")}, "measure.life_unlikely", "life_years"),
    ({"discount_rate": -1.0}, "finance.rate_too_low", "discount_rate"),
    ({"owner_id": 999}, "measure.owner_unknown", "owner_id"),
    ({"currency": "PESOS"}, "site.currency_unknown", "currency"),
    ({"investment": (line("5"), line("-1"))}, "measure.amount_negative", "investment-1-amount"),
    ({"investment": (line("5", spent=Decimal(-1)),)}, "measure.amount_negative", "investment-0-spent"),
    ({"investment": (line("1e13"),)}, "measure.amount_unlikely", "investment-0-amount"),
    ({"effects": (kwh(0.0),)}, "effect.nothing_saved", "effects-0-quantity"),
    ({"effects": (kwh(float("inf")),)}, "effect.quantity_unlikely", "effects-0-quantity"),
    ({"effects": (kwh(1.0, "-2"),)}, "effect.price_negative", "effects-0-unit_price"),
    ({"effects": (kwh(unit="parsec"),)}, "effect.unit_unknown", "effects-0-unit"),
    ({"effects": (kwh(unit="m3"),)}, "unit.does_not_fit", "effects-0-unit"),
    ({"effects": (kwh(meter_id=999_999),)}, "effect.meter_elsewhere", "effects-0-meter_id"),
    ({"effects": (kwh(resource="gold"),)}, "effect.resource_unknown", "effects-0-resource"),
]


def test_bad_input_is_refused_at_its_field(session: Session) -> None:
    site = make_building(session)
    for given, code, field in BAD:
        with pytest.raises(RefusedError) as refused:
            make_measure(session, site.id, **{"title": "Bomba", **given})
        assert (refused.value.code, refused.value.evidence["field"]) == (code, field)


def test_a_meter_of_another_resource_is_refused(session: Session) -> None:
    site = make_building(session)
    water = make_meter(session, site.id, "SAPA", resource=Resource.WATER, unit="m3")
    with pytest.raises(RefusedError) as refused:
        make_measure(session, site.id, effects=(kwh(meter_id=water.id),))
    assert refused.value.code == "effect.meter_differs"


def test_nothing_is_recommended_for_an_archived_site(session: Session) -> None:
    site = make_building(session)
    archive_site(session, site.id, version=1, now=NOW)
    with pytest.raises(RefusedError) as refused:
        make_measure(session, site.id)
    assert refused.value.code == "measure.site_archived"


def test_what_a_form_shows_is_what_it_saves(session: Session) -> None:
    measure = make_measure(session, make_building(session).id, life_years=8.5, due=date(2027, 1, 1))
    assert changed(session, measure).version == 1
    assert show_measure(session, measure.id, today=TODAY).changes == []


def test_a_change_keeps_the_old_values_of_fields_and_rows(session: Session) -> None:
    measure = make_measure(session, make_building(session).id)
    changed(session, measure, title="Luminarias y sensores", effects=(kwh(15_000),), reason="Cotización nueva")
    assert (measure.title, measure.version, measure.annual_saving) == ("Luminarias y sensores", 2, 52_500)
    found = {each.field: each for each in show_measure(session, measure.id, today=TODAY).changes}
    assert found["title"].old == "Luminarias LED"
    assert found["effects"].old == ["electricity 12000 kWh × 3.5 MXN"]
    assert found["effects"].new == ["electricity 15000 kWh × 3.5 MXN"]
    assert found["effects"].reason == "Cotización nueva"
    assert verify_history(session).holds


def test_only_rows_changed_is_a_change_too(session: Session) -> None:
    measure = make_measure(session, make_building(session).id)
    assert changed(session, measure, effects=(kwh(calculation="40 × 300 h"),)).version == 2


def test_a_version_that_moved_on_is_a_conflict_with_both_texts(session: Session) -> None:
    measure = make_measure(session, make_building(session).id)
    changed(session, measure, title="Primero")
    with pytest.raises(ConflictError) as conflict:
        changed(session, measure, title="Segundo", version=1)
    assert (conflict.value.evidence["mine"], conflict.value.evidence["theirs"]) == ("Segundo", "Primero")


def test_archived_it_can_be_brought_back(session: Session) -> None:
    measure = make_measure(session, make_building(session).id)
    archive_measure(session, measure.id, version=1, now=NOW, reason="Repetida")
    assert show_measure(session, measure.id, today=TODAY).next == ()
    assert restore_measure(session, measure.id, version=2, now=NOW).archived_at is None


def test_who_may_only_look_changes_nothing(session: Session) -> None:
    site = make_building(session)
    set_scope(session, Scope(tenant_of(session), permissions=frozenset({Permission.VIEW})))
    with pytest.raises(NotAllowedError):
        make_measure(session, site.id)


def test_a_part_of_the_tenant_sees_its_own_measures_only(session: Session) -> None:
    measure = make_measure(session, make_building(session).id)
    set_scope(session, Scope(tenant_of(session), frozenset(), permissions=frozenset(Permission)))
    with pytest.raises(NotFoundError):
        show_measure(session, measure.id, today=TODAY)


def test_details_have_no_more_than_their_rows(session: Session) -> None:
    site = make_building(session)
    with pytest.raises(RefusedError) as refused:
        make_measure(session, site.id, investment=tuple(line("1") for _ in range(41)))
    assert refused.value.code == "measure.too_many_rows"
    assert isinstance(measure_details(), MeasureDetails)
