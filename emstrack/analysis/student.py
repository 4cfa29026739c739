"""Student's t and Fisher's F by the incomplete beta function, so that no statistics library is needed."""

from __future__ import annotations

from functools import lru_cache
from math import exp, inf, isnan, lgamma, log, log1p, nan

_TINY = 1e-300
_STEPS = 500


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b).

    Lentz's continued fraction [1]_, on the side where it converges fast.

    Parameters
    ----------
    a, b : float
        Positive.
    x : float
        From 0 to 1.

    References
    ----------
    .. [1] NIST Digital Library of Mathematical Functions, 8.17.22.
    """
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x > (a + 1) / (a + b + 2):
        return 1.0 - front * _fraction(b, a, 1 - x) / b
    return front * _fraction(a, b, x) / a


def _fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1.0 / _away_from_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _STEPS):
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 / _away_from_zero(1 + numerator * d)
            c = _away_from_zero(1 + numerator / c)
            step = c * d
            value *= step
        if abs(step - 1) < 1e-16:
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def two_sided_p(t: float, freedom: int) -> float:
    """Return the probability of a t at least as far from zero as this one.

    Parameters
    ----------
    t : float
    freedom : int
        Degrees of freedom.
    """
    if freedom < 1 or isnan(t):
        return nan
    return incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t))


def f_p(f: float, between: int, within: int) -> float:
    """Return the probability of an F at least this large.

    Parameters
    ----------
    f : float
    between, within : int
        Degrees of freedom of numerator and denominator.
    """
    if between < 1 or within < 1 or isnan(f):
        return nan
    return incomplete_beta(within / 2, between / 2, within / (within + between * f))


@lru_cache(maxsize=4096)
def two_sided_t(confidence: float, freedom: int) -> float:
    """Return the t within which the given share of values lies; infinite without a degree of freedom.

    Parameters
    ----------
    confidence : float
        E.g. 0.9. [fraction]
    freedom : int
        Degrees of freedom.
    """
    if freedom < 1:
        return inf
    low, high = 0.0, 1.0
    while two_sided_p(high, freedom) > 1 - confidence:
        low, high = high, high * 2
    for _ in range(200):
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        if two_sided_p(middle, freedom) > 1 - confidence:
            low = middle
        else:
            high = middle
    return (low + high) / 2
