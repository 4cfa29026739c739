"""Sites: the list, what is known of one, its form, its photo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, render_template, request, url_for

from emstrack.domain.accounts import OrganisationKind, Permission
from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.sites import ATTRIBUTES_OF_KIND, SiteKind
from emstrack.gateways.stored_files import StoredFiles
from emstrack.reference.countries import country_choices, time_zones
from emstrack.services.audits.list_audits import audits_of_site
from emstrack.services.sites import (
    add_site,
    change_site,
    list_changes,
    list_meters,
    list_sites,
    set_photo,
    show_site,
    show_site_weather,
)
from emstrack.web import requests
from emstrack.web.forms.sites import UNIT_OF, SiteChoices, SiteForm, as_data, show_beside
from emstrack.web.presenters import audits as present_audits
from emstrack.web.presenters import sites as present
from emstrack.web.presenters import weather as present_weather

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

HOTELIERS = frozenset({OrganisationKind.HOTEL_GROUP, OrganisationKind.COMPANY})


def index() -> str:
    """List the sites a person may see."""
    args, language = request.args, requests.language()
    kind = args.get("kind", "")
    wanted = list_sites.SiteFilter(
        organisation_id=args.get("organisation", type=int),
        kind=SiteKind(kind) if kind in set(SiteKind) else None,
        text=args.get("q", ""),
        archived="archived" in args,
    )
    page = list_sites.list_sites(requests.session(), wanted, today=requests.today(), page=args.get("page", 1, type=int))
    return render_template(
        "sites/index.html",
        page=page,
        wanted=wanted,
        is_filtered=bool(wanted.organisation_id or wanted.kind or wanted.text.strip()),
        organisations=list_sites.list_organisations(requests.session()),
        kinds=[(each.value, language.label(each)) for each in SiteKind],
        columns=present.site_columns(language),
        rows=present.site_rows(page, language),
        may_edit=requests.actor().may(Permission.EDIT_SITES),
    )


def about(site_id: int) -> str:
    """Show what is known of a site: facts, dated attributes, meters, changes."""
    return _about(site_id)


def new() -> str | Response | tuple[str, int]:
    """Add a site: the form asks what one of its kind knows."""
    kind = _kind_wanted()
    form = _form()
    if request.method == "GET":
        form.process(data={"organisation_id": _usual_organisation(form), "kind": kind.value})
        return _form_page(form, kind)
    if not form.validate():
        return _form_page(form, kind), 422
    try:
        site = add_site.add_site(
            requests.session(), form.details(kind), attributes=form.attributes(kind), now=requests.now()
        )
    except RefusedError as error:
        return _refused(form, kind, error)
    flash(requests.language().text("“{name}” is added. Now its meters.", name=site.name), "good")
    return redirect(url_for("sites.about", site_id=site.id), 303)


def edit(site_id: int) -> str | Response | tuple[str, int]:
    """Change what is known of a site."""
    shown = show_site.show_site(requests.session(), site_id, today=requests.today())
    form = _form()
    if request.method == "GET":
        form.process(data=as_data(show_site.details_of(shown.site), version=shown.site.version))
        return _form_page(form, shown.kind, shown)
    if not form.validate():
        return _form_page(form, _kind_chosen(form, shown.kind), shown), 422
    kind = SiteKind(form.kind.data)
    try:
        change_site.change_site(
            requests.session(),
            site_id,
            form.details(kind),
            version=_version(form.version.data),
            now=requests.now(),
            reason=form.reason.data or "",
        )
    except (RefusedError, ConflictError) as error:
        return _refused(form, kind, error, site_id)
    flash(requests.language().text("Saved."), "good")
    return redirect(url_for("sites.about", site_id=site_id), 303)


def archive(site_id: int) -> Response:
    """Take a site out of lists; everything recorded stays."""
    site = change_site.archive_site(
        requests.session(),
        site_id,
        version=_version(request.form.get("version")),
        now=requests.now(),
        reason=request.form.get("reason", ""),
    )
    flash(requests.language().text("“{name}” is archived; everything recorded stays.", name=site.name), "good")
    return redirect(url_for("sites.index"), 303)


def restore(site_id: int) -> Response:
    """Bring an archived site back."""
    version = _version(request.form.get("version"))
    site = change_site.restore_site(requests.session(), site_id, version=version, now=requests.now())
    flash(requests.language().text("“{name}” is back.", name=site.name), "good")
    return redirect(url_for("sites.about", site_id=site_id), 303)


def photo(site_id: int) -> Response:
    """Send a site's photo."""
    content, media_type = set_photo.open_photo(requests.session(), _files(), site_id)
    response = make_response(content)
    response.content_type = media_type
    return response


