"""Organisations, their strategy, circles with metrics, and cycles."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coach.storage.models.base import NAME, Base, Owned, Versioned, name_column


class Organisation(Versioned, Base):
    """The root of everything; the only table without an owner."""

    __tablename__ = "organisations"

    id: Mapped[str] = name_column(primary_key=True)
    name: Mapped[str | None]
    language: Mapped[str | None] = mapped_column(String(2))
    mission: Mapped[str | None]
    vision: Mapped[str | None]
    #: Rises with every change of what a review is read against: circles, cycles, strategy, objectives, links.
    revision: Mapped[int] = mapped_column(default=1)


class Strategy(Owned, Base):
    """One statement of the strategy."""

    __tablename__ = "strategies"

    position: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str | None] = mapped_column(String(NAME))
    text: Mapped[str]
    horizon: Mapped[str | None]


class Cycle(Owned, Versioned, Base):
    """A period with dates, possibly inside a longer one."""

    __tablename__ = "cycles"

    id: Mapped[str] = name_column(primary_key=True)
    name: Mapped[str | None]
    start: Mapped[date | None]
    end: Mapped[date | None]
    parent: Mapped[str | None] = mapped_column(String(NAME))


class Circle(Owned, Versioned, Base):
    """A team with a purpose and accountabilities."""

    __tablename__ = "circles"
    __table_args__ = (Index("ix_circles_kind", "organisation_id", "kind"),)

    id: Mapped[str] = name_column(primary_key=True)
    name: Mapped[str | None]
    kind: Mapped[str] = mapped_column(String(20))
    parent: Mapped[str | None] = mapped_column(String(NAME))
    status: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str | None]
    accountabilities: Mapped[list[str]]
    checklists: Mapped[list[str]]
    language: Mapped[str | None] = mapped_column(String(2))
    metrics: Mapped[list[Metric]] = relationship(
        cascade="all, delete-orphan", order_by="Metric.position", passive_deletes=True
    )


class Metric(Owned, Base):
    """A running health metric of a circle, with its usual band."""

    __tablename__ = "metrics"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "circle_id"], ["circles.organisation_id", "circles.id"], ondelete="CASCADE"
        ),
    )

    circle_id: Mapped[str] = name_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    unit: Mapped[str | None]
    current: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
