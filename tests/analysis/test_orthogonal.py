from __future__ import annotations

import numpy as np
import pytest

from emstrack.analysis.orthogonal import orthogonalize, residual


def designs(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(5, 9, 4))


def test_least_squares_is_lapacks() -> None:
    x, y = designs(), np.random.default_rng(1).normal(size=(5, 9))
    found = orthogonalize(x).solve(y)
    for one in range(5):
        assert found[one] == pytest.approx(np.linalg.lstsq(x[one], y[one], rcond=None)[0])


def test_a_dependent_column_is_left_out_and_the_others_do_its_work() -> None:
    x, y = designs(), np.random.default_rng(1).normal(size=(5, 9))
    x[:, :, 2] = x[:, :, 0] - 3 * x[:, :, 1]
    factors = orthogonalize(x)
    assert factors.kept.tolist() == [[True, True, False, True]] * 5
    found = factors.solve(y)
    assert (found[:, 2] == 0).all()
    for one in range(5):
        best = np.linalg.lstsq(x[one], y[one], rcond=None)[0]
        assert x[one] @ found[one] == pytest.approx(x[one] @ best)


def test_forward_substitution_gives_the_inverse_of_the_normal_equations() -> None:
    x, g = designs(), np.random.default_rng(2).normal(size=(5, 4))
    along = orthogonalize(x).forward_substitute(g)
    for one in range(5):
        assert along[one] @ along[one] == pytest.approx(g[one] @ np.linalg.inv(x[one].T @ x[one]) @ g[one])


def test_rows_without_weight_count_for_nothing() -> None:
    x, y = designs(), np.random.default_rng(1).normal(size=(5, 9))
    x[:, 7:], y[:, 7:] = 0, 0
    assert orthogonalize(x).solve(y) == pytest.approx(orthogonalize(x[:, :7]).solve(y[:, :7]))


def test_what_is_left_is_orthogonal() -> None:
    factors = orthogonalize(designs())
    left = residual(factors.q, np.random.default_rng(1).normal(size=(5, 9)))
    assert np.abs(np.einsum("mnk,mn->mk", factors.q, left)).max() < 1e-14


def test_nothing_but_zeros_keeps_nothing() -> None:
    factors = orthogonalize(np.zeros((2, 3, 2)))
    assert not factors.kept.any()
    assert (factors.solve(np.ones((2, 3))) == 0).all()
