"""When a person is reminded: one mail at most a day, at eight by their own clock."""

from __future__ import annotations

from datetime import time
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class Reminders(StrEnum):
    """How often a person wants to hear what is due."""

    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


AT = time(8)
SOON_DAYS = 7


def is_reminded_on(reminders: Reminders, day: date) -> bool:
    """Tell whether a person is written to on a day, if there is anything to say: Mondays, or each working day.

    Parameters
    ----------
    reminders : Reminders
    day : date
        By the person's own clock.
    """
    if reminders == Reminders.WEEKLY:
        return day.weekday() == 0
    return reminders == Reminders.DAILY and day.weekday() < 5
