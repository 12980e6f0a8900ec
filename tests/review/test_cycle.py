"""The review of a cycle: durable, resumed, one at a time, only what changed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from coach.domain.okr_set import KeyResult, Objective, OkrSet
from coach.domain.reading import read_okr_set
from coach.domain.review import REVIEW
from coach.errors import NotFoundError
from coach.resources import EXAMPLES
from coach.review.jobs import Jobs
from coach.rubric.library import Library
from coach.storage.okr_sets import keep
from coach.storage.repositories.cycle_reviews import CycleReview
from coach.storage.store import Store

DEMO = read_okr_set((EXAMPLES / "demo.okr-set.json").read_bytes())
CYCLE = "2027-C1"


def some(circles: int) -> OkrSet:
    """The demo organisation, with the objectives of a few circles."""
    wanted = [
        "ancrage",
        *list(dict.fromkeys(o.circle for o in DEMO.objectives if o.circle != "ancrage"))[: circles - 1],
    ]
    objectives = [o for o in DEMO.objectives if o.circle in wanted]
    moved = [o.model_copy(update={"cycle": CYCLE}) for o in objectives]
    return DEMO.model_copy(update={"objectives": moved, "projects": [p for p in DEMO.projects if p.circle in wanted]})


@pytest.fixture
def jobs(library: Library, store: Store) -> Iterator[Jobs]:
    with store.write("orvanne") as unit:
        keep(unit, some(4))
    made = Jobs(store, library.engine)
    yield made
    made.close()


@pytest.fixture
def sqlite_jobs(library: Library, sqlite_store: Store) -> Iterator[Jobs]:
    with sqlite_store.write("orvanne") as unit:
        keep(unit, some(3))
    made = Jobs(sqlite_store, library.engine)
    yield made
    made.close()


def ended(jobs: Jobs, job: CycleReview) -> CycleReview:
    until = time.monotonic() + 60
    while job.under_way and time.monotonic() < until:
        time.sleep(0.05)
        job = jobs.get("orvanne", job.id)
    return job


def start(jobs: Jobs) -> CycleReview:
    return jobs.start("orvanne", CYCLE, profile="chicc", language="fr")


def test_a_cycle_is_reviewed_once_and_then_only_what_changed(jobs: Jobs, store: Store) -> None:
    first = start(jobs)
    assert start(jobs).id == first.id  # two starts at once are one job
    done = ended(jobs, first)
    assert (done.state, done.total, done.done, done.reused, done.failed) == ("done", 4, 4, 0, 0)
    with store.read("orvanne") as unit:
        parts = {part.circle: part.review_id for part in unit.cycle_reviews.parts(first.id)}
        kept = unit.reviews.get(parts["paie"])
        counts = unit.reviews.counts(list(parts.values()))
    assert kept is not None
    review = REVIEW.validate_json(kept.document)
    own = [o for o in some(4).objectives if o.circle == "paie"]
    assert [i.id for i in review.items if i.kind == "objective"] == sorted((o.id for o in own), key=lambda n: n or "")
    assert counts
    with store.write("orvanne") as unit:
        unit.objectives.put(Objective(id="new", circle="paie", cycle=CYCLE, title="Lancer une application"))
        unit.organisation.touch()
    second = ended(jobs, start(jobs))
    assert second.id != first.id
    assert (second.state, second.done, second.reused) == ("done", 4, 3)
    with store.read("orvanne") as unit:
        after = {part.circle: (part.review_id, part.reused) for part in unit.cycle_reviews.parts(second.id)}
    assert after["ancrage"] == (parts["ancrage"], True)
    assert after["paie"][1] is False


def test_what_is_about_the_organisation_is_not_blamed_on_its_circles(sqlite_jobs: Jobs, sqlite_store: Store) -> None:
    jobs, store = sqlite_jobs, sqlite_store
    with store.write("orvanne") as unit:
        for objective in unit.objectives.of_circle("ancrage", CYCLE):
            unit.objectives.delete(objective.id or "")
    done = ended(jobs, start(jobs))
    with store.read("orvanne") as unit:
        codes = {code for _, code, _ in unit.reviews.counts([p.review_id for p in unit.cycle_reviews.parts(done.id)])}
    assert "A402" not in codes


def test_a_cancelled_review_stops_and_another_one_can_begin(sqlite_jobs: Jobs) -> None:
    jobs = sqlite_jobs
    job = start(jobs)
    assert jobs.cancel("orvanne", job.id).state == "cancelled"
    again = start(jobs)
    assert again.id != job.id
    assert ended(jobs, again).state == "done"
    assert jobs.get("orvanne", job.id).state == "cancelled"
    assert jobs.cancel("orvanne", again.id).state == "done"


def test_what_does_not_exist_is_named(sqlite_jobs: Jobs) -> None:
    jobs = sqlite_jobs
    with pytest.raises(NotFoundError, match="no cycle"):
        jobs.start("orvanne", "1999", profile="chicc", language="fr")
    with pytest.raises(NotFoundError, match="no job"):
        jobs.get("orvanne", "job_x")


KILLED = """
import os, signal, sys
from pathlib import Path
from coach.review.cycle import CycleReviewer
from coach.review.jobs import Jobs
from coach.rubric.library import Library
from coach.storage.store import Store
chunk, done = CycleReviewer.chunk, 0
def dying(self, organisation, job, circles):
    global done
    if done == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    chunk(self, organisation, job, circles)
    done += 1
