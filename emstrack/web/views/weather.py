"""Weather: stations, one station, monthly means pasted, and where a site's weather comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app, flash, redirect, render_template, request, url_for

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.weather import LEAST_YEARS, StationBy, StationKind
from emstrack.gateways.weather_services import services_of
from emstrack.services.readings import receive_file
from emstrack.services.sites import (
    change_station,
    choose_station,
    compute_typical_year,
    fetch_weather,
    list_stations,
    paste_months,
    show_site_weather,
    show_station,
)
from emstrack.web import requests
from emstrack.web.forms.sites import show_beside
from emstrack.web.forms.weather import MonthsForm, StationForm, station_data
from emstrack.web.presenters import weather as present

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from emstrack.services.readings.import_worker import ImportWorker
    from emstrack.services.readings.run_import import Watch


def index() -> str:
    """List the stations, with a place to bring weather in."""
    language = requests.language()
    return render_template(
        "weather/index.html",
        columns=present.station_columns(language),
        rows=present.station_rows(list_stations.list_stations(requests.session()), language),
        may_import=requests.actor().may(Permission.IMPORT),
        megabytes=requests.settings().max_upload_mb,
    )


def show(station_id: int) -> str:
    """Show one station."""
    return _station_page(station_id)


def edit(station_id: int) -> str | Response | tuple[str, int]:
    """Say what a station is called and where it stands."""
    shown = show_station.show_station(requests.session(), station_id)
    form = StationForm(request.form)
    if request.method == "GET":
        form.process(data=station_data(shown.station))
        return _form_page(form, shown)
    if not form.validate():
        return _form_page(form, shown), 422
    try:
        station = change_station.change_station(
            requests.session(),
            station_id,
            form.details(),
            version=_version(form.version.data),
            now=requests.now(),
            reason=form.reason.data or "",
        )
    except (RefusedError, ConflictError) as error:
        requests.session().rollback()
        trouble = show_beside(form, error, requests.language())
        if isinstance(error, ConflictError):
            form.version.data = error.evidence["version"]
        status = 409 if isinstance(error, ConflictError) else 422
        return _form_page(form, show_station.show_station(requests.session(), station_id), trouble), status
    flash(requests.language().text("“{name}” is saved.", name=present.name_of(station)), "good")
    return redirect(url_for("weather.show", station_id=station_id), 303)


def remove(station_id: int) -> Response | tuple[str, int]:
    """Remove a station that nothing uses."""
    try:
        version = _version(request.form.get("version"))
        change_station.remove_station(requests.session(), station_id, version=version, now=requests.now())
    except (RefusedError, ConflictError) as error:
        requests.session().rollback()
        status = 409 if isinstance(error, ConflictError) else 422
        return _station_page(station_id, requests.language().sentence(error)), status
    flash(requests.language().text("The station is removed."), "good")
    return redirect(url_for("weather.index"), 303)


def compute_typical(station_id: int) -> Response | tuple[str, int]:
    """Make a typical year of a station's measured days."""
    try:
        made = compute_typical_year.compute_typical_year(requests.session(), station_id, now=requests.now())
    except RefusedError as error:
        requests.session().rollback()
        return _station_page(station_id, requests.language().sentence(error)), 422
    flash(requests.language().text("The typical year is made."), "good")
    return redirect(url_for("weather.show", station_id=made.id), 303)


def paste() -> str | Response | tuple[str, int]:
    """Take monthly means pasted from a table; what they would do is looked at before anything is saved."""
    form = MonthsForm(request.form)
    if request.method == "GET":
        return render_template("weather/paste.html", form=form, trouble="")
    trouble = ""
    if form.validate():
        try:
            return _receive(form)
        except RefusedError as error:
            requests.session().rollback()
            trouble = show_beside(form, error, requests.language())
    return render_template("weather/paste.html", form=form, trouble=trouble), 422


def of_site(site_id: int) -> str:
    """Show where a site's weather comes from."""
    return _site_page(site_id)


def choose(site_id: int) -> Response | tuple[str, int]:
    """Give a site the station a person chose, or leave it to distance."""
    wanted = request.form.get("station", "")
    try:
        choose_station.choose_station(
            requests.session(),
            site_id,
            int(wanted) if wanted.isascii() and wanted.isdigit() else None,
            version=_version(request.form.get("version")),
            now=requests.now(),
            reason=request.form.get("reason", ""),
        )
    except (RefusedError, ConflictError) as error:
        requests.session().rollback()
        status = 409 if isinstance(error, ConflictError) else 422
        return _site_page(site_id, requests.language().sentence(error)), status
    flash(requests.language().text("The station is saved; savings are computed again."), "good")
    return redirect(url_for("sites.weather", site_id=site_id), 303)


