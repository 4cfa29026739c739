"""Baselines that follow each other."""

from __future__ import annotations

from dataclasses import replace
from math import hypot

import pytest

from emstrack.analysis.chained_baselines import chain
from emstrack.analysis.savings import compute_savings
from emstrack.domain.periods import Period
from tests.analysis import worked_hotel as w

Y1, Y2, Y3 = (Period.parse(f"{year}-01:{year}-12") for year in (2024, 2025, 2026))


def link(actual: float, band: float | None = None, **changed: object):  # type: ignore[no-untyped-def]
    item = compute_savings(w.hotel(), w.question()).items[0]
    return replace(item, adjusted_baseline=1000.0, actual=actual, avoided=1000.0 - actual, band_90=band, **changed)


def test_m_5_14_parts_multiply_and_relative_bands_add_in_quadrature() -> None:
    found = chain([(Y1, Y2, link(900.0, 30.0)), (Y2, Y3, link(800.0, 40.0))])
    assert found is not None
    assert found.avoided_percent == pytest.approx(100 * (1 - 0.9 * 0.8))
    assert found.adjusted_baseline == pytest.approx(800 / 0.72)
    assert found.avoided == pytest.approx(800 / 0.72 - 800)
    assert found.band_90 == pytest.approx(800 / 0.72 * hypot(0.03, 0.04))
    (finding,) = found.findings
    assert finding.code == "baseline.chained"
    assert finding.evidence["count"] == 2


def test_m_5_14_without_every_band_there_is_none() -> None:
    found = chain([(Y1, Y2, link(900.0, None)), (Y2, Y3, link(800.0, 40.0))])
    assert found is not None
    assert found.band_90 is None


@pytest.mark.parametrize(
    "links",
    [
        [],
        [(Y1, Y2, link(900.0))],
        [(Y1, Y2, link(900.0)), (Y1, Y3, link(800.0))],
        [(Y1, Y2, link(900.0, disqualified=True)), (Y2, Y3, link(800.0))],
        [(Y1, Y2, link(0.0)), (Y2, Y3, link(800.0))],
        [(Y1, Y2, link(900.0, unit="m3")), (Y2, Y3, link(800.0))],
    ],
    ids=["none", "one", "not meeting", "without a claim", "nothing used", "two units"],
)
def test_m_5_14_what_does_not_chain_gives_nothing(links: list) -> None:  # type: ignore[type-arg]
    assert chain(links) is None
