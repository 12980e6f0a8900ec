"""Circles with their metrics."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from coach.domain.okr_set import Circle, Metric
from coach.storage.models import organisation as tables
from coach.storage.stored import Page, Stored, check_version, chosen, found_or_missing, in_chunks, page_of

_FIELDS = ("name", "kind", "parent", "status", "purpose", "accountabilities", "checklists", "language")
_METRIC = ("name", "unit", "current", "low", "high")


class Circles:
    """Reads and writes circles.

    Args:
        session: narrowed to an organisation.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, name: str) -> Stored[Circle] | None:
        """Return a circle by its id, or None."""
        row = self._row(name)
        return self._all([row])[0] if row else None

    def page(self, *, after: str | None = None, limit: int = 50) -> Page[Stored[Circle]]:
        """Return circles in the order of their ids, after one of them."""
        query = select(tables.Circle).order_by(tables.Circle.id).limit(limit + 1)
        if after is not None:
            query = query.where(tables.Circle.id > after)
        found = self._all(self._session.scalars(query))
        return page_of(found, limit, lambda stored: stored.value.id)

    def all(self) -> list[Circle]:
        """Return every circle, in the order they came."""
        rows = self._session.scalars(select(tables.Circle).order_by(tables.Circle.created_at, tables.Circle.id))
        return [stored.value for stored in self._all(rows)]

    def around(self, names: Iterable[str]) -> list[Circle]:
        """Return the named circles and the anchor circles."""
        wanted = or_(tables.Circle.id.in_(list(names)), tables.Circle.kind == "anchor")
        rows = self._session.scalars(select(tables.Circle).where(wanted).order_by(tables.Circle.id))
        return [stored.value for stored in self._all(rows)]

    def put(self, circle: Circle, *, expected: int | None = None) -> tuple[Stored[Circle], bool]:
        """Keep a circle; return it, and whether anything changed."""
        row = self._row(circle.id, lock=True)
        check_version("circle", circle.id, row.version if row else None, expected)
        before = self._all([row])[0] if row is not None else None
        if before is not None and before.value == circle:
            return before, False
        if row is None:
            row = tables.Circle(id=circle.id, version=0)
            self._session.add(row)
        for name in _FIELDS:
            setattr(row, name, getattr(circle, name))
        row.version += 1
        row.metrics = []
        self._session.flush()
        row.metrics = [
            tables.Metric(organisation_id=row.organisation_id, position=position, **chosen(metric, _METRIC))
            for position, metric in enumerate(circle.metrics)
        ]
        self._session.flush()
        return self._all([row])[0], True

    def delete(self, name: str, *, expected: int | None = None) -> None:
        """Delete a circle; NotFoundError when there is none, StaleError when it has another version."""
        row = found_or_missing("circle", name, self._row(name, lock=True))
        check_version("circle", name, row.version, expected)
        self._session.delete(row)

    def _row(self, name: str, *, lock: bool = False) -> tables.Circle | None:
        query = select(tables.Circle).where(tables.Circle.id == name)
        return self._session.scalar(query.with_for_update() if lock else query)

    def _all(self, rows: Iterable[tables.Circle]) -> list[Stored[Circle]]:
        found = list(rows)
        metrics: dict[str, list[Metric]] = {}
        for names in in_chunks(row.id for row in found):
            query = select(tables.Metric).where(tables.Metric.circle_id.in_(names))
            for metric in self._session.scalars(query.order_by(tables.Metric.circle_id, tables.Metric.position)):
                metrics.setdefault(metric.circle_id, []).append(Metric.model_construct(**chosen(metric, _METRIC)))
        return [_stored(row, metrics.get(row.id, [])) for row in found]


def _stored(row: tables.Circle, metrics: list[Metric]) -> Stored[Circle]:
    circle = Circle.model_construct(id=row.id, metrics=metrics, **chosen(row, _FIELDS))
    return Stored(circle, row.version, row.created_at, row.updated_at)
