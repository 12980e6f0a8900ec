"""People: who uses the coach, what is kept about one of them, and forgetting them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from coach.storage.models import access, judgement, okr, working

#: Columns that may name a person, and what such a row is called.
_NAMES: tuple[tuple[str, InstrumentedAttribute[Any]], ...] = (
    ("objective", okr.Objective.owner),
    ("key_result", okr.KeyResult.owner),
    ("project", okr.Project.owner),
    ("disposition", judgement.Disposition.by),
    ("verdict", judgement.PairVerdict.by),
    ("waiver", judgement.Waiver.by),
    ("draft_version", working.DraftVersion.by),
    ("audit", access.AuditEntry.actor),
    ("key", access.ApiKey.name),
)
ERASED = "(erased)"


@dataclass(frozen=True, slots=True)
class User:
    """A person who uses the coach."""

    id: str
    name: str
    email: str | None
    role: str


class People:
    """Reads and writes what concerns persons.

    Args:
        session: narrowed to an organisation.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, name: str, *, email: str | None = None, role: str = "editor") -> User:
        """Keep a person."""
        row = access.User(id=f"usr_{secrets.token_hex(8)}", name=name, email=email, role=role)
        self._session.add(row)
        self._session.flush()
        return _user(row)

    def all(self) -> list[User]:
        """Return all persons, by name."""
        return [_user(row) for row in self._session.scalars(select(access.User).order_by(access.User.name))]

    def export(self, person: str) -> dict[str, Any]:
        """Return everything that is kept about a person, by name or e-mail address, without regard to case."""
        names = self._names(person)
        found: dict[str, Any] = {
            "users": [vars_of(row, ("id", "name", "email", "role", "created_at")) for row in self._users(names)],
            "comments": [vars_of(row, ("subject", "text", "by", "at")) for row in self._comments(names)],
        }
        for kind, column in _NAMES:
            rows = self._session.scalars(select(column.class_).where(_is_one_of(column, names)))
            keys = [[str(getattr(row, key.name)) for key in column.class_.__table__.primary_key][1:] for row in rows]
            found[f"{kind}s"] = ["/".join(key) for key in keys]
        return {"person": person, **{kind: rows for kind, rows in found.items() if rows}}

    def erase(self, person: str) -> int:
        """Forget a person: their account and comments go, their name is blanked elsewhere; return how many rows changed."""
        names = self._names(person)
        changed = 0
        for rows in (self._users(names), self._comments(names)):
            for row in rows:
                self._session.delete(row)
                changed += 1
        for _, column in _NAMES:
            result: Any = self._session.execute(
                update(column.class_)
                .where(_is_one_of(column, names))
                .values({column.key: ERASED})
                .execution_options(synchronize_session=False)
            )
            changed += result.rowcount
        return changed

    def _names(self, person: str) -> set[str]:
        wanted = {person.strip(), person.strip().lower()}
        row = access.User
        rows = self._session.scalars(
            select(row).where(or_(_is_one_of(row.name, wanted), _is_one_of(row.email, wanted), row.id == person))
        )
        also = {text for user in rows for text in (user.name, user.email, user.id) if text}
        return wanted | also | {text.lower() for text in also}

    def _users(self, names: set[str]) -> list[access.User]:
        row = access.User
        return list(self._session.scalars(select(row).where(or_(_is_one_of(row.name, names), row.id.in_(names)))))

    def _comments(self, names: set[str]) -> list[judgement.Comment]:
        row = judgement.Comment
        return list(self._session.scalars(select(row).where(_is_one_of(row.by, names))))


def _is_one_of(column: InstrumentedAttribute[Any], names: set[str]) -> ColumnElement[bool]:
    return or_(column.in_(names), func.lower(column).in_(names))


def vars_of(row: object, names: tuple[str, ...]) -> dict[str, Any]:
    """Return some columns of a row as JSON can say them."""
    return {name: str(value) for name in names if (value := getattr(row, name)) is not None}


def _user(row: access.User) -> User:
    return User(row.id, row.name, row.email, row.role)
