"""One scheduler leads; its lock goes with its process."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from emstrack.storage.leader import Leader
from emstrack.storage.session import Database

if TYPE_CHECKING:
    import pytest

CHILD = """
import sys
from emstrack.storage.leader import Leader
from emstrack.storage.session import Database
leader = Leader(Database(sys.argv[1]))
print(leader.leads(), flush=True)
sys.stdin.read()
"""


def test_only_one_leads_and_another_follows_when_it_resigns(database: Database, database_url: str) -> None:
    second = Database(database_url)
    one, other = Leader(database), Leader(second)
    assert one.leads()
    assert one.leads()
    assert not other.leads()
    one.resign()
    assert other.leads()
    other.resign()
    second.dispose()


def test_a_killed_leader_leaves_the_lead(database: Database, database_url: str, pytestconfig: pytest.Config) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, database_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=pytestconfig.rootpath,
    )
    try:
        assert child.stdout.readline().strip() == "True"
        own = Leader(database)
        assert not own.leads()
        child.kill()
        child.wait(10)
        assert any(own.leads() for _ in range(2000))
        own.resign()
    finally:
        child.kill()
        child.communicate()
