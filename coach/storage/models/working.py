"""What the coach keeps for its own work: drafts, vectors, caches, answers to repeated requests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from coach.storage.models.base import NAME, Base, Owned, Versioned, name_column, now


class Draft(Owned, Versioned, Base):
    """A set that somebody is writing, as an okr-set."""

    __tablename__ = "drafts"

    id: Mapped[str] = name_column(primary_key=True)
    circle: Mapped[str | None] = mapped_column(String(NAME))
    cycle: Mapped[str | None] = mapped_column(String(NAME))
    document: Mapped[dict[str, Any]]


class DraftVersion(Owned, Base):
    """A draft as it was."""

    __tablename__ = "draft_versions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "draft_id"], ["drafts.organisation_id", "drafts.id"], ondelete="CASCADE"
        ),
    )

    draft_id: Mapped[str] = name_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[dict[str, Any]]
    by: Mapped[str | None] = mapped_column(String(NAME))
    at: Mapped[datetime] = mapped_column(default=now)


class Vector(Owned, Base):
    """The vector of a text in one model: little-endian float32."""

    __tablename__ = "vectors"

    model: Mapped[str] = name_column(primary_key=True)
    key: Mapped[str] = name_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class CacheEntry(Owned, Base):
    """Something expensive that was computed once, such as a critique."""

    __tablename__ = "cache_entries"
    __table_args__ = (Index("ix_cache_entries_at", "organisation_id", "at"),)

    kind: Mapped[str] = mapped_column(String(50), primary_key=True)
    key: Mapped[str] = name_column(primary_key=True)
    value: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(default=now)


class Answer(Owned, Base):
    """The answer to a request with an Idempotency-Key; `status` is None while it is under way."""

    __tablename__ = "answers"
    __table_args__ = (Index("ix_answers_at", "organisation_id", "at"),)

    caller: Mapped[str] = name_column(primary_key=True)
    key: Mapped[str] = name_column(primary_key=True)
    request: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any] | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(default=now)
