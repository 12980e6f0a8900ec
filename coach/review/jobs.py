"""The seam to durable jobs: the only file that knows `dbos`. A job that is killed goes on where it stopped."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from coach.errors import CoachError, ConflictError, NotFoundError, StorageError
from coach.review.cycle import CycleReviewer
from coach.rubric.engine import Engine
from coach.storage.repositories.cycle_reviews import CycleReview
from coach.storage.store import Store

if TYPE_CHECKING:
    from dbos import DBOS, StepOptions

    from coach.review.kindred import Kindred

_QUEUE = "cycles"
_SHAPE = "1"  # rises when the steps of a workflow change: a job begun in another shape is not continued in this one
_POLL_S = 0.2
_LOOK_S = 5.0
_SILENT = timedelta(seconds=90)  # a worker elsewhere that has been silent for so long is taken for dead
_log = logging.getLogger("coach.jobs")


class Jobs:
    """Starts, follows and resumes cycle reviews. One per process: the library behind it allows no more.

    Args:
        store: where jobs and their results are kept.
        engine_of: gives the engine of a profile.
        kindred: knows who else is doing this; None: that stage is off.
    """

    def __init__(self, store: Store, engine_of: Callable[[str], Engine], kindred: Kindred | None = None) -> None:
        self._store = store
        self._work = CycleReviewer(store, engine_of, kindred)
        self._dbos: type[DBOS] | None = None
        self._workflow: Callable[..., None] | None = None
        self._lock = threading.Lock()
        self._closing = threading.Event()

    @property
    def _worker(self) -> str:
        """This process; asked anew each time, because it may have been forked from another one."""
        return _identity(os.getpid())

    def start(self, organisation: str, cycle: str, *, profile: str, language: str) -> CycleReview:
        """Start the review of a cycle; where one is under way, return that one.

        Raises:
            NotFoundError: there is no such cycle.
        """
        try:
            review = self._row(organisation, cycle, profile, language)
        except ConflictError:  # another start was faster by a moment
            review = self._row(organisation, cycle, profile, language)
        if review.worker is None:
            self._take(organisation, review.id, None)
        return review

    def get(self, organisation: str, job: str) -> CycleReview:
        """Return how far a job is; NotFoundError when there is none."""
        with self._store.read(organisation) as unit:
            review = unit.cycle_reviews.get(job)
        if review is None:
            raise NotFoundError(f"There is no job {job!r}.")
        return review

    def cancel(self, organisation: str, job: str) -> CycleReview:
        """Stop a job before its next chunk; what it has reviewed stays. One that has ended stays as it is."""
        self.get(organisation, job)
        with self._store.write(organisation) as unit:
            unit.cycle_reviews.finish(job, "cancelled")
        return self.get(organisation, job)

    def resume(self) -> int:
        """Take over the jobs whose process is gone; return how many."""
        count = 0
        for organisation, name in self._store.jobs_under_way():
            job = self.get(organisation, name)
            if job.worker == self._worker or (job.worker is not None and _alive(job)):
                continue
            count += self._take(organisation, name, job.worker)
        return count

    def watch(self) -> None:
        """Look for jobs to take over, now and every few seconds, until closed."""

        def look() -> None:
            while not self._closing.is_set():
                with suppress(CoachError):
                    self.resume()
                self._closing.wait(_LOOK_S)

        threading.Thread(target=look, name="coach-jobs", daemon=True).start()

    def close(self) -> None:
        """Stop working; what is under way is resumed by the next process."""
        self._closing.set()
        with self._lock:
            if self._dbos is not None:
                self._dbos.destroy(destroy_registry=True)
                self._dbos = None

    def _row(self, organisation: str, cycle: str, profile: str, language: str) -> CycleReview:
        with self._store.write(organisation) as unit:
            if unit.cycles.get(cycle) is None:
                raise NotFoundError(f"There is no cycle {cycle!r}.")
            return unit.cycle_reviews.start(cycle, profile=profile, language=language)

    def _take(self, organisation: str, job: str, before: str | None) -> bool:
        """Make a job this process's own and put it into the queue, where it goes on after the last finished step."""
        with self._store.write(organisation) as unit:
            if not unit.cycle_reviews.take(job, self._worker, of=before):
                return False
        dbos = self._launched()
        from dbos import SetEnqueueOptions, SetWorkflowID

        if dbos.get_workflow_status(job) is not None:
            dbos.resume_workflow(job)
            return True
        with SetWorkflowID(job), SetEnqueueOptions(queue_partition_key=organisation):
            assert self._workflow is not None
            dbos.enqueue_workflow(_QUEUE, self._workflow, organisation, job)
        return True

    def _launched(self) -> type[DBOS]:
        with self._lock:
            if self._dbos is not None:
                return self._dbos
            from dbos import DBOS, DBOSConfig

            config = DBOSConfig(
                name="okr-coach",
                system_database_url=self._url(),
                executor_id=self._worker,
                application_version=_SHAPE,
                log_level="WARNING",
                enable_otlp=False,
            )
            DBOS(config=config)

            def cycle_review(organisation: str, job: str) -> None:  # the library marks functions, not methods
                self._run(organisation, job)

            self._workflow = DBOS.workflow(name="cycle-review")(cycle_review)
            DBOS.launch()
            DBOS.register_queue(_QUEUE, partition_concurrency=1, worker_concurrency=2, polling_interval_sec=_POLL_S)
            self._dbos = DBOS
            return DBOS

    def _run(self, organisation: str, job: str) -> None:
        """The workflow: plan, then chunk after chunk, each a step that is not repeated once it is finished."""
        from dbos import DBOS

        try:
            chunks = DBOS.run_step(_step("plan"), self._work.plan, organisation, job)
            for number, circles in enumerate(chunks):
                if not self._wanted(organisation, job):
                    return
                DBOS.run_step(_step(f"chunk-{number}"), self._work.chunk, organisation, job, circles)
            self._finish(organisation, job, None)
        except Exception as error:
            _log.exception("the review of a cycle failed")
            self._finish(organisation, job, f"{type(error).__name__}: {error}"[:500])
            raise

    def _wanted(self, organisation: str, job: str) -> bool:
        with self._store.write(organisation) as unit:
            return unit.cycle_reviews.beat(job, self._worker)

    def _finish(self, organisation: str, job: str, error: str | None) -> None:
        with self._store.write(organisation) as unit:
            unit.cycle_reviews.finish(job, "failed" if error else "done", error)

    def _url(self) -> str:
        if self._store.file is not None:
            return f"sqlite:///{self._store.file.with_name(f'{self._store.file.stem}-jobs.sqlite').resolve()}"
        return self._store.engine.url.render_as_string(hide_password=False)


def _step(name: str) -> StepOptions:
    return {
        "name": name,
        "retries_allowed": True,
        "max_attempts": 6,
        "interval_seconds": 0.5,
        "should_retry": lambda error: isinstance(error, StorageError),
    }


@cache
def _identity(pid: int) -> str:
    return f"{socket.gethostname()}:{pid}:{_began(pid)}"


def _alive(job: CycleReview) -> bool:
    """Whether the process that does a job still lives, as far as can be told from here."""
    from coach.storage.models.base import now

    host, pid, began = (job.worker or "::").rsplit(":", 2)
    if host == socket.gethostname() and pid.isdigit():
        return _began(int(pid)) == began != ""
    return now() - job.beat_at < _SILENT


def _began(pid: int) -> str:
    """Return when a process began, in clock ticks since the machine did; empty when there is none, `?` where unknown."""
    proc = Path("/proc")
    if not (proc / "self" / "stat").exists():
        try:
            os.kill(pid, 0)
        except OSError:
            return ""
        return "?"
    try:
        fields = (proc / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]
