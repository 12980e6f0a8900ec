"""Verdicts on pairs of lines, and comments."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from coach.domain.text import text_key
from coach.errors import InputError
from coach.storage.models import judgement as tables
from coach.storage.models.base import now

PairRelation = Literal["duplicate", "related", "contradiction", "unrelated"]


@dataclass(frozen=True, slots=True)
class PairVerdict:
    """What a person said about two texts; the order of the two does not matter.

    Attributes:
        at: when; None: now.
    """

    a: str
    b: str
    relation: PairRelation
    by: str | None = None
    at: datetime | None = None


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

    def put_verdict(self, verdict: PairVerdict) -> PairVerdict:
        """Keep a verdict; a later one on the same pair replaces it.

        Raises:
            InputError: the two texts are the same words.
        """
        (a, a_text), (b, b_text) = sorted((text_key(text), text) for text in (verdict.a, verdict.b))
        if a == b:
            raise InputError("The two texts are the same words; there is nothing to decide.")
        at = verdict.at or now()
        self._session.merge(
            tables.PairVerdict(
                organisation_id=self._session.organisation,  # type: ignore[attr-defined]
                a=a, b=b, a_text=a_text, b_text=b_text, relation=verdict.relation, by=verdict.by, at=at,
            )
        )  # fmt: skip
        self._session.flush()
        return PairVerdict(a_text, b_text, verdict.relation, verdict.by, at)

    def take_back(self, a: str, b: str) -> bool:
        """Forget the verdict on two texts; return whether there was one."""
        first, second = sorted((text_key(a), text_key(b)))
        row = tables.PairVerdict
        known = self._session.scalar(select(row.a).where(row.a == first, row.b == second)) is not None
        self._session.execute(
            delete(row).where(row.a == first, row.b == second).execution_options(synchronize_session=False)
        )
        return known

    def verdicts(self, texts: Iterable[str] | None = None) -> list[PairVerdict]:
        """Return the verdicts on pairs of which one is given, or all, the oldest first."""
        row = tables.PairVerdict
        query = select(row).order_by(row.at, row.a, row.b)
        if texts is not None:
            wanted = [text_key(text) for text in texts]
            query = query.where(or_(row.a.in_(wanted), row.b.in_(wanted)))
        return [PairVerdict(v.a_text, v.b_text, v.relation, v.by, v.at) for v in self._session.scalars(query)]  # type: ignore[arg-type]

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
