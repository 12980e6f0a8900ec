"""The seam to durable jobs: the only file that knows `dbos`. A job that is killed goes on where it stopped."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from coach.errors import ConflictError, NotFoundError, StorageError
from coach.review.cycle import CycleReviewer
from coach.review.work import Kind, P, T
from coach.review.workers import alive, this_worker
from coach.rubric.engine import Engine
from coach.storage.repositories.cycle_reviews import CycleReview
from coach.storage.repositories.job_rows import UNDER_WAY
from coach.storage.store import Store

if TYPE_CHECKING:
    from dbos import DBOS, StepOptions, WorkflowStatus

    from coach.review.kindred import Kindred

_SHAPE = "1"  # rises when the steps of a workflow change: a job begun in another shape is not continued in this one
_POLL_S = 0.2
_LOOK_S = 2.0
_OVER = ("SUCCESS", "ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")  # the library does not take such a workflow up again
_log = logging.getLogger("coach.jobs")


class Jobs:
    """Starts, follows and resumes durable jobs. One per process: the library behind it allows no more.

    Args:
        store: where jobs and their results are kept.
        engine_of: gives the engine of a profile.
        kinds: what else is done durably, beside the review of cycles.
        kindred: knows who else is doing this; None: that stage is off.
    """

    def __init__(
        self,
        store: Store,
        engine_of: Callable[[str], Engine],
        kinds: Iterable[Kind] = (),
        kindred: Kindred | None = None,
    ) -> None:
        self._store = store
        self._cycles = CycleReviewer(store, engine_of, kindred)
        self._kinds: dict[str, Kind] = {kind.name: kind for kind in (self._cycles, *kinds)}
        self._dbos: type[DBOS] | None = None
        self._workflows: dict[str, Callable[[str, str], None]] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()

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
            self._take(self._cycles, organisation, review.id, None)
        return review

    def begin(self, organisation: str, kind: str, job: str) -> None:
        """Start a job of some kind whose row is there; one that somebody does already goes on there."""
        self._take(self._kinds[kind], organisation, job, None)

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
        for name, organisation, job in self._store.jobs_under_way():
            kind = self._kinds.get(name)
            if kind is None:
                continue  # of another version, which will see to it
            with self._store.read(organisation) as unit:
                run = kind.run_of(unit, job)
            if run is not None and run.worker != this_worker() and not alive(run.worker, run.beat_at):
                count += self._take(kind, organisation, job, run.worker)
        if self._dbos is not None:
            self._tidy(self._dbos)
        return count

    def watch(self) -> None:
        """Look for jobs to take over, now and every few seconds, until closed."""

        def look() -> None:
            while not self._closing.is_set():
                try:
                    self.resume()
                except Exception as error:  # the next look may find the database well again
                    _log.warning("jobs cannot be looked for now: %s", error)
                self._closing.wait(_LOOK_S)

        threading.Thread(target=look, name="coach-jobs", daemon=True).start()

    def close(self) -> None:
        """Stop working; what is under way is given up at its next step, and goes on in the next process."""
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

    def _take(self, kind: Kind, organisation: str, job: str, before: str | None) -> bool:
        """Make a job this process's own and put it into the queue, where it goes on after the last finished step."""
        with self._store.write(organisation) as unit:
            if not kind.rows(unit).take(job, this_worker(), of=before):
                return False
        try:
            self._enqueue(kind, organisation, job)
        except BaseException:  # nobody would do it as long as this process lives
            with self._store.write(organisation) as unit:
                kind.rows(unit).release(job, this_worker())
            raise
        return True

    def _enqueue(self, kind: Kind, organisation: str, job: str) -> None:
        dbos = self._launched()
        self._tidy(dbos)
        from dbos import SetEnqueueOptions, SetWorkflowID

        name = job
        if (known := dbos.get_workflow_status(job)) is not None:
            if known.status not in _OVER:
                dbos.resume_workflow(job)
                return
            name = f"{job}.{secrets.token_hex(4)}"  # the library has closed its book, the job itself is not done
        with SetWorkflowID(name), SetEnqueueOptions(queue_partition_key=organisation):
            dbos.enqueue_workflow(kind.queue.name, self._workflows[kind.name], organisation, job)

    def _tidy(self, dbos: type[DBOS]) -> None:
        """Clear what killed processes left in the library's queues: it would count as running and hold all others up."""
        for left in dbos.list_workflows(status="PENDING", name=list(self._kinds), load_output=False):
            if left.executor_id == this_worker():
                continue
            organisation, job = left.queue_partition_key or "", left.workflow_id.partition(".")[0]
            with self._store.read(organisation) as unit:
                run = self._kinds[left.name].run_of(unit, job)
            if run is None or run.state not in UNDER_WAY:
                dbos.cancel_workflow(left.workflow_id)
            elif run.worker == this_worker() and not _alive(left):
                dbos.resume_workflow(left.workflow_id)  # killed between taking it off the queue and saying so

    def _launched(self) -> type[DBOS]:
        with self._lock:
            if self._dbos is not None:
                return self._dbos
            from dbos import DBOS, DBOSConfig

            config = DBOSConfig(
                name="okr-coach",
                system_database_url=self._url(),
                executor_id=this_worker(),
                application_version=_SHAPE,
                log_level="WARNING",
                enable_otlp=False,
            )
            DBOS(config=config)
            self._workflows = {
                name: DBOS.workflow(name=name)(self._workflow(kind)) for name, kind in self._kinds.items()
            }
            DBOS.launch()
            for kind in self._kinds.values():
                line = kind.queue
                DBOS.register_queue(
                    line.name,
                    partition_concurrency=line.each,
                    worker_concurrency=line.here,
                    polling_interval_sec=_POLL_S,
                )
            self._dbos = DBOS
            return DBOS

    def _workflow(self, kind: Kind) -> Callable[[str, str], None]:
        """Return what the library runs: a function of its own for each kind, because it marks functions, not methods."""

        def run(organisation: str, job: str) -> None:
            steps = _Steps(self._store, kind, organisation, job, self._closing)
            try:
                if steps.claimed():
                    kind.work(organisation, job, steps)
                    steps.end(None)
            except Exception as error:
                if self._closing.is_set():
                    steps.give_up()
                    raise
                _log.exception("a %s failed", kind.name)
                steps.end(f"{type(error).__name__}: {error}"[:500])
                raise

        run.__qualname__ = run.__name__ = kind.name.replace("-", "_")
        return run

    def _url(self) -> str:
        if self._store.file is not None:
            return f"sqlite:///{self._store.file.with_name(f'{self._store.file.stem}-jobs.sqlite').resolve()}"
        return self._store.engine.url.render_as_string(hide_password=False)


