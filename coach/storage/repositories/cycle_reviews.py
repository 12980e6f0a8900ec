"""Reviews of whole cycles: how far they are, and which review stands for which circle."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from coach.storage.models import review as tables
from coach.storage.models.base import now
from coach.storage.repositories.job_rows import UNDER_WAY, JobRows, JobState


@dataclass(frozen=True, slots=True)
class CycleReview:
    """How far the review of a cycle is.

    Attributes:
        total: sets (circles with something in the cycle) to review, once they have been counted.
        done: of these, how many are finished; `reused` of them had not changed.
        worker: the process that does it.
    """

    id: str
    cycle: str
    state: JobState
    profile: str
    language: str
    total: int
    done: int
    reused: int
    failed: int
    error: str | None
    worker: str | None
    created_at: datetime
    beat_at: datetime
    finished_at: datetime | None

    @property
    def under_way(self) -> bool:
        """Whether it is still to be finished."""
        return self.state in UNDER_WAY


@dataclass(frozen=True, slots=True)
class Part:
    """Which review stands for a circle's set."""

    circle: str
    review_id: str
    reused: bool


class CycleReviews(JobRows):
    """Reads and writes reviews of cycles.

    Args:
        session: narrowed to an organisation.
        organisation: its id.
    """

    table = tables.CycleReview

    def __init__(self, session: Session, organisation: str) -> None:
        super().__init__(session)
        self._organisation = organisation

    def start(self, cycle: str, *, profile: str, language: str) -> CycleReview:
        """Return the review of a cycle that is under way, or a new one; ConflictError when two begin at one moment."""
        row = tables.CycleReview
        found = self._session.scalar(select(row).where(row.cycle == cycle, row.state.in_(UNDER_WAY)))
        if found is None:
            found = row(id=f"job_{secrets.token_hex(10)}", cycle=cycle, profile=profile, language=language)
            self._session.add(found)
            self._session.flush()
        return _value(found)

    def get(self, name: str) -> CycleReview | None:
        """Return a review of a cycle by its id, or None."""
        row = self._session.scalar(select(tables.CycleReview).where(tables.CycleReview.id == name))
        return _value(row) if row else None

    def last(self, cycle: str, *, finished: bool = True) -> CycleReview | None:
        """Return the last review of a cycle, finished or of any state, or None."""
        row = tables.CycleReview
        query = select(row).where(row.cycle == cycle).order_by(row.created_at.desc(), row.id.desc()).limit(1)
        found = self._session.scalar(query.where(row.state == "done") if finished else query)
        return _value(found) if found else None

    def begin(self, name: str, total: int) -> None:
        """Note how many sets there are, unless the job was stopped meanwhile."""
        row = tables.CycleReview
        self._session.execute(
            update(row)
            .where(row.id == name, row.state.in_(UNDER_WAY))
            .values(total=total, state="running", beat_at=now())
            .execution_options(synchronize_session=False)
        )

    def add_parts(self, name: str, parts: list[Part], *, failed: int = 0) -> None:
        """Keep which reviews stand for some circles; those that are there already stay, so that a step may be repeated."""
        known = {part.circle for part in self.parts(name)}
        new = [part for part in parts if part.circle not in known]
        owner = self._organisation
        rows = [
            {
                "organisation_id": owner,
                "cycle_review_id": name,
                "circle": part.circle,
                "review_id": part.review_id,
                "reused": part.reused,
            }
            for part in new
        ]
        if rows:
            self._session.execute(insert(tables.CyclePart), rows)
        row = tables.CyclePart
        counted = select(func.count()).select_from(row).where(row.cycle_review_id == name)
        done = self._session.scalar(counted) or 0
        reused = self._session.scalar(counted.where(row.reused)) or 0
        self._set(name, done=done, reused=reused, failed=tables.CycleReview.failed + failed, beat_at=now())

    def parts(self, name: str) -> list[Part]:
        """Return which review stands for which circle."""
        row = tables.CyclePart
        rows = self._session.scalars(select(row).where(row.cycle_review_id == name).order_by(row.circle))
        return [Part(entry.circle, entry.review_id, entry.reused) for entry in rows]

    def _set(self, name: str, **values: Any) -> None:
        row = tables.CycleReview
        self._session.execute(
            update(row).where(row.id == name).values(**values).execution_options(synchronize_session=False)
        )


def _value(row: tables.CycleReview) -> CycleReview:
    return CycleReview(**{name: getattr(row, name) for name in CycleReview.__slots__})
