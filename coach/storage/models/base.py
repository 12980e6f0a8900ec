"""What all tables share: names of constraints, times in UTC, the organisation everything belongs to."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, MetaData, String, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAME = 200  # characters of an identifier, as in the okr-set


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, always aware and in UTC; SQLite itself would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without zone; store the others in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Figure(TypeDecorator[float | str]):
    """A number, or a figure as it was typed; as JSON in a text column, which keeps the two apart."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: float | str | None, dialect: Dialect) -> str | None:
        """Return the figure as JSON."""
        return None if value is None else json.dumps(value if isinstance(value, str) else float(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> float | str | None:
        """Return the figure."""
        return None if value is None else json.loads(value)


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcDateTime,
        str: Text,
        list[str]: JSON,
        list[Any]: JSON,
        dict[str, Any]: JSON,
    }


def name_column(*, primary_key: bool = False) -> Mapped[Any]:
    """Return a column for an identifier."""
    return mapped_column(String(NAME), primary_key=primary_key)


def now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)


class Owned:
    """A row that belongs to an organisation. The session adds the organisation to every statement about it."""

    organisation_id: Mapped[str] = mapped_column(
        String(NAME), ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True, sort_order=-10
    )


class Versioned:
    """A row that people change: its version is the ETag, and a stale change is refused."""

    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
