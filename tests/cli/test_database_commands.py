"""`okr-coach db` and `okr-coach keys`, run as people run them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from coach.resources import EXAMPLES
from coach.storage.store import Store

DEMO = str(EXAMPLES / "demo.okr-set.json")


@pytest.fixture
def run(tmp_path: Path):  # type: ignore[no-untyped-def]
    def command(*arguments: str, code: int = 0, **environment: str) -> str:
        env = {**os.environ, "PYTHONWARNINGS": "error", "COACH_DATA_DIR": str(tmp_path / "data"), **environment}
        done = subprocess.run(
            [sys.executable, "-m", "coach", *arguments], capture_output=True, text=True, check=False, env=env
        )
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    return command


def test_the_life_of_a_database(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert "No organisation is kept yet" in run("db", "export", code=2)
    assert "orvanne" in run("db", "load", DEMO)
    assert "orvanne: 0 changed" in run("db", "load", DEMO)
    exported = json.loads(run("db", "export", "--cycle", "2027-C1"))
    assert len(exported["objectives"]) == 101
    run("db", "backup", str(tmp_path / "backup.gz"))
    elsewhere = {"COACH_DATA_DIR": str(tmp_path / "elsewhere")}
    run("db", "restore", str(tmp_path / "backup.gz"), **elsewhere)
    assert json.loads(run("db", "export", "--cycle", "2027-C1", **elsewhere)) == exported
    assert "Nothing says how long" in run("db", "prune", code=2)
    assert "0 rows" in run("db", "prune", COACH_RETENTION_DAYS="30")
    assert "nobody" in run("db", "export", "--organisation", "nobody", code=2)


def test_the_life_of_a_key(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    run("db", "load", DEMO)
    text = run("keys", "create", "our tool", "--role", "editor").strip()
    file = tmp_path / "data" / "coach.sqlite"
    store = Store(f"sqlite:///{file}")
    key = store.key(text)
    assert key is not None
    assert (key.organisation, key.role, key.valid) == ("orvanne", "editor", True)
    assert store.key(text[:-1] + ("a" if text[-1] != "a" else "b")) is None
    store.close()  # a process that reads the files beside an open connection would drop SQLite's locks
    assert text.rsplit("_", 1)[1].encode() not in b"".join(p.read_bytes() for p in file.parent.iterdir())
    assert "our tool" in run("keys", "list")
    run("keys", "revoke", key.id)
    assert store.key(text) is None
    assert "revoked" in run("keys", "list")
    assert "There is no key" in run("keys", "revoke", "nothing", code=2)
    assert "no role" in run("keys", "create", "x", "--role", "king", code=2)
    store.close()
