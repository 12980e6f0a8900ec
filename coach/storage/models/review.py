"""Reviews with their findings, and durable jobs: the review of a whole cycle, and work of any other kind."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from coach.storage.models.base import NAME, Base, Owned, name_column, now


class Review(Owned, Base):
    """One review of one subject. `content_hash` is of everything the verdict rests on."""

    __tablename__ = "reviews"
    __table_args__ = (
        Index("ix_reviews_subject", "organisation_id", "subject", "number"),
        Index("ix_reviews_created_at", "organisation_id", "created_at"),
    )

    id: Mapped[str] = name_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(2 * NAME + 20))
    number: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    rubric_version: Mapped[str] = mapped_column(String(100))
    profile: Mapped[str] = mapped_column(String(100))
    language: Mapped[str] = mapped_column(String(2))
    stage: Mapped[str] = mapped_column(String(10))
    source: Mapped[dict[str, Any] | None]
    document: Mapped[str]
    overall: Mapped[int | None]
    circle: Mapped[str | None] = mapped_column(String(NAME))
    cycle: Mapped[str | None] = mapped_column(String(NAME))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Finding(Owned, Base):
    """What one finding of a review is looked up by; its words stand in the review's document, at `position`."""

    __tablename__ = "findings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "review_id"], ["reviews.organisation_id", "reviews.id"], ondelete="CASCADE"
        ),
        Index("ix_findings_fingerprint", "organisation_id", "fingerprint"),
        Index("ix_findings_code", "organisation_id", "code"),
    )

    review_id: Mapped[str] = name_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(100))
    severity: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10))
    pointer: Mapped[str]
    item: Mapped[str | None] = mapped_column(String(NAME))
    fingerprint: Mapped[str] = mapped_column(String(64))


class CycleReview(Owned, Base):
    """The review of a cycle: one durable job. At most one of a cycle is under way."""

    __tablename__ = "cycle_reviews"
    __table_args__ = (
        Index(
            "uq_cycle_reviews_under_way",
            "organisation_id",
            "cycle",
            unique=True,
            sqlite_where=text("state IN ('queued', 'running')"),
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
        Index("ix_cycle_reviews_created_at", "organisation_id", "cycle", "created_at"),
    )

    id: Mapped[str] = name_column(primary_key=True)
    cycle: Mapped[str] = mapped_column(String(NAME))
    state: Mapped[str] = mapped_column(String(20), default="queued")
    profile: Mapped[str] = mapped_column(String(100))
    language: Mapped[str] = mapped_column(String(2))
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    reused: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    worker: Mapped[str | None] = mapped_column(String(NAME))
    created_at: Mapped[datetime] = mapped_column(default=now)
    beat_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]


class Job(Owned, Base):
    """A durable piece of work of any other kind; what it needs to know stands in `payload` until it has ended.

    At most one of a kind and subject is under way.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index(
            "uq_jobs_under_way",
            "organisation_id",
            "kind",
            "subject",
            unique=True,
            sqlite_where=text("state IN ('queued', 'running')"),
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
        Index("ix_jobs_finished_at", "organisation_id", "finished_at"),
    )

    id: Mapped[str] = name_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(50))
    subject: Mapped[str] = mapped_column(String(2 * NAME + 20))
    state: Mapped[str] = mapped_column(String(20), default="queued")
    payload: Mapped[dict[str, Any]]
    error: Mapped[str | None]
    worker: Mapped[str | None] = mapped_column(String(NAME))
    created_at: Mapped[datetime] = mapped_column(default=now)
    beat_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]


class CyclePart(Owned, Base):
    """The review of one circle's set within a cycle review; an unchanged one is taken over from an earlier cycle review."""

    __tablename__ = "cycle_parts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "cycle_review_id"],
            ["cycle_reviews.organisation_id", "cycle_reviews.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "review_id"], ["reviews.organisation_id", "reviews.id"], ondelete="CASCADE"
        ),
        Index("ix_cycle_parts_review", "organisation_id", "review_id"),
    )

    cycle_review_id: Mapped[str] = name_column(primary_key=True)
    circle: Mapped[str] = name_column(primary_key=True)
    review_id: Mapped[str] = mapped_column(String(NAME))
    reused: Mapped[bool]
