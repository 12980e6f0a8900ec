"""Durable jobs of any kind but the review of a cycle, which has rows of its own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from coach.storage.models import review as tables
from coach.storage.repositories.job_rows import UNDER_WAY, JobRows, JobState


@dataclass(frozen=True, slots=True)
class Job:
    """How far a job is.

    Attributes:
        kind: name of what does it.
        subject: what it works on.
        payload: what it needs to know; empty once it has ended.
    """

    id: str
    kind: str
    subject: str
    state: JobState
    payload: dict[str, Any]
    error: str | None
    worker: str | None
    created_at: datetime
    beat_at: datetime
    finished_at: datetime | None

    @property
    def under_way(self) -> bool:
        """Whether it is still to be finished."""
        return self.state in UNDER_WAY


class Jobs(JobRows):
    """Reads and writes jobs."""

    table = tables.Job
    ended = {"payload": {}}

    def get(self, name: str) -> Job | None:
        """Return a job by its id, or None."""
        row = self._session.scalar(select(tables.Job).where(tables.Job.id == name))
        return _value(row) if row else None

    def under_way(self, kind: str, subject: str) -> Job | None:
        """Return the job of a kind that works on something now, or None."""
        row = tables.Job
        query = select(row.id).where(row.kind == kind, row.subject == subject, row.state.in_(UNDER_WAY))
        name = self._session.scalar(query)
        return self.get(name) if name else None

    def start(self, kind: str, subject: str, payload: dict[str, Any]) -> Job:
        """Return the job of a kind that works on something now, or a new one; ConflictError when two begin at one moment."""
        found = self.under_way(kind, subject)
        if found is not None:
            return found
        row = tables.Job(id=f"job_{secrets.token_hex(10)}", kind=kind, subject=subject, payload=payload)
        self._session.add(row)
        self._session.flush()
        return _value(row)

    def delete_before(self, moment: datetime) -> int:
        """Delete the jobs that ended before a moment; return how many."""
        row = tables.Job
        result: Any = self._session.execute(
            delete(row).where(row.finished_at < moment).execution_options(synchronize_session=False)
        )
        return int(result.rowcount)


def _value(row: tables.Job) -> Job:
    return Job(**{field: getattr(row, field) for field in Job.__slots__})
