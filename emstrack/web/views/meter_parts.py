"""What belongs to a meter: the devices on it, and the sites that share it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.services.sites import list_meters, list_sites, set_device, share_meter
from emstrack.web import requests
from emstrack.web.forms.meters import DeviceForm, ShareForm
from emstrack.web.forms.sites import as_data, options, show_beside

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


def add_device(meter_id: int) -> str | Response | tuple[str, int]:
    """Put a device on a meter."""
    form = DeviceForm(request.form)
    if request.method == "GET":
        form.process(data={"digits": 6, "multiplier": 1.0})
        return _device_page(form, meter_id)
    if not form.validate():
        return _device_page(form, meter_id), 422
    try:
        set_device.add_device(requests.session(), meter_id, form.counter(), now=requests.now())
    except RefusedError as error:
        requests.session().rollback()
        return _device_page(form, meter_id, trouble=show_beside(form, error, requests.language())), 422
    return _done(meter_id, "devices")


def edit_device(meter_id: int, device_id: int) -> str | Response | tuple[str, int]:
    """Correct a device, or take it off."""
    device = set_device.device_of_meter(requests.session(), meter_id, device_id)
    form = DeviceForm(request.form)
    if request.method == "GET":
        form.process(data=as_data(set_device.counter_of(device), version=device.version))
        return _device_page(form, meter_id, device_id)
    if not form.validate():
        return _device_page(form, meter_id, device_id), 422
    version = int(form.version.data) if (form.version.data or "").isdigit() else 0
    try:
        set_device.change_device(requests.session(), device_id, form.counter(), version=version, now=requests.now())
    except (RefusedError, ConflictError) as error:
        requests.session().rollback()
        trouble = show_beside(form, error, requests.language())
        conflict = isinstance(error, ConflictError)
        if conflict:
            form.version.data = error.evidence["version"]
        return _device_page(form, meter_id, device_id, trouble), 409 if conflict else 422
    return _done(meter_id, "devices")


def remove_device(meter_id: int, device_id: int) -> Response:
    """Take out a device that never was."""
    set_device.device_of_meter(requests.session(), meter_id, device_id)
    reason = request.form.get("reason", "")
    set_device.remove_device(requests.session(), device_id, now=requests.now(), reason=reason)
    return _done(meter_id, "devices")


def add_share(meter_id: int) -> str | Response | tuple[str, int]:
    """Give a site its part of a meter."""
    shown = list_meters.show_meter(requests.session(), meter_id)
    form = ShareForm(request.form)
    sites = list_sites.list_site_names(requests.session())
    form.site_id.choices = options(("", ""), *(each for each in sites if each[0] != shown.site.id))
    if request.method == "GET":
        return _share_page(form, shown)
    if not form.validate():
        return _share_page(form, shown), 422
    try:
        share_meter.share_meter(
            requests.session(),
            meter_id,
            form.site_id.data,
            (form.percent.data or 0.0) / 100,
            start=form.start.data,
            end=form.end.data,
            now=requests.now(),
        )
    except RefusedError as error:
        requests.session().rollback()
        trouble = show_beside(form, error, requests.language())
        return _share_page(form, list_meters.show_meter(requests.session(), meter_id), trouble), 422
    return _done(meter_id, "shares")


def end_share(meter_id: int, share_id: int) -> Response:
    """Say from which day on a site no longer uses its part."""
    share = share_meter.share_of_meter(requests.session(), meter_id, share_id)
    version = request.form.get("version", type=int) or share.version
    share_meter.end_share(requests.session(), share_id, _day(), version=version, now=requests.now())
    return _done(meter_id, "shares")


def remove_share(meter_id: int, share_id: int) -> Response:
    """Take out a share that was never true."""
    share_meter.share_of_meter(requests.session(), meter_id, share_id)
    reason = request.form.get("reason", "")
    share_meter.remove_share(requests.session(), share_id, now=requests.now(), reason=reason)
    return _done(meter_id, "shares")


def _day() -> date:
    text = request.form.get("end", "")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RefusedError("share.end_missing", text=text[:40]) from None


def _done(meter_id: int, anchor: str) -> Response:
    flash(requests.language().text("Saved."), "good")
    return redirect(url_for("meters.show", meter_id=meter_id, _anchor=anchor), 303)


def _device_page(form: DeviceForm, meter_id: int, device_id: int = 0, trouble: str = "") -> str:
    shown = list_meters.show_meter(requests.session(), meter_id)
    return render_template("meters/device.html", form=form, shown=shown, device_id=device_id, trouble=trouble)


def _share_page(form: ShareForm, shown: list_meters.ShownMeter, trouble: str = "") -> str:
    return render_template("meters/share.html", form=form, shown=shown, trouble=trouble)
