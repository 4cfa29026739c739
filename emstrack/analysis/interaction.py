"""Measures on one meter: each acts on the load that the ones before it left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def combined_fraction(fractions: Sequence[float]) -> float:
    """Return what several measures take away together: 1 − Π(1 − s) (M-12.7).

    Parameters
    ----------
    fractions : sequence of float, shape (measures,)
        What each alone takes away of the meter's use [1]; above 1 counts as all of it, negative adds use.

    Returns
    -------
    float
        [1]; the order plays no part.
    """
    left = 1.0 - np.minimum(np.asarray(fractions, dtype=np.float64), 1.0)
    return float(1.0 - left.prod())


def remaining_savings(fractions: Sequence[float]) -> NDArray[np.float64]:
    """Return what each takes away of the load that those before it left (M-12.7).

    Parameters
    ----------
    fractions : sequence of float, shape (measures,)
        In the order they are put in [1].

    Returns
    -------
    ndarray, shape (measures,)
        Adds up to `combined_fraction` [1].
    """
    alone = np.minimum(np.asarray(fractions, dtype=np.float64), 1.0)
    left = np.concatenate([[1.0], np.cumprod(1.0 - alone)[:-1]]) if len(alone) else alone
    parts: NDArray[np.float64] = alone * left
    return parts
