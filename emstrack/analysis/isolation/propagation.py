"""How sure a worksheet's saving is: each parameter's doubt, carried through its formula."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.student import two_sided_t

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from emstrack.analysis.isolation.steps import Step, Values
    from emstrack.domain.verification import Parameter

CONFIDENCE = 0.9
_AS_GOOD_AS_KNOWN = 10_000
"""Degrees of freedom from which on t is the normal's."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A parameter's standard uncertainty.

    Parameters
    ----------
    standard : float
        [the parameter's unit]
    freedom : float
        Degrees of freedom; infinite for an estimate.
    """

    standard: float
    freedom: float


@dataclass(frozen=True, slots=True)
class Propagated:
    """A worksheet's figures.

    Parameters
    ----------
    steps : tuple of Step
        With values of shape ().
    band_90 : mapping of str to float
        Half-width at 90 % by resource [the saving's unit].
    shares : mapping of str to mapping of str to float
        By resource, the part of the variance that each parameter brings [fraction].
    """

    steps: tuple[Step, ...]
    band_90: Mapping[str, float]
    shares: Mapping[str, Mapping[str, float]]


def doubt_of(parameter: Parameter) -> Doubt:
    """Return the standard uncertainty of a parameter.

    Implements M-13.1, s ÷ √n with n − 1 degrees of freedom where it was measured, and M-13.2, (high − low) ÷ √12 where
    it was estimated between two values.

    Parameters
    ----------
    parameter : Parameter

    Returns
    -------
    Doubt
        Nothing where it was counted whole.

    References
    ----------
    .. [1] JCGM 100:2008 (GUM), 4.2.3, 4.3.7.
    """
    if parameter.is_measured and parameter.sample and parameter.spread is not None:
        return Doubt(parameter.spread / sqrt(parameter.sample), parameter.sample - 1.0)
    if parameter.low is None or parameter.high is None:
        return Doubt(0.0, inf)
    return Doubt((parameter.high - parameter.low) / sqrt(12.0), inf)


def propagate(steps_of: Callable[[Values], tuple[Step, ...]], parameters: Sequence[Parameter]) -> Propagated:
    """Return a worksheet's figures with their bands.

    Implements M-13.3: each parameter is moved by its standard uncertainty up and down; half the difference is what it
    brings, their squares add up, and t at the effective degrees of freedom makes the band of 90 %.

    Parameters
    ----------
    steps_of : callable
        The worksheet's formula, on arrays.
    parameters : sequence of Parameter

    Returns
    -------
    Propagated

    References
    ----------
    .. [1] JCGM 100:2008 (GUM), 5.1.3 note 2, G.4.1 (Welch–Satterthwaite).
    """
    names = [str(each.name) for each in parameters]
    doubts = [doubt_of(each) for each in parameters]
    count = len(parameters)
    moved = np.tile(np.array([each.value for each in parameters], dtype=np.float64), (1 + 2 * count, 1))
    standard = np.array([each.standard for each in doubts])
    moved[1 : 1 + count] += np.diag(standard)
    moved[1 + count :] -= np.diag(standard)
    whole = steps_of({name: moved[:, place] for place, name in enumerate(names)})
    bands, shares = {}, {}
    for step in whole:
        if step.resource:
            brought = (step.value[1 : 1 + count] - step.value[1 + count :]) / 2
            bands[step.resource] = _band(brought, doubts)
            variance = float(brought @ brought)
            shares[step.resource] = dict(
                zip(names, (brought**2 / variance if variance else brought).tolist(), strict=True)
            )
    central = tuple(type(s)(s.name, s.arithmetic, s.value[0], s.unit, s.resource) for s in whole)
    return Propagated(central, bands, shares)


def _band(brought: NDArray[np.float64], doubts: Sequence[Doubt]) -> float:
    """Return t times the combined uncertainty."""
    variance = float(brought @ brought)
    if not variance:
        return 0.0
    freedom = sum(float(part) ** 4 / each.freedom for part, each in zip(brought, doubts, strict=True))
    effective = variance**2 / freedom if freedom else inf
    return two_sided_t(CONFIDENCE, int(min(effective + 1e-9, _AS_GOOD_AS_KNOWN))) * sqrt(variance)
