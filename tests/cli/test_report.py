"""`emstrack report`: a file to hand out, its baselines locked; a sentence for what cannot be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from conftest import make_tenant
from factories_accounts import open_tenant
from factories_measures import make_measure
from factories_reports import make_saving_site
from factories_sites import make_building

from emstrack import app
from emstrack.cli import group
from emstrack.domain.errors import EmstrackError
from emstrack.settings import Settings
from emstrack.storage.models import Baseline, Organisation, Site
from emstrack.storage.scope import every_tenant

if TYPE_CHECKING:
    from click.testing import Result


@pytest.fixture
def installed(database_url: str, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation where two tenants have a site of one name, and the first one another."""
    monkeypatch.chdir(str(tmp_path))
    monkeypatch.setenv("EMSTRACK_DATABASE_URL", database_url)
    application = app.build(Settings.read())
    with application.transaction() as session:
        open_tenant(session, make_tenant(session, "San Miguel"))
        make_saving_site(session, "Palacio")
        make_saving_site(session, "Mercado")
        open_tenant(session, make_tenant(session, "Santa Ana"))
        make_building(session, "Palacio")
    application.database.dispose()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(group, ["--lang", "en", "report", *arguments])


def locked() -> int:
    application = app.build(Settings.read())
    with application.transaction(read_only=True) as session, every_tenant(session, "a test counts"):
        count = session.scalar(sa.select(sa.func.count(Baseline.id)).where(Baseline.locked_at.is_not(None)))
    application.database.dispose()
    return count or 0


def test_a_site_is_found_by_its_name_alone_and_its_baseline_is_locked(installed: None) -> None:
    done = run("site", "mercado", "-o", "mercado.pdf")
    assert (done.exit_code, done.stdout) == (0, "mercado.pdf: 1 baseline\n")
    assert Path("mercado.pdf").read_bytes().startswith(b"%PDF")
    assert locked() == 1


def test_a_portfolio_is_a_workbook_too_and_json_is_one_document(installed: None) -> None:
    done = run("portfolio", "San Miguel", "-o", "all.xlsx", "--json")
    document = json.loads(done.stdout)
    assert (document["file"], document["baselines"]) == ("all.xlsx", 2)
    assert document["bytes"] == Path("all.xlsx").stat().st_size
    assert locked() == 2


def test_a_name_that_two_organisations_have_needs_the_organisation(installed: None) -> None:
    refused = run("site", "Palacio", "-o", "a.pdf")
    assert isinstance(refused.exception, EmstrackError)
    assert refused.exception.code == "report.several_sites"
    assert run("site", "Palacio", "--org", "San Miguel", "-o", "a.pdf").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("site", "Nowhere", "-o", "a.pdf"), "savings.no_such_site"),
        (("site", "Mercado", "--org", "Nobody", "-o", "a.pdf"), "organisation.not_found"),
        (("site", "Mercado", "-o", "a.docx"), "report.unknown_ending"),
        (("site", "Mercado", "-o", "a"), "report.unknown_ending"),
        (("site", "Mercado", "-o", "no/such/folder/a.pdf"), "report.cannot_write"),
        (("portfolio", "Nobody", "-o", "a.pdf"), "organisation.not_found"),
        (("portfolio", "Santa Ana", "-o", "a.pdf"), "report.nothing_adopted"),
    ],
)
def test_what_cannot_be_has_a_code_and_leaves_no_file_and_no_lock(
    installed: None, arguments: tuple[str, ...], code: str
) -> None:
    refused = run(*arguments)
    assert refused.exit_code == 1
    assert isinstance(refused.exception, EmstrackError)
    assert refused.exception.code == code
    assert not list(Path().glob("a*"))
    assert locked() == 0


def test_with_json_a_refusal_is_a_document_too(installed: None) -> None:
    refused = run("site", "Nowhere", "-o", "a.pdf", "--json")
    assert json.loads(refused.stdout)["error"]["code"] == "savings.no_such_site"


def test_a_sites_recommendations_are_reported_by_its_name(installed: None) -> None:
    application = app.build(Settings.read())
    with application.transaction() as session:
        with every_tenant(session, "a test looks"):
            site = session.scalars(sa.select(Site).where(Site.name == "Mercado")).one()
            tenant = session.get_one(Organisation, site.tenant_id)
        open_tenant(session, tenant)
        make_measure(session, site.id)
    application.database.dispose()
    done = run("audit", "mercado", "-o", "medidas.xlsx", "--json")
    assert (done.exit_code, json.loads(done.stdout)["file"]) == (0, "medidas.xlsx")
    nothing = run("audit", "Palacio", "--org", "San Miguel", "-o", "nada.pdf")
    assert isinstance(nothing.exception, EmstrackError)
    assert nothing.exception.code == "report.no_measures"
    assert not Path("nada.pdf").exists()
