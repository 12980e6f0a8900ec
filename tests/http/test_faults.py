"""A disk that is full, a database that is gone: said as 503 with the time to come back, and over by itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from coach.rubric.library import Library
from coach.storage.store import Store
from tests.http.kept import SAVED, fill, serving
from tests.http.test_save import saved
from tests.storage.postgres import Postgres

PATH = "/api/v1/objectives/by-external/tool/"
PLAIN = {"objectives": SAVED["objectives"]}

ON_A_SMALL_DISK = """
import os, sys
from pathlib import Path
from coach.rubric.library import Library
from coach.storage.store import Store
from tests.http.kept import SAVED, fill, serving
from tests.http.test_faults import PATH, PLAIN
disk = Path(sys.argv[1])
store = Store(f"sqlite:///{disk / 'coach.sqlite'}", wait_s=0.3)
fill(store)
with serving(Library(cache_dir=Path(sys.argv[2])), store) as client:
    assert client.put(f"{PATH}0", json=SAVED).status_code == 201
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    kept = 0
    for number in range(1, 400):
        answer = client.put(f"{PATH}{number}", json=SAVED)
        if answer.status_code != 201:
            break
        kept = number
    assert answer.status_code == 503, answer.text
    assert answer.headers["retry-after"] == "30", answer.headers
    assert answer.json()["type"].endswith("/storage-unavailable"), answer.text
    assert client.get(f"{PATH}0").status_code == 200  # what is kept can still be read
    assert client.post("/api/v1/reviews", json=PLAIN).status_code == 200  # advice needs no disk
    ballast.unlink()
    assert client.put(f"{PATH}{number}", json=SAVED).status_code in (200, 201)
    for known in range(kept + 1):
        assert client.get(f"{PATH}{known}").status_code == 200
print("recovered")
"""


def can_mount() -> bool:
    return shutil.which("unshare") is not None and (
        subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode == 0
    )


@pytest.mark.skipif(not can_mount(), reason="this system lets nobody mount a small disk of their own")
def test_a_full_disk_is_said_and_over_when_there_is_room_again(sqlite_template: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    script = tmp_path / "script.py"
    script.write_text(ON_A_SMALL_DISK, encoding="utf-8")
    mounted = f"mount -t tmpfs -o size=3m tmpfs {disk} && cp {sqlite_template} {disk}/coach.sqlite"
    command = f"{mounted} && exec {sys.executable} {script} {disk} {tmp_path / 'cache'}"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", command],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=90,
    )
    assert done.stdout.strip() == "recovered", done.stderr[-3000:]


def refused(client: TestClient) -> None:
    for send in (
        lambda: client.put(f"{PATH}1", json=saved(why="x")),
        lambda: client.get("/api/v1/circles"),
        lambda: client.get("/readyz"),
    ):
        answer = send()
        assert answer.status_code == 503, answer.text
        assert 0 < int(answer.headers["retry-after"]) <= 30
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_lost_postgresql_is_said_and_over_when_it_is_back(
    library: Library, postgres: Postgres, postgres_template: str
) -> None:
    store = Store(postgres.url(postgres.database(postgres_template)))
    fill(store)
    with serving(library, store) as client:
        assert client.put(f"{PATH}1", json=SAVED).status_code == 201
        postgres.stop()
        try:
            refused(client)
            refused(client)
            assert client.get("/healthz").status_code == 200
            assert client.post("/api/v1/reviews", json=PLAIN).status_code == 200
        finally:
            postgres.start()
        assert client.put(f"{PATH}1", json=SAVED).status_code == 200
        assert client.get("/readyz").status_code == 200
    store.close()