CycleReviewer.chunk = dying
store, library = Store(sys.argv[1]), Library(cache_dir=Path(sys.argv[2]))
Jobs(store, library.engine).start("orvanne", "2027-C1", profile="chicc", language="fr")
signal.pause()
"""


def test_a_killed_review_goes_on_where_it_stopped(library: Library, store: Store, tmp_path: Path) -> None:
    with store.write("orvanne") as unit:
        keep(unit, some(12))
    killed = subprocess.run([sys.executable, "-c", KILLED, store.url, str(tmp_path)], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    with store.read("orvanne") as unit:
        job = unit.cycle_reviews.last(CYCLE, finished=False)
        assert job is not None
        before = unit.cycle_reviews.parts(job.id)
    assert (job.state, job.done) == ("running", 10)
    jobs = Jobs(store, library.engine)
    assert jobs.resume() == 1
    assert jobs.resume() == 0
    assert start(jobs).id == job.id
    done = ended(jobs, job)
    jobs.close()
    assert (done.state, done.done, done.failed) == ("done", 12, 0)
    with store.read("orvanne") as unit:
        after = unit.cycle_reviews.parts(job.id)
        assert all(len(unit.reviews.page(subject=f"circle:{part.circle}@{CYCLE}").entries) == 1 for part in after)
    assert {part.review_id for part in before} < {part.review_id for part in after}


def test_the_command_shows_circles_and_rules(tmp_path: Path) -> None:
    file = tmp_path / "set.json"
    two = some(2).model_copy(
        update={"objectives": [*some(2).objectives, Objective(id="x", cycle=CYCLE, title="Publier un guide", key_results=[KeyResult(title="Publier 3 guides")])]}
    )  # fmt: skip
    file.write_text(two.model_dump_json(exclude_none=True), encoding="utf-8")
    environment = {**os.environ, "COACH_DATA_DIR": str(tmp_path / "data"), "PYTHONWARNINGS": "error"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "coach", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    assert run("db", "load", str(file)).returncode == 0
    done = run("cycle", "review", CYCLE)
    assert done.returncode == 0, done.stderr
    assert f"{CYCLE}: 3 circles, 3 of them changed" in done.stdout
    assert "K201" in done.stdout
    assert f"{CYCLE}: 3 circles, 0 of them changed" in run("cycle", "review", CYCLE).stdout
    wrong = run("cycle", "review", "1999")
    assert wrong.returncode == 2
    assert "2027-C1" in wrong.stderr