def change_photo(site_id: int) -> Response | tuple[str, int]:
    """Keep a photo sent."""
    sent = request.files.get("picture")
    content, name = (sent.stream.read(), sent.filename or "") if sent is not None else (b"", "")
    try:
        set_photo.set_photo(requests.session(), _files(), site_id, content, name=name, now=requests.now())
    except RefusedError as error:
        requests.session().rollback()
        return _about(site_id, picture_error=requests.language().sentence(error)), 422
    flash(requests.language().text("The photo is saved."), "good")
    return redirect(url_for("sites.about", site_id=site_id), 303)


def remove_photo(site_id: int) -> Response:
    """Take a site's photo off its page."""
    set_photo.remove_photo(requests.session(), site_id, now=requests.now())
    flash(requests.language().text("The photo is removed."), "good")
    return redirect(url_for("sites.about", site_id=site_id), 303)


def _about(site_id: int, picture_error: str = "") -> str:
    session, language = requests.session(), requests.language()
    shown = show_site.show_site(session, site_id, today=requests.today())
    listed = list_meters.meters_of(session, site_id, archived=True)
    weather = show_site_weather.weather_of(session, shown.site, today=requests.today())
    return render_template(
        "sites/about.html",
        shown=shown,
        site=shown.site,
        facts=present.site_facts(shown, language),
        attributes=present.attribute_rows(shown, language),
        meter_columns=present.meter_columns(language),
        meter_rows=present.meter_rows(listed, language),
        weather=weather,
        weather_name=present_weather.name_of(weather.here.station) if weather.here else "",
        weather_facts=present_weather.site_facts(weather, language),
        weather_years=present_weather.year_rows(weather, language),
        changes=present.change_entries(
            list_changes.changes_of_found(session, shown.site), shown.site.time_zone, language
        ),
        may_edit=requests.actor().may(Permission.EDIT_SITES),
        audit_columns=present_audits.audit_columns(language),
        audit_rows=present_audits.audit_rows(audits_of_site(session, site_id), language, with_site=False),
        may_audit=requests.actor().may(Permission.AUDIT),
        picture_error=picture_error,
    )


def _form() -> SiteForm:
    session, language = requests.session(), requests.language()
    form = SiteForm(request.form)
    form.offer(
        SiteChoices(
            list_sites.list_organisations(session),
            country_choices(language.code),
            list_sites.list_weather_stations(session),
        ),
        language,
    )
    return form


def _form_page(form: SiteForm, kind: SiteKind, shown: show_site.ShownSite | None = None, trouble: str = "") -> str:
    return render_template(
        "sites/form.html",
        form=form,
        kind=kind,
        kinds=list(SiteKind),
        shown=shown,
        trouble=trouble,
        units=UNIT_OF,
        attributes=[] if shown else list(ATTRIBUTES_OF_KIND[kind]),
        time_zones=time_zones(),
    )


def _refused(
    form: SiteForm, kind: SiteKind, error: RefusedError | ConflictError, site_id: int | None = None
) -> tuple[str, int]:
    """Show the form again with what the person typed; after a conflict saving again is a choice."""
    session = requests.session()
    session.rollback()
    trouble = show_beside(form, error, requests.language())
    if isinstance(error, ConflictError):
        form.version.data = error.evidence["version"]
    shown = show_site.show_site(session, site_id, today=requests.today()) if site_id is not None else None
    return _form_page(form, kind, shown, trouble), 409 if isinstance(error, ConflictError) else 422


def _kind_wanted() -> SiteKind:
    wanted = request.values.get("kind", "")
    if wanted in set(SiteKind):
        return SiteKind(wanted)
    kind = list_sites.kind_of_organisation(requests.session(), requests.actor().organisation_id)
    return SiteKind.HOTEL if kind in HOTELIERS else SiteKind.BUILDING


def _kind_chosen(form: SiteForm, before: SiteKind) -> SiteKind:
    return SiteKind(form.kind.data) if form.kind.data in set(SiteKind) else before


def _usual_organisation(form: SiteForm) -> int | None:
    offered = [int(choice.value) for choice in form.organisation_id.choices]
    here = requests.actor().organisation_id
    return here if here in offered else next(iter(offered), None)


def _version(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


def _files() -> StoredFiles:
    return StoredFiles(requests.settings().files_dir)
