"""The main navigation: what stands in it, for whom, and what is behind “More”."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission

if TYPE_CHECKING:
    from emstrack.domain.accounts import Actor


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the main navigation."""

    label: str
    name: str
    needs: Permission
    module: str = ""
    """The module of the organisation's profile that switches it on; empty is always."""
    more: bool = False
    """Behind “More” where the bar is wide: what is opened less than once a week."""


NAVIGATION: tuple[Entry, ...] = (
    Entry("Home", "home.show", Permission.VIEW),
    Entry("This month", "month.show", Permission.VIEW, "this_month"),
    Entry("Sites", "sites.index", Permission.VIEW),
    Entry("Savings", "savings.index", Permission.VIEW, "savings"),
    Entry("Measures", "measures.index", Permission.VIEW, "measures"),
    Entry("Report", "reports.index", Permission.VIEW, "report"),
    Entry("Audits", "audits.index", Permission.VIEW, "audits", more=True),
    Entry("Follow-ups", "follow_ups.index", Permission.VIEW, "follow_ups", more=True),
    Entry("Committee", "committees.index", Permission.VIEW, "committee", more=True),
    Entry("Programmes", "programmes.index", Permission.VIEW, "programmes", more=True),
    Entry("Finance", "finance.index", Permission.VIEW, "finance", more=True),
    Entry("Files", "imports.index", Permission.IMPORT, more=True),
    Entry("Weather", "weather.index", Permission.VIEW, more=True),
    Entry("Organisations", "organisations.index", Permission.ADMINISTER, "organisations", more=True),
)


def navigation(actor: Actor | None) -> list[Entry]:
    """Return what this person's main navigation holds: nothing they may not open, nothing that is switched off."""
    if actor is None:
        return []
    return [e for e in NAVIGATION if actor.may(e.needs) and (not e.module or e.module in actor.modules)]
