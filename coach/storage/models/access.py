"""Who may ask, and who did what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from coach.storage.models.base import NAME, Base, Owned, name_column, now


class User(Owned, Base):
    """A person who uses the coach."""

    __tablename__ = "users"

    id: Mapped[str] = name_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME))
    email: Mapped[str | None] = mapped_column(String(320))
    role: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(default=now)


class ApiKey(Owned, Base):
    """A key, of which only a digest is kept."""

    __tablename__ = "api_keys"
    __table_args__ = (Index("uq_api_keys_id", "id", unique=True),)

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    name: Mapped[str] = mapped_column(String(NAME))
    role: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class AuditEntry(Owned, Base):
    """Somebody did something."""

    __tablename__ = "audit_log"
    __table_args__ = (Index("ix_audit_log_at", "organisation_id", "at"),)

    id: Mapped[str] = name_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    actor: Mapped[str] = mapped_column(String(NAME))
    action: Mapped[str] = mapped_column(String(50))
    subject: Mapped[str] = mapped_column(String(2 * NAME + 20))
    detail: Mapped[dict[str, Any] | None]
