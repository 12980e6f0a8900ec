"""What is compared across circles: the titles of objectives and projects, without anything else of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from coach.storage.models import okr as tables


class KeptTitle(NamedTuple):
    """A title.

    Attributes:
        detail: the objective's why, or the project's description.
        version: of the objective or project.
    """

    kind: Literal["objective", "project"]
    id: str
    circle: str | None
    title: str
    detail: str | None
    version: int


class Titles:
    """Reads titles.

    Args:
        session: narrowed to an organisation.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_cycles(self, cycles: Iterable[str], *, since: datetime | None = None) -> list[KeptTitle]:
        """Return the objectives of some cycles, or of none, and the projects that are not over.

        Args:
            cycles: ids.
            since: only what was written from that moment on; None: all.
        """
        row, project = tables.Objective, tables.Project
        wanted, running = _wanted(cycles)
        objectives = select(row.id, row.circle, row.title, row.why, row.version).where(wanted)
        projects = select(project.id, project.circle, project.title, project.description, project.version)
        projects = projects.where(running)
        if since is not None:
            objectives = objectives.where(row.updated_at >= since)
            projects = projects.where(project.updated_at >= since)
        return [
            *(KeptTitle("objective", *found) for found in self._session.execute(objectives)),
            *(KeptTitle("project", *found) for found in self._session.execute(projects)),
        ]

    def tally(self, cycles: Iterable[str]) -> tuple[int, int]:
        """Return how many titles `of_cycles` would return, and the sum of their versions."""
        row, project = tables.Objective, tables.Project
        wanted, running = _wanted(cycles)
        counted = select(func.count(row.id), func.coalesce(func.sum(row.version), 0)).where(wanted)
        planned = select(func.count(project.id), func.coalesce(func.sum(project.version), 0)).where(running)
        objectives, projects = self._session.execute(counted).one(), self._session.execute(planned).one()
        return int(objectives[0] + projects[0]), int(objectives[1] + projects[1])


def _wanted(cycles: Iterable[str]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Which objectives, and which projects."""
    row = tables.Objective
    wanted = or_(row.cycle.in_(list(cycles)), row.cycle.is_(None))
    return wanted, tables.Project.status.in_(("planned", "active", "waiting"))
