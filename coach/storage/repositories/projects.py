"""Projects."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from coach.domain.okr_set import Project
from coach.storage.models import okr as tables
from coach.storage.stored import Page, Stored, check_version, chosen, found_or_missing, page_of

_FIELDS = ("circle", "title", "description", "delivers", "status", "owner")


class Projects:
    """Reads and writes projects.

    Args:
        session: narrowed to an organisation.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, name: str) -> Stored[Project] | None:
        """Return a project by its id, or None."""
        row = self._row(name)
        return _stored(row) if row else None

    def page(self, *, after: str | None = None, limit: int = 50, circle: str | None = None) -> Page[Stored[Project]]:
        """Return projects in the order of their ids, after one of them, of one circle when it is named."""
        query = select(tables.Project).order_by(tables.Project.id).limit(limit + 1)
        if after is not None:
            query = query.where(tables.Project.id > after)
        if circle is not None:
            query = query.where(tables.Project.circle == circle)
        found = [_stored(row) for row in self._session.scalars(query)]
        return page_of(found, limit, lambda stored: stored.value.id)

    def of_circles(self, circles: Iterable[str] | None = None) -> list[Project]:
        """Return the projects of some circles, or of all."""
        query = select(tables.Project).order_by(tables.Project.created_at, tables.Project.id)
        if circles is not None:
            query = query.where(tables.Project.circle.in_(list(circles)))
        return [_stored(row).value for row in self._session.scalars(query)]

    def put(self, project: Project, *, expected: int | None = None) -> tuple[Stored[Project], bool]:
        """Keep a project that has an id; return it, and whether anything changed."""
        assert project.id is not None
        row = self._row(project.id, lock=True)
        check_version("project", project.id, row.version if row else None, expected)
        if row is not None and _stored(row).value == project:
            return _stored(row), False
        if row is None:
            row = tables.Project(id=project.id, version=0)
            self._session.add(row)
        for name in _FIELDS:
            setattr(row, name, getattr(project, name))
        row.version += 1
        self._session.flush()
        return _stored(row), True

    def delete(self, name: str, *, expected: int | None = None) -> None:
        """Delete a project; NotFoundError when there is none, StaleError when it has another version."""
        row = found_or_missing("project", name, self._row(name, lock=True))
        check_version("project", name, row.version, expected)
        self._session.delete(row)

    def _row(self, name: str, *, lock: bool = False) -> tables.Project | None:
        query = select(tables.Project).where(tables.Project.id == name)
        return self._session.scalar(query.with_for_update() if lock else query)


def _stored(row: tables.Project) -> Stored[Project]:
    return Stored(
        Project.model_construct(id=row.id, **chosen(row, _FIELDS)), row.version, row.created_at, row.updated_at
    )
