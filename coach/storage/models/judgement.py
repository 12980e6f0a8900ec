"""What people said: dispositions of findings, verdicts on pairs, comments, waivers; and how the organisation speaks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from coach.storage.models.base import NAME, Base, Owned, Versioned, name_column, now


class Disposition(Owned, Versioned, Base):
    """What was decided about a remark; it holds until the words change, or until a day."""

    __tablename__ = "dispositions"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    decision: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str | None]
    by: Mapped[str | None] = mapped_column(String(NAME))
    until: Mapped[date | None]


class PairVerdict(Owned, Base):
    """What a person said about two texts: the same, related, opposed, unrelated. `a` and `b` are their keys, `a` sorts first."""

    __tablename__ = "pair_verdicts"

    a: Mapped[str] = mapped_column(String(64), primary_key=True)
    b: Mapped[str] = mapped_column(String(64), primary_key=True)
    a_text: Mapped[str]
    b_text: Mapped[str]
    relation: Mapped[str] = mapped_column(String(20))
    by: Mapped[str | None] = mapped_column(String(NAME))
    at: Mapped[datetime] = mapped_column(default=now)


class Comment(Owned, Base):
    """A remark of a person on something."""

    __tablename__ = "comments"
    __table_args__ = (Index("ix_comments_subject", "organisation_id", "subject"),)

    id: Mapped[str] = name_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(2 * NAME + 20))
    text: Mapped[str]
    by: Mapped[str | None] = mapped_column(String(NAME))
    at: Mapped[datetime] = mapped_column(default=now)


class Waiver(Owned, Base):
    """A remark the organisation decided to live with, as in the okr-set."""

    __tablename__ = "waivers"

    position: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(NAME))
    item: Mapped[str] = mapped_column(String(NAME))
    reason: Mapped[str | None]
    by: Mapped[str | None]
    until: Mapped[date | None]


class Profile(Owned, Versioned, Base):
    """A profile of the organisation: its choices about the method."""

    __tablename__ = "profiles"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    document: Mapped[dict[str, Any]]


class GlossaryTerm(Owned, Base):
    """A word of the organisation and what it means."""

    __tablename__ = "glossary"

    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    term: Mapped[str] = name_column(primary_key=True)
    meaning: Mapped[str]
