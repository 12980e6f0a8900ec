"""Objectives with their key results and measurements, projects, and the links between them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coach.storage.models.base import NAME, Base, Figure, Owned, Versioned, name_column


class Objective(Owned, Versioned, Base):
    """Where a circle wants to be. Names of circles and cycles may point nowhere: that becomes a finding, not an error."""

    __tablename__ = "objectives"
    __table_args__ = (
        Index("ix_objectives_circle", "organisation_id", "circle", "cycle"),
        Index("ix_objectives_cycle", "organisation_id", "cycle"),
        Index("uq_objectives_external", "organisation_id", "external_system", "external_id", unique=True),
    )

    id: Mapped[str] = name_column(primary_key=True)
    circle: Mapped[str | None] = mapped_column(String(NAME))
    cycle: Mapped[str | None] = mapped_column(String(NAME))
    title: Mapped[str]
    why: Mapped[str | None]
    owner: Mapped[str | None]
    change: Mapped[str | None] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(10), default="draft")
    external_system: Mapped[str | None] = mapped_column(String(NAME))
    external_id: Mapped[str | None] = mapped_column(String(NAME))
    external_version: Mapped[str | None] = mapped_column(String(NAME))
    key_results: Mapped[list[KeyResult]] = relationship(
        cascade="all, delete-orphan", order_by="KeyResult.position", passive_deletes=True
    )


class KeyResult(Owned, Base):
    """How a circle will know. Its id is the caller's, unique within its objective; without one it is its position."""

    __tablename__ = "key_results"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "objective_id"], ["objectives.organisation_id", "objectives.id"], ondelete="CASCADE"
        ),
        Index("ix_key_results_id", "organisation_id", "id"),
    )

    objective_id: Mapped[str] = name_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str | None] = mapped_column(String(NAME))
    title: Mapped[str]
    baseline: Mapped[Any | None] = mapped_column(Figure)
    baseline_by: Mapped[date | None]
    target: Mapped[Any | None] = mapped_column(Figure)
    unit: Mapped[str | None]
    due: Mapped[date | None]
    owner: Mapped[str | None]
    source: Mapped[str | None]
    measurements: Mapped[list[Measurement]] = relationship(
        cascade="all, delete-orphan", order_by="Measurement.position", passive_deletes=True
    )


class Measurement(Owned, Base):
    """One value of a key result on one day."""

    __tablename__ = "measurements"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "objective_id", "key_result"],
            ["key_results.organisation_id", "key_results.objective_id", "key_results.position"],
            ondelete="CASCADE",
        ),
    )

    objective_id: Mapped[str] = name_column(primary_key=True)
    key_result: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    date: Mapped[date]
    value: Mapped[float]


class Project(Owned, Versioned, Base):
    """Work with a specific end."""

    __tablename__ = "projects"
    __table_args__ = (
        Index("ix_projects_circle", "organisation_id", "circle"),
        Index("uq_projects_external", "organisation_id", "external_system", "external_id", unique=True),
    )

    id: Mapped[str] = name_column(primary_key=True)
    circle: Mapped[str | None] = mapped_column(String(NAME))
    title: Mapped[str]
    description: Mapped[str | None]
    delivers: Mapped[list[str]]
    status: Mapped[str] = mapped_column(String(10))
    owner: Mapped[str | None]
    external_system: Mapped[str | None] = mapped_column(String(NAME))
    external_id: Mapped[str | None] = mapped_column(String(NAME))


class Link(Owned, Versioned, Base):
    """One thing contributes to another; `stated` and `shorthand` tell in which of the okr-set's two places it stands."""

    __tablename__ = "links"
    __table_args__ = (Index("ix_links_target", "organisation_id", "to_id"),)

    from_id: Mapped[str] = name_column(primary_key=True)
    to_id: Mapped[str] = name_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    origin: Mapped[str | None] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="accepted")
    rationale: Mapped[str | None]
    shorthand: Mapped[bool] = mapped_column(default=False)
    stated: Mapped[bool] = mapped_column(default=False)
