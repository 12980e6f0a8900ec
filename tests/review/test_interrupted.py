"""A review of a cycle whose process goes away, in any way and at any moment, holds nothing up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from coach.domain.okr_set import OkrSet
from coach.domain.reading import read_okr_set
from coach.resources import EXAMPLES
from coach.review.jobs import Jobs
from coach.rubric.library import Library
from coach.storage import schema
from coach.storage.okr_sets import keep
from coach.storage.repositories.cycle_reviews import CycleReview
from coach.storage.store import Store

CYCLE = "2027-C1"
SOON_S = 30.0

KILLED_AT_THE_END = """
import os, signal, sys
from pathlib import Path
from coach.review.jobs import Jobs, _Steps
from coach.rubric.library import Library
from coach.storage.store import Store
end = _Steps.end
def dying(self, error):
    end(self, error)
    os.kill(os.getpid(), signal.SIGKILL)
_Steps.end = dying
store, library = Store(sys.argv[1]), Library(cache_dir=Path(sys.argv[2]))
Jobs(store, library.engine).start("orvanne", "2027-C1", profile="chicc", language="fr")
signal.pause()
"""


def demo() -> OkrSet:
    found = read_okr_set((EXAMPLES / "demo.okr-set.json").read_bytes())
    return found.model_copy(update={"objectives": [o.model_copy(update={"cycle": CYCLE}) for o in found.objectives]})


@pytest.fixture
def kept(tmp_path: Path) -> Store:
    store = Store(f"sqlite:///{tmp_path / 'coach.sqlite'}")
    schema.upgrade(store.engine)
    with store.write("orvanne") as unit:
        keep(unit, demo())
    return store


def reviewed(store: Store, library: Library) -> CycleReview:
    jobs = Jobs(store, library.engine)
    try:
        jobs.watch()
        job = jobs.start("orvanne", CYCLE, profile="chicc", language="fr")
        until = time.monotonic() + SOON_S
        while job.under_way and time.monotonic() < until:
            time.sleep(0.05)
            job = jobs.get("orvanne", job.id)
        return job
    finally:
        jobs.close()


@pytest.mark.parametrize("how", ["closed pipe", signal.SIGINT, signal.SIGKILL])
def test_the_next_command_goes_on(how: str | signal.Signals, kept: Store, library: Library, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "coach", "cycle", "review", CYCLE]
    environment = {**os.environ, "COACH_DATA_DIR": str(tmp_path), "COACH_EMBEDDER": "off"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment) as first:
        assert first.stdout is not None
        assert first.stdout.readline().strip().startswith(b"0 / ")
        first.stdout.close()
        if isinstance(how, signal.Signals):
            first.send_signal(how)
        job = reviewed(kept, library)  # at once: the first one may still be ending
        assert first.wait(SOON_S) != 0
    assert (job.state, job.failed, job.done) == ("done", 0, job.total)
    assert job.total == len({o.circle for o in demo().objectives})


def test_what_the_library_thinks_is_running_holds_nobody_up(kept: Store, library: Library, tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED_AT_THE_END, kept.url, str(tmp_path)], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    with kept.read("orvanne") as unit:
        first = unit.cycle_reviews.last(CYCLE)
    assert first is not None
    second = reviewed(kept, library)
    assert second.id != first.id
    assert (second.state, second.reused) == ("done", second.total)


def test_a_job_that_the_library_has_closed_is_begun_anew(kept: Store, library: Library) -> None:
    first = reviewed(kept, library)
    from sqlalchemy import text

    with kept.engine.begin() as connection:
        connection.execute(text("UPDATE cycle_reviews SET state = 'queued', worker = NULL, finished_at = NULL"))
    again = reviewed(kept, library)
    assert again.id == first.id
    assert again.state == "done"
