"""Savings: the baseline methods and the words for a claim."""

from __future__ import annotations

from enum import StrEnum


class Method(StrEnum):
    """How the adjusted baseline is made (docs/methods.md)."""

    AUTO = "auto"
    FIXED = "fixed"
    AVERAGE = "average"
    INTENSITY = "intensity"
    REGRESSION = "regression"
    CALTRACK2 = "caltrack2"

    @property
    def is_indicative(self) -> bool:
        """Whether its result is headed *indicative* and never feeds a claim."""
        return self in {Method.AVERAGE, Method.INTENSITY}


class Claim(StrEnum):
    """What may be said of a saving."""

    DISTINGUISHABLE = "distinguishable"
    INDICATIVE = "indicative"
    NOISE = "not_distinguishable_from_noise"


class BaselineStatus(StrEnum):
    """Where a baseline stands; savings stay hidden until one is adopted."""

    DRAFT = "draft"
    ADOPTED = "adopted"
    SUPERSEDED = "superseded"
