"""What every kind of durable job keeps of its run: which process does it, when that was last alive, how it ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol

from sqlalchemy import Update, update
from sqlalchemy.orm import Session

from coach.storage.models import review as tables
from coach.storage.models.base import now

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
UNDER_WAY = ("queued", "running")


class Run(Protocol):
    """A job as the seam to durable work sees it."""

    @property
    def state(self) -> JobState:
        """How far it is."""

    @property
    def worker(self) -> str | None:
        """The process that does it; None: nobody yet."""

    @property
    def beat_at(self) -> datetime:
        """When that process last said that it is alive."""


class JobRows:
    """Runs of one kind of job.

    Args:
        session: narrowed to an organisation.
    """

    table: ClassVar[type[tables.CycleReview] | type[tables.Job]]
    ended: ClassVar[dict[str, Any]] = {}  #: columns that change when a job has ended

    def __init__(self, session: Session) -> None:
        self._session = session

    def take(self, name: str, worker: str, *, of: str | None) -> bool:
        """Note which process does it, in the place of another one or of none; return False when a third was faster."""
        before = self.table.worker.is_(None) if of is None else self.table.worker == of
        return self._changed(self._wanted(name).where(before).values(worker=worker, beat_at=now()))

    def claim(self, name: str, worker: str) -> bool:
        """Note which process does it, whoever had it before; return False when it is no longer wanted."""
        return self._changed(self._wanted(name).values(worker=worker, state="running", beat_at=now()))

    def beat(self, name: str, worker: str) -> bool:
        """Note that the process is alive; return False when the job is no longer its own or no longer wanted."""
        return self._changed(self._wanted(name).where(self.table.worker == worker).values(beat_at=now()))

    def release(self, name: str, worker: str) -> bool:
        """Give a job up, so that any other process may take it; return False when it was no longer its own."""
        mine = self._wanted(name).where(self.table.worker == worker)
        return self._changed(mine.values(worker=None, state="queued"))

    def finish(self, name: str, state: JobState, error: str | None = None) -> bool:
        """Note the end; return False when it had ended before."""
        return self._changed(self._wanted(name).values(state=state, error=error, finished_at=now(), **self.ended))

    def _wanted(self, name: str) -> Update:
        return update(self.table).where(self.table.id == name, self.table.state.in_(UNDER_WAY))

    def _changed(self, statement: Update) -> bool:
        result: Any = self._session.execute(statement.execution_options(synchronize_session=False))
        return bool(result.rowcount)