class _Steps:
    """The steps of one job, each kept by the library once it is done; see `coach.review.work.Steps`."""

    def __init__(self, store: Store, kind: Kind, organisation: str, job: str, closing: threading.Event) -> None:
        self._store = store
        self._kind = kind
        self._organisation = organisation
        self._job = job
        self._closing = closing

    def do(self, name: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        from dbos import DBOS

        if self._closing.is_set():
            raise InterruptedError(name)
        return DBOS.run_step(_step(name), work, *args, **kwargs)

    def wanted(self) -> bool:
        with self._store.write(self._organisation) as unit:
            return self._kind.rows(unit).beat(self._job, this_worker())

    def claimed(self) -> bool:
        """Make the job this process's own: the library gives it to one process only, whichever asks first."""
        with self._store.write(self._organisation) as unit:
            return self._kind.rows(unit).claim(self._job, this_worker())

    def give_up(self) -> None:
        """Leave the job to the next process, because this one ends."""
        with self._store.write(self._organisation) as unit:
            self._kind.rows(unit).release(self._job, this_worker())

    def end(self, error: str | None) -> None:
        """Note the end, unless somebody else has the job by now."""
        with self._store.write(self._organisation) as unit:
            if self._kind.rows(unit).beat(self._job, this_worker()):
                self._kind.rows(unit).finish(self._job, "failed" if error else "done", error)


def _alive(left: WorkflowStatus) -> bool:
    """Whether the process that took a workflow off its queue still lives."""
    since = left.dequeued_at or left.updated_at or left.created_at or 0
    return alive(left.executor_id, datetime.fromtimestamp(since / 1e3, UTC))


def _step(name: str) -> StepOptions:
    return {
        "name": name,
        "retries_allowed": True,
        "max_attempts": 6,
        "interval_seconds": 0.5,
        "should_retry": lambda error: isinstance(error, StorageError),
    }
