"""What is compared across circles: the titles of objectives and projects, without anything else of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from coach.storage.models import okr as tables


class KeptTitle(NamedTuple):
    """A title.

    Attributes:
        detail: the objective's why, or the project's description.
    """

    kind: Literal["objective", "project"]
    id: str
    circle: str | None
    title: str
    detail: str | None


class Titles:
    """Reads titles.

    Args:
        session: narrowed to an organisation.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_cycles(self, cycles: Iterable[str]) -> list[KeptTitle]:
        """Return the objectives of some cycles, or of none, and the projects that are not over."""
        row, project = tables.Objective, tables.Project
        wanted = or_(row.cycle.in_(list(cycles)), row.cycle.is_(None))
        objectives = select(row.id, row.circle, row.title, row.why).where(wanted)
        projects = select(project.id, project.circle, project.title, project.description)
        running = projects.where(project.status.in_(("planned", "active", "waiting")))
        return [
            *(KeptTitle("objective", *found) for found in self._session.execute(objectives)),
            *(KeptTitle("project", *found) for found in self._session.execute(running)),
        ]
