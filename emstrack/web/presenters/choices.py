"""What the selects of forms offer, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from babel import dates

from emstrack.domain.accounts import OrganisationKind, Permission, Role, may_give
from emstrack.reference.countries import country_choices, time_zones
from emstrack.web.forms.accounts import options

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emstrack.language.languages import Language
    from emstrack.services.accounts.list_organisations import Branch


def kinds(language: Language) -> list[Any]:
    """Return the kinds of organisation."""
    return options(*((kind.value, language.label(kind)) for kind in OrganisationKind))


def countries(language: Language) -> list[Any]:
    """Return every country, the one not said first."""
    return options(("", "–"), *country_choices(language.code))


def zones() -> list[Any]:
    """Return every time zone."""
    return options(("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in time_zones()))


def months(language: Language) -> list[Any]:
    """Return the months of a year by name."""
    names = dates.get_month_names("wide", context="stand-alone", locale=language.locale)
    return options(*((str(number), names[number]) for number in range(1, 13)))


def roles(language: Language, held: frozenset[Permission], among: Iterable[Role] = tuple(Role)) -> list[Any]:
    """Return the roles that somebody with these permissions may give."""
    return options(*((role.value, language.label(role)) for role in among if may_give(held, role)))


def tree(branches: Iterable[Branch], *, prefix: str = "") -> list[Any]:
    """Return organisations, set in by their depth."""
    return options(*((f"{prefix}{each.id}", "\u2003" * each.depth + each.organisation.name) for each in branches))
