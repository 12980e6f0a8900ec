"""What was expensive to compute: vectors of texts, and answers of any kind by content hash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coach.storage.models import working as tables
from coach.storage.models.base import now


class Caches:
    """Reads and writes cached values; losing one costs time, never a result.

    Args:
        session: narrowed to an organisation.
        organisation: its id.
    """

    def __init__(self, session: Session, organisation: str) -> None:
        self._session = session
        self._organisation = organisation

    def get(self, kind: str, key: str) -> bytes | None:
        """Return a cached value, or None."""
        row = tables.CacheEntry
        return self._session.scalar(select(row.value).where(row.kind == kind, row.key == key))

    def put(self, kind: str, key: str, value: bytes) -> None:
        """Keep a value."""
        self._session.merge(
            tables.CacheEntry(organisation_id=self._organisation, kind=kind, key=key, value=value, at=now())
        )
        self._session.flush()

    def vectors(self, model: str, keys: Iterable[str]) -> dict[str, bytes]:
        """Return the known vectors of a model: key of the text -> little-endian float32."""
        wanted = list(dict.fromkeys(keys))
        found: dict[str, bytes] = {}
        row = tables.Vector
        for start in range(0, len(wanted), 500):
            query = select(row.key, row.data).where(row.model == model, row.key.in_(wanted[start : start + 500]))
            found.update((str(key), bytes(data)) for key, data in self._session.execute(query))
        return found

    def put_vectors(self, model: str, vectors: Mapping[str, bytes]) -> None:
        """Keep vectors of a model."""
        for key, data in vectors.items():
            self._session.merge(tables.Vector(organisation_id=self._organisation, model=model, key=key, data=data))
        self._session.flush()

    def delete_before(self, moment: Any) -> int:
        """Delete the values kept before a moment; return how many."""
        row = tables.CacheEntry
        result: Any = self._session.execute(
            delete(row).where(row.at < moment).execution_options(synchronize_session=False)
        )
        return int(result.rowcount)
