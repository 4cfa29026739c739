"""Savings as text: bars as wide as the terminal allows, and plain where nobody looks."""

from __future__ import annotations

import numpy as np
import pytest

from emstrack.analysis.portfolio import Adjustment, MeterFacts, Portfolio, Question, SiteFacts
from emstrack.analysis.readings import Readings
from emstrack.analysis.savings import compute_savings
from emstrack.cli.savings_table import Paper, savings_lines
from emstrack.domain.periods import Period
from emstrack.domain.resources import Resource
from emstrack.language.languages import Language

BASELINE, REPORTING = Period.parse("2024-01:2024-12"), Period.parse("2025-01:2025-12")


def lines(paper: Paper, **question: object) -> str:
    starts = np.arange("2024-01", "2026-02", dtype="datetime64[M]").astype("datetime64[D]")
    use = [1000.0 + 20 * (n % 5) - (150 if n > 11 else 0) + (400 if n == 20 else 0) for n in range(24)]
    readings = Readings.of(np.zeros(24, dtype=np.int64), starts[:-1], starts[1:], use)
    meter = MeterFacts(0, "M", Resource.ELECTRICITY, "kWh")
    savings = compute_savings(
        Portfolio((SiteFacts("Casa"),), (meter,), readings),
        Question(BASELINE, REPORTING, **question),  # type: ignore[arg-type]  # by name
    )
    return "\n".join(savings_lines(savings, Language("en"), paper))


def test_a_wide_terminal_gets_blocks_and_a_narrow_one_shorter_ones() -> None:
    wide, narrow = lines(Paper(120, blocks=True)), lines(Paper(50, blocks=True))
    assert "█" * 20 in wide
    assert "█" * 20 not in narrow
    assert "█" in narrow
    table = [line for line in narrow.splitlines() if line.startswith("    ")]
    assert max(map(len, table)) <= 50


def test_a_very_narrow_one_gets_none() -> None:
    assert "█" not in lines(Paper(40, blocks=True))


def test_plain_text_has_plain_bars_and_a_minus_for_more_use() -> None:
    told = lines(Paper())
    assert "█" not in told
    assert "-####" in told


@pytest.mark.parametrize("blocks", [True, False])
def test_what_was_agreed_is_said(blocks: bool) -> None:
    pool = Adjustment(REPORTING.start, REPORTING.end, per_month=10.0)
    assert "agreed adjustments among it: 120 kWh" in lines(Paper(100, blocks=blocks), adjustments=(pool,))
