"""Circles with their metrics."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_, select

from coach.domain.okr_set import Circle, Metric
from coach.storage.models import organisation as tables
from coach.storage.repositories.named import Named
from coach.storage.stored import Stored, chosen, in_chunks

_METRIC = ("name", "unit", "current", "low", "high")


class Circles(Named[Circle]):
    """Reads and writes circles."""

    kind = "circle"
    table = tables.Circle
    fields = ("name", "kind", "parent", "status", "purpose", "accountabilities", "checklists", "language")

    def all(self) -> list[Circle]:
        """Return every circle, in the order they came."""
        rows = self._session.scalars(select(tables.Circle).order_by(tables.Circle.created_at, tables.Circle.id))
        return [stored.value for stored in self._read(rows)]

    def around(self, names: Iterable[str]) -> list[Circle]:
        """Return the named circles and the anchor circles."""
        wanted = or_(tables.Circle.id.in_(list(names)), tables.Circle.kind == "anchor")
        rows = self._session.scalars(select(tables.Circle).where(wanted).order_by(tables.Circle.id))
        return [stored.value for stored in self._read(rows)]

    def _fill(self, row: tables.Circle, value: Circle) -> None:
        super()._fill(row, value)
        row.metrics = []
        self._session.flush()
        row.metrics = [
            tables.Metric(organisation_id=row.organisation_id, position=position, **chosen(metric, _METRIC))
            for position, metric in enumerate(value.metrics)
        ]

    def _read(self, rows: Iterable[tables.Circle]) -> list[Stored[Circle]]:
        found = list(rows)
        metrics: dict[str, list[Metric]] = {}
        for names in in_chunks(row.id for row in found):
            query = select(tables.Metric).where(tables.Metric.circle_id.in_(names))
            for metric in self._session.scalars(query.order_by(tables.Metric.circle_id, tables.Metric.position)):
                metrics.setdefault(metric.circle_id, []).append(Metric.model_construct(**chosen(metric, _METRIC)))
        return [self._stored(row, metrics.get(row.id, [])) for row in found]

    def _stored(self, row: tables.Circle, metrics: list[Metric]) -> Stored[Circle]:
        circle = Circle.model_construct(id=row.id, metrics=metrics, **chosen(row, self.fields))
        return Stored(circle, row.version, row.created_at, row.updated_at)
