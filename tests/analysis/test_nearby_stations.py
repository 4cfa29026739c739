"""How far stations are, and which is taken."""

from __future__ import annotations

import numpy as np
import pytest

from emstrack.analysis.nearby_stations import choose_stations, great_circle_km

NAN = float("nan")


def test_m_14_2_distances_are_great_circles() -> None:
    found = great_circle_km([18.50, 0.0, NAN], [-77.92, 0.0, 1.0], [17.97, 0.0], [-76.79, 180.0])
    assert found[0, 0] == pytest.approx(133.1, abs=0.5)  # Montego Bay to Kingston
    assert found[1, 1] == pytest.approx(np.pi * 6371.0088)
    assert np.isnan(found[2]).all()


@pytest.mark.parametrize(
    ("distance", "climb", "coverage", "taken"),
    [
        ([10, 20], [0, 0], [1.0, 1.0], 0),  # the nearest
        ([10, 20], [0, 0], [0.5, 0.95], 1),  # that knows enough
        ([10, 20], [0, 0], [0.95, 1.0], 0),  # nine tenths are enough
        ([10, 20], [0, 0], [0.5, 0.4], 0),  # none knows enough: the one that knows most
        ([10, 20], [0, 0], [0.4, 0.5], 1),
        ([10, 20], [900, NAN], [1.0, 1.0], 1),  # 900 m above is another climate; not knowing rules nothing out
        ([201, NAN], [0, 0], [1.0, 1.0], -1),  # too far, or nobody knows where
        ([10, 20], [0, 0], [0.0, 0.0], -1),  # knows no day
        ([], [], [], -1),
    ],
)
def test_m_14_2_the_nearest_that_knows_enough_is_taken(
    distance: list[float], climb: list[float], coverage: list[float], taken: int
) -> None:
    given = (np.array([row], dtype=float).reshape(1, -1) for row in (distance, climb, coverage))
    assert choose_stations(*given).tolist() == [taken]
