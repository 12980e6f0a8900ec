"""What people decided about remarks, by their fingerprints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from coach.storage.models import judgement as tables
from coach.storage.stored import check_version

Decision = Literal["open", "accepted", "dismissed"]
Reason = Literal["deliberate", "mistaken", "later"]


@dataclass(frozen=True, slots=True)
class Disposition:
    """A decision about a remark; it holds until the words change, or until a day.

    Attributes:
        reason: why it was dismissed: deliberately so, the coach is mistaken, or not now; a note may say more.
        until: last day on which it holds; None: for good.
    """

    fingerprint: str
    decision: Decision
    reason: Reason | None = None
    note: str | None = None
    by: str | None = None
    until: date | None = None
    version: int = 0

    def holds(self, today: date) -> bool:
        """Tell whether the remark is dismissed on a day."""
        return self.decision == "dismissed" and (self.until is None or today <= self.until)


_FIELDS = ("decision", "reason", "note", "by", "until")


class Dispositions:
    """Reads and writes decisions about remarks.

    Args:
        session: narrowed to an organisation.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def among(self, fingerprints: Iterable[str]) -> dict[str, Disposition]:
        """Return the decisions about some remarks, by fingerprint."""
        wanted = list(dict.fromkeys(fingerprints))
        found: dict[str, Disposition] = {}
        for start in range(0, len(wanted), 500):
            query = select(tables.Disposition).where(tables.Disposition.fingerprint.in_(wanted[start : start + 500]))
            found.update((row.fingerprint, _value(row)) for row in self._session.scalars(query))
        return found

    def dismissed(self, today: date) -> frozenset[str]:
        """Return the fingerprints of all remarks that are dismissed on a day."""
        row = tables.Disposition
        holds = or_(row.until.is_(None), row.until >= today)
        query = select(row.fingerprint).where(row.decision == "dismissed", holds)
        return frozenset(self._session.scalars(query))

    def put(self, value: Disposition, *, expected: int | None = None) -> Disposition:
        """Keep a decision; StaleError when another one was made since."""
        query = select(tables.Disposition).where(tables.Disposition.fingerprint == value.fingerprint)
        row = self._session.scalar(query.with_for_update())
        check_version("decision about", value.fingerprint, row.version if row else None, expected)
        if row is None:
            row = tables.Disposition(fingerprint=value.fingerprint, version=0)
            self._session.add(row)
        for name in _FIELDS:
            setattr(row, name, getattr(value, name))
        row.version += 1
        self._session.flush()
        return _value(row)


def _value(row: tables.Disposition) -> Disposition:
    values = {name: getattr(row, name) for name in _FIELDS}
    return Disposition(fingerprint=row.fingerprint, version=row.version, **values)
