"""Meters: what is known of one, and its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.periods import Month
from emstrack.domain.resources import Resource
from emstrack.services.readings.keep_bill import waiting_bills
from emstrack.services.sites import add_meter, change_meter, list_changes, list_meters, show_site
from emstrack.web import requests
from emstrack.web.forms.meters import MeterForm
from emstrack.web.forms.sites import as_data, show_beside
from emstrack.web.presenters import readings as present_readings
from emstrack.web.presenters import sites as present

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from emstrack.storage.models import Site


def show(meter_id: int) -> str:
    """Show what is known of a meter: facts, devices, shares, changes."""
    session, language = requests.session(), requests.language()
    shown = list_meters.show_meter(session, meter_id)
    return render_template(
        "meters/show.html",
        shown=shown,
        waiting=present_readings.waiting(
            waiting_bills(session, meter_id), shown.site.id, shown.site.time_zone, language
        ),
        may_record=requests.actor().may(Permission.RECORD_READINGS),
        meter=shown.meter,
        site=shown.site,
        facts=present.meter_facts(shown, language),
        measured=present.measured(shown.meter, language),
        last_month=str(Month.of(requests.today()).plus(-1)),
        since=lambda day: present.since(day, language),
        changes=present.change_entries(
            list_changes.changes_of_meter(session, meter_id), shown.site.time_zone, language
        ),
        may_edit=requests.actor().may(Permission.EDIT_SITES),
    )


def new(site_id: int) -> str | Response | tuple[str, int]:
    """Add a meter: first what it measures, then what such a meter has."""
    site = show_site.show_site(requests.session(), site_id, today=requests.today()).site
    form = _form(site, _resource_wanted())
    if request.method == "GET":
        form.process(data=_usual(form, _resource_wanted()))
        return _page(form, site)
    if not form.validate():
        return _page(form, site), 422
    try:
        meter = add_meter.add_meter(requests.session(), site_id, form.details(), now=requests.now())
    except RefusedError as error:
        return _refused(form, site_id, error)
    flash(requests.language().text("The meter “{name}” is added.", name=meter.name), "good")
    return redirect(url_for("sites.about", site_id=site_id, _anchor="meters"), 303)


def edit(meter_id: int) -> str | Response | tuple[str, int]:
    """Change what is known of a meter."""
    shown = list_meters.show_meter(requests.session(), meter_id)
    resource = Resource(request.values["resource"]) if _names_resource() else Resource(shown.meter.resource)
    form = _form(shown.site, resource, shown)
    if request.method == "GET":
        details = list_meters.details_of(shown.meter)
        form.process(data=as_data(details, version=shown.meter.version, resource=resource.value))
        return _page(form, shown.site, shown)
    if not form.validate():
        return _page(form, shown.site, shown), 422
    try:
        change_meter.change_meter(
            requests.session(),
            meter_id,
            form.details(),
            version=_version(form.version.data),
            now=requests.now(),
            reason=form.reason.data or "",
        )
    except (RefusedError, ConflictError) as error:
        return _refused(form, shown.site.id, error, meter_id)
    flash(requests.language().text("Saved."), "good")
    return redirect(url_for("meters.show", meter_id=meter_id), 303)


def archive(meter_id: int) -> Response:
    """Take a meter out of the month's page; its readings stay."""
    version = _version(request.form.get("version"))
    meter = change_meter.archive_meter(
        requests.session(), meter_id, version=version, now=requests.now(), reason=request.form.get("reason", "")
    )
    flash(requests.language().text("“{name}” is archived; everything recorded stays.", name=meter.name), "good")
    return redirect(url_for("sites.about", site_id=meter.site_id, _anchor="meters"), 303)


def restore(meter_id: int) -> Response:
    """Bring an archived meter back."""
    version = _version(request.form.get("version"))
    meter = change_meter.restore_meter(requests.session(), meter_id, version=version, now=requests.now())
    flash(requests.language().text("“{name}” is back.", name=meter.name), "good")
    return redirect(url_for("meters.show", meter_id=meter_id), 303)


def _names_resource() -> bool:
    return request.values.get("resource", "") in set(Resource)


def _resource_wanted() -> Resource:
    return Resource(request.values["resource"]) if _names_resource() else Resource.ELECTRICITY


def _usual(form: MeterForm, resource: Resource) -> dict[str, object]:
    """Fill in what is usual for a resource: a cylinder comes on delivery, a bill every month."""
    delivered = resource.is_fuel and resource is not Resource.NATURAL_GAS
    return {
        "resource": resource.value,
        "unit": form.unit.choices[0].value,
        "direction": "generated" if resource is Resource.SOLAR_PV else "import",
        "cadence": "on_delivery" if delivered else "monthly",
        "calendar_mode": "between_deliveries" if delivered else "pro_rata",
    }


def _form(site: Site, resource: Resource, shown: list_meters.ShownMeter | None = None) -> MeterForm:
    listed = list_meters.list_meters(requests.session(), site.id, archived=True)
    parents = [
        (row.meter.id, row.meter.name)
        for row in listed
        if row.meter.resource == resource.value
        and (shown is None or row.meter.id != shown.meter.id)
        and (row.meter.archived_at is None or (shown is not None and row.meter.id == shown.meter.parent_id))
    ]
    form = MeterForm(request.form)
    keeps_unit = shown is not None and shown.meter.resource == resource.value
    form.offer(resource, parents, shown.meter.unit if shown is not None and keeps_unit else "")
    return form


def _page(form: MeterForm, site: Site, shown: list_meters.ShownMeter | None = None, trouble: str = "") -> str:
    resource = Resource(form.resource.data) if form.resource.data in set(Resource) else Resource.ELECTRICITY
    language = requests.language()
    return render_template(
        "meters/form.html",
        form=form,
        site=site,
        shown=shown,
        trouble=trouble,
        resource=resource,
        varieties=[(value, language.text(label)) for value, label in form.offer_varieties(resource)],
    )


def _refused(
    form: MeterForm, site_id: int, error: RefusedError | ConflictError, meter_id: int | None = None
) -> tuple[str, int]:
    session = requests.session()
    session.rollback()
    trouble = show_beside(form, error, requests.language())
    if isinstance(error, ConflictError):
        form.version.data = error.evidence["version"]
    shown = None if meter_id is None else list_meters.show_meter(session, meter_id)
    site = show_site.show_site(session, site_id, today=requests.today()).site
    return _page(form, site, shown, trouble), 409 if isinstance(error, ConflictError) else 422


def _version(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0
