"""Cycles."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from coach.domain.okr_set import Cycle
from coach.storage.models import organisation as tables
from coach.storage.stored import Page, Stored, check_version, chosen, found_or_missing, page_of

_FIELDS = ("name", "start", "end", "parent")


class Cycles:
    """Reads and writes cycles.

    Args:
        session: narrowed to an organisation.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, name: str) -> Stored[Cycle] | None:
        """Return a cycle by its id, or None."""
        row = self._row(name)
        return _stored(row) if row else None

    def page(self, *, after: str | None = None, limit: int = 50) -> Page[Stored[Cycle]]:
        """Return cycles in the order of their ids, after one of them."""
        query = select(tables.Cycle).order_by(tables.Cycle.id).limit(limit + 1)
        if after is not None:
            query = query.where(tables.Cycle.id > after)
        found = [_stored(row) for row in self._session.scalars(query)]
        return page_of(found, limit, lambda stored: stored.value.id)

    def all(self) -> list[Cycle]:
        """Return every cycle, in the order of their ids."""
        return [_stored(row).value for row in self._session.scalars(select(tables.Cycle).order_by(tables.Cycle.id))]

    def put(self, cycle: Cycle, *, expected: int | None = None) -> tuple[Stored[Cycle], bool]:
        """Keep a cycle; return it, and whether anything changed."""
        row = self._row(cycle.id, lock=True)
        check_version("cycle", cycle.id, row.version if row else None, expected)
        if row is not None and _stored(row).value == cycle:
            return _stored(row), False
        if row is None:
            row = tables.Cycle(id=cycle.id, version=0)
            self._session.add(row)
        for name in _FIELDS:
            setattr(row, name, getattr(cycle, name))
        row.version += 1
        self._session.flush()
        return _stored(row), True

    def delete(self, name: str, *, expected: int | None = None) -> None:
        """Delete a cycle; NotFoundError when there is none, StaleError when it has another version."""
        row = found_or_missing("cycle", name, self._row(name, lock=True))
        check_version("cycle", name, row.version, expected)
        self._session.delete(row)

    def _row(self, name: str, *, lock: bool = False) -> tables.Cycle | None:
        query = select(tables.Cycle).where(tables.Cycle.id == name)
        return self._session.scalar(query.with_for_update() if lock else query)


def _stored(row: tables.Cycle) -> Stored[Cycle]:
    return Stored(Cycle.model_construct(id=row.id, **chosen(row, _FIELDS)), row.version, row.created_at, row.updated_at)
