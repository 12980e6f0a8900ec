"""Who did what."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coach.storage.models import access as tables


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing somebody did."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any] | None = None


class Audit:
    """Reads and writes the audit log.

    Args:
        session: narrowed to an organisation.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def note(self, actor: str, action: str, subject: str, detail: dict[str, Any] | None = None) -> None:
        """Note what somebody did, such as `put` of `circle:it`."""
        entry = tables.AuditEntry(
            id=f"aud_{secrets.token_hex(10)}", actor=actor, action=action, subject=subject, detail=detail
        )
        self._session.add(entry)

    def last(self, limit: int = 100) -> list[AuditEntry]:
        """Return the last entries, the newest first."""
        row = tables.AuditEntry
        rows = self._session.scalars(select(row).order_by(row.at.desc(), row.id.desc()).limit(limit))
        return [AuditEntry(r.at, r.actor, r.action, r.subject, r.detail) for r in rows]

    def delete_before(self, moment: datetime) -> int:
        """Delete the entries before a moment; return how many."""
        row = tables.AuditEntry
        result: Any = self._session.execute(
            delete(row).where(row.at < moment).execution_options(synchronize_session=False)
        )
        return int(result.rowcount)
