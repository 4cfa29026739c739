"""Weather stations and a site's weather as pages show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from emstrack.charts.temperatures import MonthTemperature, Temperatures, temperatures
from emstrack.domain.periods import Month
from emstrack.domain.weather import StationKind
from emstrack.language.languages import MISSING
from emstrack.web.presenters.charts import chart_figure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emstrack.language.languages import Language
    from emstrack.services.sites.list_stations import ListedStation
    from emstrack.services.sites.show_site_weather import Candidate, SiteWeather
    from emstrack.services.sites.show_station import ShownStation
    from emstrack.storage.models import WeatherStation
    from emstrack.web.presenters.charts import ChartFigure

_SITES_NAMED = 3
_GAPS_NAMED = 50


def name_of(station: WeatherStation) -> str:
    """Return what people call a station."""
    return station.name or station.code


def station_columns(language: Language) -> list[dict[str, Any]]:
    """Return the columns of the list of stations."""
    titles = ("Station", "What it holds", "From", "Until", "Days or months", "Coverage", "Sites that use it")
    return [{"label": language.text(title), "numeric": 3 < place < 6} for place, title in enumerate(titles)]


def station_rows(listed: Iterable[ListedStation], language: Language) -> list[list[Any]]:
    """Return the list of stations."""
    return [
        [
            {
                "text": name_of(each.station),
                "href": url_for("weather.show", station_id=each.station.id),
                "note": language.label(each.station.source),
            },
            language.label(each.kind),
            _end(each, each.first, language),
            _end(each, each.last, language),
            language.number(each.known),
            _coverage_cell(each.coverage, language),
            _sites(each.sites, language),
        ]
        for each in listed
    ]


def _end(each: ListedStation, day: Any, language: Language) -> str:
    if each.kind is StationKind.MONTHLY_MEANS and day is not None:
        return language.month(day)
    return language.date(day)


def _coverage_cell(fraction: float | None, language: Language) -> Any:
    if fraction is None:
        return MISSING
    kind = "" if fraction >= 1 - 1e-9 else "partial"
    return {"text": covered(fraction, language), "bar": fraction, "kind": kind}


def covered(fraction: float | None, language: Language) -> str:
    """Write a coverage; only what is whole is called 100 %."""
    if fraction is not None and 1 - 1e-9 > fraction > 0.999:
        fraction = 0.999
    return language.percent(fraction, digits=1 if fraction is not None and 0.99 < fraction < 1 - 1e-9 else 0)


def _sites(sites: tuple[tuple[int, str], ...], language: Language) -> str:
    names = ", ".join(name for _, name in sites[:_SITES_NAMED])
    more = len(sites) - _SITES_NAMED
    return language.text("{names} and {count} more", names=names, count=more) if more > 0 else names or MISSING


def facts(shown: ShownStation, language: Language) -> list[tuple[str, str]]:
    """Return what is known of a station, nothing that is not."""
    station, text = shown.station, language.text
    made = ""
    if shown.origin is not None:
        made = text(
            "{station}, {first} to {last}, at least {least} years for every month",
            station=shown.origin.name,
            first=shown.origin.first_year,
            last=shown.origin.last_year,
            least=shown.origin.least_years,
        )
    pairs = [
        (text("What it holds"), language.label(station.kind)),
        (text("Code in files"), station.code),
        (text("Where it is"), place(station, language)),
        (text("Elevation"), f"{language.number(station.elevation_m)} m" if station.elevation_m is not None else ""),
        (text("Where it comes from"), language.label(station.source)),
        (text("Made of"), made),
        (text("To be named with it"), station.attribution),
    ]
    return [(name, value) for name, value in pairs if value]


def place(where: Any, language: Language) -> str:
    """Write a place in degrees; empty where nobody said."""
    if where.latitude is None or where.longitude is None:
        return ""
    return f"{language.number(where.latitude, digits=3)}°, {language.number(where.longitude, digits=3)}°"


def figure(shown: ShownStation, language: Language) -> ChartFigure | None:
    """Draw the months of a station; None where there is none."""
    months = tuple(
        MonthTemperature(Month.of(each.month), each.mean_c, each.rain_mm, each.known >= each.of)
        for each in shown.months
    )
    if not any(each.mean_c is not None for each in months):
        return None
    is_typical = shown.kind is StationKind.TYPICAL_YEAR
    return chart_figure(temperatures(Temperatures(name_of(shown.station), months, is_typical), language), language)


def coverage_table(shown: ShownStation, language: Language) -> tuple[list[dict[str, Any]], list[list[Any]]]:
    """Return a row per year and a column per month: the days known of each, and the part of the year."""
    names = language.locale.months["stand-alone"]["abbreviated"]
    columns: list[dict[str, Any]] = [{"label": language.text("Year")}]
    columns += [{"label": str(names[number]), "numeric": True} for number in range(1, 13)]
    columns.append({"label": language.text("Whole year"), "numeric": True})
    years: dict[int, dict[int, Any]] = {}
    for each in shown.months:
        years.setdefault(each.month.year, {})[each.month.month] = each
    rows = []
    for year, months in sorted(years.items(), reverse=True):
        known, of = sum(each.known for each in months.values()), _days_between(shown, months.values())
        cells = [_month_cell(months.get(number), language) for number in range(1, 13)]
        rows.append([str(year), *cells, _coverage_cell(known / of if of else None, language)])
    return columns, rows


def _days_between(shown: ShownStation, months: Iterable[Any]) -> int:
    """Return the days of some months from the station's first day to its last: what is still to come lacks nothing."""
    first, last = (None, None) if shown.gaps is None else (shown.gaps.first.item(), shown.gaps.last.item())
    days = 0
    for each in months:
        before = (first - each.month).days if first is not None else 0
        after = (each.month - last).days + each.of - 1 if last is not None else 0
        days += each.of - max(before, 0) - max(after, 0)
    return days


