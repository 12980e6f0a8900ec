"""Reviews, their findings, and what people decided about them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from coach.domain.okr_set import Source
from coach.storage.models import review as tables
from coach.storage.models.base import now
from coach.storage.stored import Page, page_of


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """What one finding is looked up by.

    Attributes:
        item: id of the line it is about.
        position: where it stands in the review's document.
    """

    code: str
    severity: str
    state: str
    status: str
    pointer: str
    item: str | None
    fingerprint: str
    position: int = 0


@dataclass(frozen=True, slots=True)
class KeptReview:
    """A review as it is kept.

    Attributes:
        subject: what was reviewed, such as `objective:O1`, `set:tool/5f71` or `circle:it@2027-C1`.
        content_hash: of everything the verdict rests on.
        document: the review as JSON.
    """

    subject: str
    content_hash: str
    rubric_version: str
    profile: str
    language: str
    stage: str
    document: str
    overall: int | None = None
    source: Source | None = None
    circle: str | None = None
    cycle: str | None = None
    findings: tuple[KeptFinding, ...] = ()
    id: str = field(default_factory=lambda: f"rev_{secrets.token_hex(10)}")
    created_at: datetime = field(default_factory=now)


class Reviews:
    """Reads and writes reviews.

    Args:
        session: narrowed to an organisation.
        organisation: its id.
    """

    def __init__(self, session: Session, organisation: str) -> None:
        self._session = session
        self._organisation = organisation

    def get(self, name: str) -> KeptReview | None:
        """Return a review by its id, without its findings, or None."""
        row = self._session.scalar(select(tables.Review).where(tables.Review.id == name))
        return _kept(row) if row else None

    def last(self, subject: str) -> KeptReview | None:
        """Return the last review of a subject, without its findings, or None."""
        row = tables.Review
        query = select(row).where(row.subject == subject).order_by(row.number.desc()).limit(1)
        found = self._session.scalar(query)
        return _kept(found) if found else None

    def findings(self, review: str) -> list[KeptFinding]:
        """Return the findings of a review, in order."""
        row = tables.Finding
        rows = self._session.scalars(select(row).where(row.review_id == review).order_by(row.position))
        return [_finding(entry) for entry in rows]

    def has_finding(self, fingerprint: str) -> bool:
        """Tell whether any review found something."""
        row = tables.Finding
        query = select(row.review_id).where(row.fingerprint == fingerprint).limit(1)
        return self._session.scalar(query) is not None

    def page(self, *, after: str | None = None, limit: int = 50, subject: str | None = None) -> Page[KeptReview]:
        """Return reviews, the newest first, after one of them; only those of a subject, when it is named."""
        row = tables.Review
        query = select(row).order_by(row.created_at.desc(), row.id.desc()).limit(limit + 1)
        if subject is not None:
            query = query.where(row.subject == subject)
        before = self._session.scalar(select(row).where(row.id == after)) if after is not None else None
        if before is not None:
            older = (row.created_at < before.created_at) | (
                (row.created_at == before.created_at) & (row.id < before.id)
            )
            query = query.where(older)
        found = [_kept(entry) for entry in self._session.scalars(query)]
        return page_of(found, limit, lambda review: review.id)

    def add(self, review: KeptReview) -> None:
        """Keep a review as the last one of its subject."""
        row = tables.Review
        number = self._session.scalar(select(func.max(row.number)).where(row.subject == review.subject)) or 0
        owner = self._organisation
        source = review.source.model_dump() if review.source else None
        values = {name: getattr(review, name) for name in _COLUMNS}
        self._session.execute(
            insert(row), [{"organisation_id": owner, "number": number + 1, **values, "source": source}]
        )
        if review.findings:
            self._session.execute(insert(tables.Finding), [_row(owner, review.id, f) for f in review.findings])

    def before(self, review: KeptReview) -> KeptReview | None:
        """Return the review of the same subject that came before one, or None."""
        row = tables.Review
        number = select(row.number).where(row.id == review.id).scalar_subquery()
        query = select(row).where(row.subject == review.subject, row.number < number).order_by(row.number.desc())
        found = self._session.scalar(query.limit(1))
        return _kept(found) if found else None

    def complete(
        self, name: str, document: str, overall: int | None, findings: Iterable[KeptFinding], content: str | None = None
    ) -> None:
        """Replace what a review says: another layer has spoken meanwhile; `content`: the hash of what it rests on now."""
        row, finding = tables.Review, tables.Finding
        options = {"synchronize_session": False}
        values = {"document": document, "overall": overall} | ({"content_hash": content} if content else {})
        self._session.execute(update(row).where(row.id == name).values(**values).execution_options(**options))
        self._session.execute(delete(finding).where(finding.review_id == name).execution_options(**options))
        rows = [_row(self._organisation, name, found) for found in findings]
        if rows:
            self._session.execute(insert(finding), rows)

    def counts(self, reviews: Sequence[str], states: Iterable[str] = ("open",)) -> list[tuple[str, str, int]]:
        """Return (review, code, number) of the findings of some reviews that are neither settled nor gone."""
        row = tables.Finding
        found: list[tuple[str, str, int]] = []
        for start in range(0, len(reviews), 500):
            query = (
                select(row.review_id, row.code, func.count())
                .where(row.review_id.in_(reviews[start : start + 500]), row.state.in_(list(states)))
                .where(row.status.in_(("new", "unchanged", "contested")))
                .group_by(row.review_id, row.code)
            )
            found += [(str(a), str(b), int(c)) for a, b, c in self._session.execute(query)]
        return found

    def delete_before(self, moment: date | datetime) -> int:
        """Delete the reviews before a moment that no later one of the same subject is compared with; return how many."""
        row = tables.Review
        newest = select(row.subject, func.max(row.number).label("number")).group_by(row.subject).subquery()
        last = select(row.id).join(newest, (row.subject == newest.c.subject) & (row.number == newest.c.number))
        kept_by_cycles = select(tables.CyclePart.review_id)
        result: Any = self._session.execute(
            delete(row)
            .where(row.created_at < moment, row.id.not_in(last), row.id.not_in(kept_by_cycles))
            .execution_options(synchronize_session=False)
        )
        return int(result.rowcount)


_COLUMNS = (
    "id", "subject", "content_hash", "rubric_version", "profile", "language", "stage", "document", "overall", "circle",
    "cycle", "created_at",
)  # fmt: skip
_FINDING = ("code", "severity", "state", "status", "pointer", "item", "fingerprint", "position")


def _row(organisation: str, review: str, finding: KeptFinding) -> dict[str, Any]:
    values = {name: getattr(finding, name) for name in _FINDING}
    return {"organisation_id": organisation, "review_id": review, **values}


def _kept(row: tables.Review) -> KeptReview:
    values = {name: getattr(row, name) for name in _COLUMNS}
    return KeptReview(**values, source=Source.model_construct(**row.source) if row.source else None)


def _finding(row: tables.Finding) -> KeptFinding:
    return KeptFinding(**{name: getattr(row, name) for name in _FINDING})
