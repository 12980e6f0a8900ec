"""Drafts and how they were before."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coach.domain.okr_set import OkrSet
from coach.storage.models import working as tables
from coach.storage.models.base import now
from coach.storage.stored import Stored, check_version, found_or_missing


class Drafts:
    """Reads and writes drafts; every change leaves a version behind.

    Args:
        session: narrowed to an organisation.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, name: str) -> Stored[OkrSet] | None:
        """Return a draft by its id, or None."""
        row = self._session.scalar(select(tables.Draft).where(tables.Draft.id == name))
        return Stored(_read(row.document), row.version, row.created_at, row.updated_at) if row else None

    def put(
        self, draft: OkrSet, *, name: str | None = None, by: str | None = None, expected: int | None = None
    ) -> tuple[str, int]:
        """Keep a draft and its version; return its id and version.

        Raises:
            StaleError: it has another version than expected.
        """
        name = name or f"dra_{secrets.token_hex(10)}"
        row = self._session.scalar(select(tables.Draft).where(tables.Draft.id == name).with_for_update())
        check_version("draft", name, row.version if row else None, expected)
        document = draft.model_dump(mode="json", exclude_unset=True)
        if row is not None and row.document == document:
            return name, row.version
        if row is None:
            row = tables.Draft(id=name, version=0)
            self._session.add(row)
        row.circle = next((objective.circle for objective in draft.objectives), None)
        row.cycle, row.document, row.updated_at = draft.cycle, document, now()
        row.version += 1
        self._session.flush()
        self._session.add(tables.DraftVersion(draft_id=name, version=row.version, document=document, by=by))
        self._session.flush()
        return name, row.version

    def versions(self, name: str) -> list[tuple[int, OkrSet]]:
        """Return every version of a draft, the first one first."""
        row = tables.DraftVersion
        rows = self._session.scalars(select(row).where(row.draft_id == name).order_by(row.version))
        return [(entry.version, _read(entry.document)) for entry in rows]

    def delete(self, name: str) -> None:
        """Delete a draft with its versions; NotFoundError when there is none."""
        row = self._session.scalar(select(tables.Draft).where(tables.Draft.id == name))
        self._session.delete(found_or_missing("draft", name, row))

    def delete_before(self, moment: Any) -> int:
        """Delete the drafts not changed since a moment; return how many."""
        result: Any = self._session.execute(
            delete(tables.Draft).where(tables.Draft.updated_at < moment).execution_options(synchronize_session=False)
        )
        return int(result.rowcount)


def _read(document: dict[str, Any]) -> OkrSet:
    return OkrSet.model_validate(document, strict=False)
