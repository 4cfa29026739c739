"""Files in: drop one, look at what it would do, one click; its progress, its result, its undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import Response, current_app, flash, redirect, render_template, request, url_for

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import EmstrackError, RefusedError
from emstrack.domain.readings import BatchStatus
from emstrack.services.readings import choose_mapping, keep_batch, list_batches, receive_file, undo_batch
from emstrack.services.readings.make_template import make_template
from emstrack.services.readings.preview_rows import PAGE, SHOWN, read_page
from emstrack.web import requests
from emstrack.web.forms import imports as forms
from emstrack.web.presenters import imports as present

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

    from emstrack.readers.mapped import Mapping
    from emstrack.services.readings.import_worker import ImportWorker
    from emstrack.storage.models import ImportBatch

_LISTED = 50
_TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def index() -> str:
    """List what came in, with a place to drop the next file."""
    return _index()


def upload() -> AnyResponse | tuple[str, int]:
    """Keep the file and begin its preview."""
    sent = request.files.get("file")
    session = requests.session()
    options: dict[str, Any] = forms.options_of(request.form)
    name = request.form.get("mapping", "")
    if name:
        options["mapping"] = choose_mapping.as_document(choose_mapping.find_mapping(session, name))
    try:
        batch = receive_file.receive_file(
            session,
            sent.stream.read() if sent else b"",
            (sent.filename or "") if sent else "",
            organisation_id=requests.actor().organisation_id,
            options=options,
            files=_worker().files,
            now=requests.now(),
        )
    except RefusedError as error:
        session.rollback()
        return _index(error=requests.language().sentence(error)), 422
    _worker().preview_after_commit(session, batch.id)
    return redirect(url_for("imports.show", batch_id=batch.id), 303)


def show(batch_id: int) -> str:
    """Show a batch as it stands: moving, waiting for a word, done, undone, or refused with the reason."""
    batch = list_batches.show_batch(requests.session(), batch_id)
    if _is_moving(batch):
        return render_template("imports/progress.html", batch=batch, may_import=_may_import())
    if batch.status == BatchStatus.PREVIEW and "error" not in batch.report:
        return _preview(batch)
    language = requests.language()
    refused, others = present.remarks(batch)
    columns, rows = present.meter_table(batch, language)
    error = batch.report.get("error")
    return render_template(
        "imports/result.html",
        batch=batch,
        status=present.status_of(batch, language),
        when=language.instant(batch.created_at, list_batches.time_zone_of(requests.session(), batch) or "UTC"),
        sentence=language.sentence(EmstrackError(error["code"], **error["evidence"])) if error is not None else "",
        may_map=batch.status == BatchStatus.PREVIEW,
        may_import=_may_import(),
        refused=refused,
        others=others,
        kept=present.kept(batch),
        columns=columns,
        rows=rows,
    )


def progress(batch_id: int) -> AnyResponse | str:
    """Answer how far it is; once it is over, the page is asked for anew."""
    batch = list_batches.show_batch(requests.session(), batch_id)
    if _is_moving(batch):
        return render_template("imports/_progress.html", batch=batch, may_import=_may_import())
    return Response(headers={"HX-Refresh": "true"})


def columns(batch_id: int) -> AnyResponse | str | tuple[str, int]:
    """Let a person confirm what each column is."""
    session, language = requests.session(), requests.language()
    batch = list_batches.show_batch(session, batch_id)
    if batch.status != BatchStatus.PREVIEW:
        flash(language.sentence(RefusedError("batch.not_previewed", batch=batch_id)), "refused")
        return redirect(url_for("imports.show", batch_id=batch_id), 303)
    try:
        proposed = _proposed(batch)
    except RefusedError as error:
        flash(language.sentence(error), "refused")
        return redirect(url_for("imports.show", batch_id=batch_id), 303)
    if request.method == "GET":
        return _columns_page(batch, proposed)
    mapping = forms.mapping_of(request.form, proposed)
    if mapping.open_questions():
        return _columns_page(batch, mapping), 422
    if request.form.get("name", "").strip():
        choose_mapping.save_mapping(session, request.form["name"], mapping, now=requests.now())
    receive_file.use_mapping(session, batch_id, mapping)
    _worker().preview_after_commit(session, batch_id)
    return redirect(url_for("imports.show", batch_id=batch_id), 303)


def confirm(batch_id: int) -> AnyResponse:
    """Import what was previewed."""
    receive_file.confirm(requests.session(), batch_id)
    _worker().import_after_commit(requests.session(), batch_id)
    return redirect(url_for("imports.show", batch_id=batch_id), 303)


def cancel(batch_id: int) -> AnyResponse:
    """Stop a batch, or give a preview up."""
    keep_batch.ask_to_cancel(requests.session(), batch_id)
    return redirect(url_for("imports.show", batch_id=batch_id), 303)


def undo(batch_id: int) -> AnyResponse:
    """Take a batch back."""
    undone = undo_batch.undo_batch(requests.session(), batch_id, now=requests.now())
    language = requests.language()
    counts = {"removed": language.number(undone.removed), "put_back": language.number(undone.put_back)}
    flash(
        language.text("{removed} rows removed, {put_back} put back as they were.", **counts),
        "warning" if undone.kept else "good",
    )
    return redirect(url_for("imports.show", batch_id=batch_id), 303)


def template() -> Response:
    """Give an empty file to fill in."""
    kind, suffix = request.args.get("kind", "readings"), request.args.get("suffix", "csv")
    content = make_template(kind, suffix)
    disposition = f'attachment; filename="emstrack-{kind}.{suffix}"'
    return Response(content, mimetype=_TYPES[suffix], headers={"Content-Disposition": disposition})


def _index(error: str = "") -> str:
    language, session = requests.language(), requests.session()
    _worker().recover()
    before = request.args.get("before", type=int)
    batches = list_batches.list_batches(session, before=before, limit=_LISTED + 1)
    listed = batches[:_LISTED]
    return render_template(
        "imports/index.html",
        columns=present.batch_columns(language),
        rows=present.batch_rows(listed, language),
        older=listed[-1].id if len(batches) > _LISTED else None,
        newer=before is not None,
        mappings=[(name, name) for name in choose_mapping.mapping_names(session)],
        kinds=[(kind, language.text(present.KINDS[kind])) for kind in forms.KINDS if kind],
        may_import=_may_import(),
        megabytes=requests.settings().max_upload_mb,
        error=error,
    )


def _preview(batch: ImportBatch) -> str:
    language, place = requests.language(), batch.report["rows"]
    refused, others = present.remarks(batch)
    counts = batch.report["counts"]
    wanted = request.args.get("rows", "")
    shown = wanted if wanted in {*SHOWN, "refused"} else _first_tab(counts)
    page = max(request.args.get("page", 1, type=int), 1)
    rows = [] if shown == "refused" else read_page(_worker().files.place(place["path"]), place["index"], shown, page)
    columns, meters = present.meter_table(batch, language)
    return render_template(
        "imports/preview.html",
        batch=batch,
        counts=counts,
        shown=shown,
        tabs=[
            {
                "label": f"{language.text(present.TITLES[name])} ({language.number(counts[name])})",
                "href": url_for("imports.show", batch_id=batch.id, rows=name),
                "current": name == shown,
            }
            for name in ("new", "updated", "unchanged", "refused")
        ],
        row_columns=present.row_columns(batch.kind, language),
        rows=present.preview_rows(batch.kind, rows, language),
        others_changed=[present.other_changes(batch.kind, row, language) for row in rows],
        first=(page - 1) * PAGE + 1,
        page=page,
        pages=-(-counts.get(shown, 0) // PAGE),
        refused=refused,
        others=others,
        columns=columns,
        meters=meters,
        may_import=_may_import(),
    )


def _first_tab(counts: dict[str, int]) -> str:
    return next((name for name in ("updated", "new", "refused") if counts[name]), "unchanged")


def _proposed(batch: ImportBatch) -> Mapping:
    kept = batch.options.get("mapping")
    if kept:
        return choose_mapping.of_document(kept)
    path = receive_file.path_of_batch(requests.session(), batch, _worker().files)
    return choose_mapping.propose(path, batch.file_name, requests.settings())


def _columns_page(batch: ImportBatch, mapping: Mapping) -> str:
    return render_template(
        "imports/columns.html",
        batch=batch,
        mapping=mapping,
        questions=mapping.open_questions() if request.method == "POST" else (),
        roles=present.roles(requests.language()),
        resources=present.resources(requests.language()),
        name_of=forms.name_of,
    )


def _is_moving(batch: ImportBatch) -> bool:
    return batch.status == BatchStatus.RUNNING or (batch.status == BatchStatus.PREVIEW and not batch.report)


def _may_import() -> bool:
    return requests.actor().may(Permission.IMPORT)


def _worker() -> ImportWorker:
    return cast("ImportWorker", current_app.extensions["emstrack.imports"])
