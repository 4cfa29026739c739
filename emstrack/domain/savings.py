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
    CHANGE_POINT_2P = "change_point:2P"
    CHANGE_POINT_3PC = "change_point:3PC"
    CHANGE_POINT_3PH = "change_point:3PH"
    CHANGE_POINT_4P = "change_point:4P"
    CHANGE_POINT_5P = "change_point:5P"

    @property
    def is_indicative(self) -> bool:
        """Whether its result is headed *indicative* and never feeds a claim."""
        return self in {Method.AVERAGE, Method.INTENSITY}

    @property
    def change_point_form(self) -> str | None:
        """The change-point form asked for by name, ``2P`` to ``5P``; None for other methods (M-10)."""
        return self.removeprefix("change_point:") if self.startswith("change_point:") else None

    @property
    def can_be_kept(self) -> bool:
        """Whether a baseline may be stored with it; change-point forms are for looking and comparing."""
        return self.change_point_form is None


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


class ClosedKind(StrEnum):
    """Why days are left out of fit and claim."""

    CLOSED = "closed"
    WORKS = "works"