def fetch(site_id: int) -> Response | tuple[str, int]:
    """Ask a weather service; the page of the import shows how far it is."""
    session, settings, worker = requests.session(), requests.settings(), _worker()
    wish = fetch_weather.Wish(
        site_id=site_id,
        service=request.form.get("service", ""),
        first_year=request.form.get("first_year", 0, type=int),
        last_year=request.form.get("last_year", 0, type=int),
    )
    try:
        batch = fetch_weather.ask_for_weather(session, wish, settings, now=requests.now(), today=requests.today())
    except RefusedError as error:
        session.rollback()
        return _site_page(site_id, requests.language().sentence(error)), 422

    def work(watch: Watch) -> None:
        fetch_weather.fetch_weather(watch, worker.files, settings, settings)

    worker.after_commit(session, batch.id, work)
    return redirect(url_for("imports.show", batch_id=batch.id), 303)


def _receive(form: MonthsForm) -> Response:
    place = (form.latitude.data, form.longitude.data, form.elevation_m.data)
    content = paste_months.months_as_file(form.station.data or "", form.months.data or "", place)
    batch = receive_file.receive_file(
        requests.session(),
        content,
        f"{(form.station.data or '').strip()[:80]}.csv",
        organisation_id=requests.actor().organisation_id,
        options={"kind": "weather", "currency": ""},
        files=_worker().files,
        now=requests.now(),
    )
    _worker().preview_after_commit(requests.session(), batch.id)
    return redirect(url_for("imports.show", batch_id=batch.id), 303)


def _station_page(station_id: int, trouble: str = "") -> str:
    language, actor = requests.language(), requests.actor()
    shown = show_station.show_station(requests.session(), station_id)
    gap_columns, gaps, more_gaps = present.gap_rows(shown, language)
    is_observed = shown.kind is StationKind.OBSERVED
    return render_template(
        "weather/show.html",
        shown=shown,
        station=shown.station,
        name=present.name_of(shown.station),
        facts=present.facts(shown, language),
        figure=present.figure(shown, language),
        coverage=present.coverage_table(shown, language) if is_observed and shown.months else None,
        gap_columns=gap_columns,
        gaps=gaps,
        more_gaps=more_gaps,
        sites=present.using_rows(shown, language),
        origins=present.origin_rows(shown, language),
        may_edit=actor.may(Permission.EDIT_SITES),
        is_observed=is_observed,
        enough_years=shown.full_years >= LEAST_YEARS if shown.months else False,
        least_years=LEAST_YEARS,
        trouble=trouble,
    )


def _form_page(form: StationForm, shown: show_station.ShownStation, trouble: str = "") -> str:
    name = present.name_of(shown.station)
    return render_template("weather/form.html", form=form, station=shown.station, name=name, trouble=trouble)


def _site_page(site_id: int, trouble: str = "") -> str:
    session, language, actor = requests.session(), requests.language(), requests.actor()
    weather = show_site_weather.show_site_weather(session, site_id, today=requests.today())
    settings, today = requests.settings(), requests.today()
    first, last = fetch_weather.usual_years(session, site_id, today=today)
    return render_template(
        "weather/site.html",
        weather=weather,
        site=weather.site,
        name=present.name_of(weather.here.station) if weather.here else "",
        facts=present.site_facts(weather, language),
        years=present.year_rows(weather, language),
        choices=present.candidate_choices(weather, language),
        chosen=str(weather.site.weather_station_id or "") if weather.by is StationBy.PERSON else "",
        services=[(code, each.name) for code, each in services_of(settings).items()],
        credits=[each.attribution for each in services_of(settings).values()],
        first_year=first,
        last_year=last,
        this_year=today.year,
        may_edit=actor.may(Permission.EDIT_SITES) and weather.site.archived_at is None,
        may_import=actor.may(Permission.IMPORT) and weather.site.archived_at is None,
        trouble=trouble,
    )


def _version(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0


def _worker() -> ImportWorker:
    return cast("ImportWorker", current_app.extensions["emstrack.imports"])
