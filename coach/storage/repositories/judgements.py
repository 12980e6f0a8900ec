"""Verdicts on pairs of lines, and comments."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from coach.storage.models import judgement as tables

PairRelation = Literal["duplicate", "related", "contradiction", "unrelated"]


@dataclass(frozen=True, slots=True)
class PairVerdict:
    """What a person said about two lines, by their ids; the order of the two does not matter."""

    a: str
    b: str
    relation: PairRelation
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark of a person on something."""

    subject: str
    text: str
    by: str | None
    at: datetime
    id: str


class Judgements:
    """Reads and writes verdicts on pairs and comments.

    Args:
        session: narrowed to an organisation.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def put_verdict(self, verdict: PairVerdict) -> None:
        """Keep a verdict; a later one on the same pair replaces it."""
        a, b = sorted((verdict.a, verdict.b))
        self._session.merge(
            tables.PairVerdict(
                organisation_id=self._session.organisation,  # type: ignore[attr-defined]
                a=a, b=b, relation=verdict.relation, by=verdict.by,
            )
        )  # fmt: skip
        self._session.flush()

    def verdicts(self, names: Iterable[str] | None = None) -> list[PairVerdict]:
        """Return the verdicts on pairs of which one is named, or all."""
        row = tables.PairVerdict
        query = select(row).order_by(row.a, row.b)
        if names is not None:
            wanted = list(names)
            query = query.where(or_(row.a.in_(wanted), row.b.in_(wanted)))
        return [PairVerdict(v.a, v.b, v.relation, v.by) for v in self._session.scalars(query)]  # type: ignore[arg-type]

    def comment(self, subject: str, text: str, by: str | None) -> Comment:
        """Keep a comment."""
        row = tables.Comment(id=f"com_{secrets.token_hex(8)}", subject=subject, text=text, by=by)
        self._session.add(row)
        self._session.flush()
        return Comment(row.subject, row.text, row.by, row.at, row.id)

    def comments(self, subject: str) -> list[Comment]:
        """Return the comments on something, the oldest first."""
        row = tables.Comment
        rows = self._session.scalars(select(row).where(row.subject == subject).order_by(row.at, row.id))
        return [Comment(r.subject, r.text, r.by, r.at, r.id) for r in rows]
