"""What circles, cycles and projects share: one row a name, with a version that refuses stale changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from coach.storage.stored import Page, Stored, check_version, found_or_missing, page_of

V = TypeVar("V")


class Named(Generic[V]):
    """Reads and writes values by their id.

    Args:
        session: narrowed to an organisation.
    """

    kind: ClassVar[str]
    table: ClassVar[Any]
    fields: ClassVar[tuple[str, ...]]

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, name: str) -> Stored[V] | None:
        """Return the value of an id, or None."""
        row = self._row(name)
        return self._read([row])[0] if row is not None else None

    def page(self, *, after: str | None = None, limit: int = 50) -> Page[Stored[V]]:
        """Return values in the order of their ids, after one of them."""
        return self._page(after, limit)

    def put(self, value: V, *, expected: int | None = None) -> tuple[Stored[V], bool]:
        """Keep a value that has an id; return it, and whether anything changed."""
        name: str = value.id  # type: ignore[attr-defined]
        row = self._row(name, lock=True)
        check_version(self.kind, name, row.version if row is not None else None, expected)
        before = self._read([row])[0] if row is not None else None
        if before is not None and before.value == value:
            return before, False
        if row is None:
            row = self.table(id=name, version=0)
            self._session.add(row)
        row.version += 1
        self._fill(row, value)
        self._session.flush()
        return self._read([row])[0], True

    def delete(self, name: str, *, expected: int | None = None) -> None:
        """Delete a value; NotFoundError when there is none, StaleError when it has another version."""
        row = found_or_missing(self.kind, name, self._row(name, lock=True))
        check_version(self.kind, name, row.version, expected)
        self._session.delete(row)

    def _page(self, after: str | None, limit: int, *where: Any) -> Page[Stored[V]]:
        query = select(self.table).where(*where).order_by(self.table.id).limit(limit + 1)
        if after is not None:
            query = query.where(self.table.id > after)
        return page_of(self._read(self._session.scalars(query)), limit, lambda stored: stored.value.id)

    def _row(self, name: str, *, lock: bool = False) -> Any:
        query = select(self.table).where(self.table.id == name)
        return self._session.scalar(query.with_for_update() if lock else query)

    def _fill(self, row: Any, value: V) -> None:
        for name in self.fields:
            setattr(row, name, getattr(value, name))

    def _read(self, rows: Iterable[Any]) -> list[Stored[V]]:
        raise NotImplementedError