def _month_cell(each: Any, language: Language) -> str:
    if each is None:
        return ""
    return language.number(each.known) if each.known >= each.of else f"{language.number(each.known)} / {each.of}"


def gap_rows(shown: ShownStation, language: Language) -> tuple[list[dict[str, Any]], list[list[Any]], int]:
    """Return the gaps of a station, the longest first, and how many are not listed."""
    columns = [{"label": language.text(name), "numeric": name == "Days"} for name in ("From", "Until", "Days")]
    gaps = shown.gaps
    if gaps is None or not len(gaps.start):
        return columns, [], 0
    length = (gaps.end - gaps.start).astype(int)
    order = (-length).argsort(kind="stable")[:_GAPS_NAMED]
    rows = [
        [
            language.date(gaps.start[index].item()),
            language.date((gaps.end[index] - 1).item()),
            language.number(int(length[index])),
        ]
        for index in order
    ]
    return columns, rows, len(length) - len(rows)


def using_rows(shown: ShownStation, language: Language) -> tuple[list[dict[str, Any]], list[list[Any]]]:
    """Return the sites that use a station."""
    titles = ("Site", "Distance", "The site is higher by", "Choice")
    units = {"Distance": "km", "The site is higher by": "m"}
    columns: list[dict[str, Any]] = [
        {"label": language.text(title), "unit": units.get(title, ""), "numeric": title in units} for title in titles
    ]
    rows = [
        [
            {"text": each.name, "href": url_for("sites.weather", site_id=each.id)},
            language.number(each.distance_km, digits=_digits(each.distance_km)),
            language.number(each.climb_m),
            language.label(each.by),
        ]
        for each in shown.sites
    ]
    return columns, rows


def origin_rows(shown: ShownStation, language: Language) -> tuple[list[dict[str, Any]], list[list[Any]]]:
    """Return which files and services brought the values, who asked and when."""
    titles = ("File or service", "When", "By", "Values")
    columns: list[dict[str, Any]] = [{"label": language.text(title), "numeric": title == "Values"} for title in titles]
    rows: list[list[Any]] = [
        [
            {"text": each.file_name, "href": url_for("imports.show", batch_id=each.id)},
            language.instant(each.created_at, "UTC"),
            each.person or MISSING,
            language.number(each.rows),
        ]
        for each in shown.batches
    ]
    return columns, rows


def site_facts(weather: SiteWeather, language: Language) -> list[tuple[str, str]]:
    """Return what a site's page says of its weather."""
    here, text = weather.here, language.text
    if here is None:
        return []
    by = text("The only station there is: it serves every site that names none") if weather.is_lone else ""
    pairs = [
        (text("What it holds"), language.label(here.station.kind)),
        (text("Distance"), _km(here.distance_km, language)),
        (text("Difference of elevation"), _climb(here, language)),
        (
            text("Days of the site’s readings it knows"),
            covered(here.coverage, language) if here.coverage is not None else "",
        ),
        (text("Choice"), by or language.label(weather.by)),
        (text("Where it comes from"), language.label(here.station.source)),
    ]
    return [(name, value) for name, value in pairs if value]


def _digits(kilometres: float | None) -> int:
    return 1 if kilometres is not None and kilometres < 10 else 0


def _km(kilometres: float | None, language: Language) -> str:
    return "" if kilometres is None else f"{language.number(kilometres, digits=_digits(kilometres))} km"


def _climb(here: Candidate, language: Language) -> str:
    if here.climb_m is None:
        return ""
    metres = language.number(abs(here.climb_m))
    if round(here.climb_m) == 0:
        return language.text("no difference")
    if here.climb_m > 0:
        return language.text("the station is {metres} m lower", metres=metres)
    return language.text("the station is {metres} m higher", metres=metres)


def year_rows(weather: SiteWeather, language: Language) -> tuple[list[dict[str, Any]], list[list[Any]]]:
    """Return the coverage by year."""
    columns: list[dict[str, Any]] = [
        {"label": language.text("Year")},
        {"label": language.text("Days"), "numeric": True},
        {"label": language.text("Coverage"), "numeric": True},
    ]
    rows = [
        [
            str(year),
            f"{language.number(known)} / {language.number(of)}",
            _coverage_cell(min(known / of, 1.0) if of else None, language),
        ]
        for year, known, of in reversed(weather.years)
    ]
    return columns, rows


def candidate_choices(weather: SiteWeather, language: Language) -> list[tuple[str, str, str]]:
    """Return the stations to choose among: value, name, and how far and how complete."""
    choices = [("", language.text("The nearest that knows enough of the days"), language.text("Chosen by itself"))]
    for each in weather.candidates:
        told = [language.label(each.station.kind)]
        if each.distance_km is not None:
            told.append(_km(each.distance_km, language))
        if each.climb_m is not None and round(each.climb_m):
            told.append(_climb(each, language))
        if each.coverage is not None:
            told.append(language.text("knows {coverage} of the days", coverage=covered(each.coverage, language)))
        choices.append((str(each.station.id), name_of(each.station), " · ".join(told)))
    return choices
