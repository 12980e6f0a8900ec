"""Projects."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from coach.domain.okr_set import Project
from coach.storage.models import okr as tables
from coach.storage.repositories.named import Named
from coach.storage.stored import Page, Stored, chosen


class Projects(Named[Project]):
    """Reads and writes projects."""

    kind = "project"
    table = tables.Project
    fields = ("circle", "title", "description", "delivers", "status", "owner")

    def page(self, *, after: str | None = None, limit: int = 50, circle: str | None = None) -> Page[Stored[Project]]:
        """Return projects in the order of their ids, after one of them, of one circle when it is named."""
        where = [tables.Project.circle == circle] if circle is not None else []
        return self._page(after, limit, *where)

    def of_circles(self, circles: Iterable[str] | None = None) -> list[Project]:
        """Return the projects of some circles, or of all."""
        query = select(tables.Project).order_by(tables.Project.created_at, tables.Project.id)
        if circles is not None:
            query = query.where(tables.Project.circle.in_(list(circles)))
        return [stored.value for stored in self._read(self._session.scalars(query))]

    def _read(self, rows: Iterable[tables.Project]) -> list[Stored[Project]]:
        return [
            Stored(
                Project.model_construct(id=row.id, **chosen(row, self.fields)),
                row.version,
                row.created_at,
                row.updated_at,
            )
            for row in rows
        ]
