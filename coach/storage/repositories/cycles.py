"""Cycles."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from coach.domain.okr_set import Cycle
from coach.storage.models import organisation as tables
from coach.storage.repositories.named import Named
from coach.storage.stored import Stored, chosen


class Cycles(Named[Cycle]):
    """Reads and writes cycles."""

    kind = "cycle"
    table = tables.Cycle
    fields = ("name", "start", "end", "parent")

    def all(self) -> list[Cycle]:
        """Return every cycle, in the order of their ids."""
        rows = self._session.scalars(select(tables.Cycle).order_by(tables.Cycle.id))
        return [stored.value for stored in self._read(rows)]

    def _read(self, rows: Iterable[tables.Cycle]) -> list[Stored[Cycle]]:
        return [
            Stored(
                Cycle.model_construct(id=row.id, **chosen(row, self.fields)),
                row.version,
                row.created_at,
                row.updated_at,
            )
            for row in rows
        ]
