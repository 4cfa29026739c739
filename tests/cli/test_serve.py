"""`emstrack serve`: the page and the scheduler live and end together."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from mail_sink import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90


class Served:
    """A running `emstrack serve` in an empty folder."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.said = folder / "said.txt"
        with self.said.open("w") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "emstrack", "serve", "--port", str(self.port)],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(ROOT), "LANG": "C"},
                stderr=stream,
            )

    def wait_for(self, what: Callable[[], object]) -> object:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = what()
            if found:
                return found
            time.sleep(0.1)
        pytest.fail(f"never came; said: {self.said.read_text()}")

    def says(self, text: str) -> bool:
        return text in self.said.read_text()

    def answers(self, path: str = "/readyz") -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.read().decode()
        except OSError:
            return ""

    def children(self) -> list[int]:
        threads = Path(f"/proc/{self.process.pid}/task").iterdir()
        return [int(pid) for thread in threads for pid in (thread / "children").read_text().split()]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    if not sys.platform.startswith("linux"):
        pytest.skip("looks into /proc")
    running = Served(tmp_path)
    yield running
    running.process.kill()
    running.process.wait()


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.slow
def test_it_invites_serves_restarts_a_dead_scheduler_and_stops_both(served: Served) -> None:
    served.wait_for(lambda: '"scheduler":true' in served.answers().replace(" ", ""))
    link = re.search(r"http://\S+/set-up\?code=(\S+)", served.said.read_text())
    assert link
    assert "<form" in served.answers(f"/set-up?code={link[1]}")
    scheduler = served.children()[0]
    os.kill(scheduler, signal.SIGKILL)
    served.wait_for(lambda: served.says("it starts again"))
    assert served.answers("/healthz"), "the page goes on"
    second = served.wait_for(lambda: next((pid for pid in served.children() if pid != scheduler), None))
    served.wait_for(lambda: served.said.read_text().count("The scheduler runs.") == 2)
    served.process.send_signal(signal.SIGTERM)
    served.process.wait(PATIENCE)
    assert gone(second)
    assert not served.says("Traceback")


@pytest.mark.slow
def test_a_killed_page_takes_the_scheduler_with_it(served: Served) -> None:
    served.wait_for(lambda: served.says("The scheduler runs."))
    scheduler = served.children()[0]
    served.process.kill()
    served.process.wait()
    served.wait_for(lambda: gone(scheduler))
