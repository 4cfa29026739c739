"""The wheel works in an empty environment, from another folder, with nothing of the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import absent

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str | Path, cwd: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command with an empty home and nothing of this checkout on the path."""
    kept = {k: v for k, v in os.environ.items() if k.startswith(("PIP_", "SSL_", "UV_")) or k in {"PATH", "LANG"}}
    environment = {**kept, "HOME": str(home), "UV_SYSTEM_CERTS": "1"}
    return subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an environment that holds the wheel and what it needs, and nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "dist", cwd=ROOT, home=folder)
    assert built.returncode == 0, built.stderr
    (wheel,) = (folder / "dist").glob("*.whl")
    made = run(sys.executable, "-m", "venv", folder / "env", cwd=folder, home=folder)
    assert made.returncode == 0, made.stderr
    python = folder / "env" / "bin" / "python"
    lock = ROOT / "requirements.lock"
    uv = (sys.executable, "-m", "uv", "pip", "install", "-q", "--python", python)
    if run(*uv, "--require-hashes", "-r", lock, cwd=folder, home=folder).returncode != 0:
        fallen_back = run(python, "-m", "pip", "install", "-q", "--require-hashes", "-r", lock, cwd=folder, home=folder)
        if fallen_back.returncode != 0:
            absent("A package index")
    added = run(python, "-m", "pip", "install", "-q", "--no-deps", "--no-index", wheel, cwd=folder, home=folder)
    assert added.returncode == 0, added.stderr
    return folder / "env" / "bin"


@pytest.mark.slow
@pytest.mark.xdist_group("wheel")
def test_the_demonstration_runs_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    done = run(installed / "emstrack", "demo", "--no-serve", "--json", cwd=tmp_path, home=tmp_path)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert len(document["items"]) > 30
    assert document["truth"]
    assert (tmp_path / "instance" / "demo.txt").stat().st_mode & 0o777 == 0o600
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.xdist_group("wheel")
def test_a_page_renders_from_the_wheel_in_spanish(installed: Path, tmp_path: Path) -> None:
    script = (
        "from emstrack import app\n"
        "from emstrack.settings import Settings\n"
        "from emstrack.storage import migrate\n"
        "import emstrack\n"
        "application = app.build(Settings.read())\n"
        "migrate.make_ready(application.database)\n"
        "client = app.create_web(application).test_client()\n"
        "page = client.get('/sign-in', headers={'Accept-Language': 'es'})\n"
        "assert page.status_code == 200, page.status_code\n"
        "assert 'lang=\"es\"' in page.text\n"
        "assert client.get('/static/emstrack.css').status_code == 200\n"
        "print(emstrack.__file__)\n"
    )
    done = run(installed / "python", "-W", "ignore", "-c", script, cwd=tmp_path, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert str(ROOT) not in done.stdout


@pytest.mark.slow
@pytest.mark.xdist_group("wheel")
def test_the_wheel_puts_nothing_beside_its_own_package(installed: Path) -> None:
    (packages,) = installed.parent.glob("lib/python*/site-packages")
    assert not (packages / "templates").exists()
    assert not (packages / "migrations").exists()
    assert not (packages / "config.py").exists()
