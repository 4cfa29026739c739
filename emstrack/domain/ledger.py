"""The ledger of verified savings: how a line's saving is known, and whether it may be signed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LineKind(StrEnum):
    """What a line's saving rests on."""

    ISOLATED = "isolated_line"
    """Measured apart from the supply meter (options A, B, D)."""
    MEASURED = "measured_line"
    """The meter's own saving, which one measure alone stands for (option C)."""
    ALLOCATED = "allocated_line"
    """A share of what the meter saved beside others: never verified."""
    ESTIMATED = "estimated_line"
    """Nothing is measured, or it may not be claimed; the findings say why."""

    @property
    def may_be_verified(self) -> bool:
        """Whether somebody may put their name to it."""
        return self in {LineKind.ISOLATED, LineKind.MEASURED}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedFigure:
    """What somebody put their name to.

    Parameters
    ----------
    resource, unit, basis, option : str
    kind : LineKind
    quantity : float
        [unit]
    band_90 : float or None
        Half-width at 90 % [unit].
    months : tuple of (str, float)
        ``YYYY-MM`` and what was saved in it [unit]: what the quantity is the sum of.
    fingerprint : str
        Of all of these, so that a change afterwards shows.
    """

    resource: str
    unit: str
    basis: str
    option: str
    kind: LineKind
    quantity: float
    band_90: float | None
    months: tuple[tuple[str, float], ...]
    fingerprint: str = ""
