"""API keys: `okrc_<id>_<secret>`, of which only a digest is kept."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from coach.storage.models import access as tables
from coach.storage.models.base import now
from coach.storage.stored import found_or_missing

Role = Literal["viewer", "editor", "champion", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)  # each may do what those before it may
_FORM = re.compile(r"okrc_([a-z0-9]{12})_([A-Za-z0-9_-]{43})", re.ASCII)
_USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret."""

    id: str
    organisation: str
    name: str
    role: Role
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    @property
    def valid(self) -> bool:
        """Whether it opens anything now."""
        return self.revoked_at is None and (self.expires_at is None or now() < self.expires_at)

    @property
    def stale(self) -> bool:
        """Whether its last use should be noted again."""
        return self.last_used_at is None or self.last_used_at < now() - _USED_EVERY


class Keys:
    """Reads and writes the keys of an organisation.

    Args:
        session: narrowed to an organisation.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def create(self, name: str, role: Role, expires_at: datetime | None = None) -> tuple[Key, str]:
        """Make a key; return it with the text that is shown once and never again."""
        identity = "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(12))
        secret = secrets.token_urlsafe(32)
        row = tables.ApiKey(id=identity, digest=_digest(secret), name=name, role=role, expires_at=expires_at)
        self._session.add(row)
        self._session.flush()
        return key_of(row), f"okrc_{identity}_{secret}"

    def all(self) -> list[Key]:
        """Return all keys, the newest first."""
        rows = self._session.scalars(select(tables.ApiKey).order_by(tables.ApiKey.created_at.desc()))
        return [key_of(row) for row in rows]

    def revoke(self, name: str) -> Key:
        """Let a key open nothing any more; NotFoundError when there is none of that id."""
        row = found_or_missing("key", name, self._session.scalar(select(tables.ApiKey).where(tables.ApiKey.id == name)))
        row.revoked_at = row.revoked_at or now()
        self._session.flush()
        return key_of(row)

    def used(self, name: str) -> None:
        """Note that a key was used."""
        row = self._session.scalar(select(tables.ApiKey).where(tables.ApiKey.id == name))
        if row is not None:
            row.last_used_at = now()


def parts_of(text: str) -> tuple[str, str] | None:
    """Return id and secret of a key as it is sent, or None when it is none."""
    found = _FORM.fullmatch(text)
    return (found[1], found[2]) if found else None


def opens(row: tables.ApiKey, secret: str) -> bool:
    """Tell whether a secret is that of a key, in constant time."""
    return hmac.compare_digest(row.digest, _digest(secret))


def key_of(row: tables.ApiKey) -> Key:
    """Return a key without its secret."""
    role: Role = row.role  # type: ignore[assignment]
    return Key(
        row.id, row.organisation_id, row.name, role, row.created_at, row.expires_at, row.last_used_at, row.revoked_at
    )


def _digest(secret: str) -> bytes:
    # The secret has 256 random bits: a slow hash would add nothing.
    return hashlib.sha256(secret.encode()).digest()
