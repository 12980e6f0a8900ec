"""What outlives a process: answers by their key, what has been spent, and the secret of this installation."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from coach.critique.config import Limits

_DAY = 86_400
_SCHEMA = """
create table if not exists answers (key text primary key, answer text not null, made real not null);
create table if not exists spent (scope text primary key, tokens integer not null, money real not null, seen real not null);
create table if not exists secret (one integer primary key check (one = 1), value blob not null);
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A scope that pays for a call, such as a month of an organisation, and what it may spend."""

    scope: str
    limits: Limits


class Cache(Protocol):
    """Answers by the key of everything that they depend on."""

    def get(self, key: str) -> str | None:
        """Return an answer, or None."""

    def put(self, key: str, answer: str) -> None:
        """Keep an answer."""


class Ledger(Protocol):
    """What has been spent, by scope."""

    def reserve(self, claims: Sequence[Claim], tokens: int, money: float) -> bool:
        """Take an estimate from every scope at once; False, and nothing taken, where one has too little left."""

    def settle(self, claims: Sequence[Claim], tokens: int, money: float) -> None:
        """Add what was spent beyond the estimate (negative: less)."""


class Store(Cache, Ledger, Protocol):
    """Both, and the secret that boundary and control lines are drawn with."""

    def secret(self) -> bytes:
        """Return the secret of this installation."""


class MemoryStore:
    """Keeps everything for as long as the process lives.

    Args:
        secret: None draws one.
    """

    def __init__(self, secret: bytes | None = None) -> None:
        self.answers: dict[str, str] = {}
        self.spent: dict[str, tuple[int, float]] = {}
        self._secret = secret or secrets.token_bytes(32)

    def get(self, key: str) -> str | None:
        """Return an answer, or None."""
        return self.answers.get(key)

    def put(self, key: str, answer: str) -> None:
        """Keep an answer."""
        self.answers[key] = answer

    def reserve(self, claims: Sequence[Claim], tokens: int, money: float) -> bool:
        """Take an estimate from every scope, or from none."""
        if not all(_fits(self.spent.get(c.scope, (0, 0.0)), c.limits, tokens, money) for c in claims):
            return False
        self.settle(claims, tokens, money)
        return True

    def settle(self, claims: Sequence[Claim], tokens: int, money: float) -> None:
        """Add what was spent."""
        for claim in claims:
            had, paid = self.spent.get(claim.scope, (0, 0.0))
            self.spent[claim.scope] = (had + tokens, paid + money)

    def secret(self) -> bytes:
        """Return the secret of this process."""
        return self._secret


class SqliteStore:
    """Keeps everything in one SQLite file that only its owner can read.

    Args:
        path: of the file; it is made where it is missing.
        days: how long answers are kept; 0 keeps none.
        clock: seconds since 1970.
    """

    def __init__(self, path: Path, days: int = 30, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._days = days
        self._clock = clock
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        with self._connection() as connection:
            connection.executescript(_SCHEMA)
            connection.execute("delete from answers where made < ?", (clock() - days * _DAY,))
            connection.execute("delete from spent where seen < ?", (clock() - 400 * _DAY,))

    def get(self, key: str) -> str | None:
        """Return an answer, or None."""
        with self._connection() as connection:
            oldest = self._clock() - self._days * _DAY
            row = connection.execute("select answer from answers where key = ? and made >= ?", (key, oldest)).fetchone()
        return str(row[0]) if row else None

    def put(self, key: str, answer: str) -> None:
        """Keep an answer."""
        if self._days:
            with self._connection() as connection:
                connection.execute("insert or replace into answers values (?, ?, ?)", (key, answer, self._clock()))

    def reserve(self, claims: Sequence[Claim], tokens: int, money: float) -> bool:
        """Take an estimate from every scope, or from none, whatever other processes do."""
        with self._connection() as connection:
            for claim in claims:
                row = connection.execute("select tokens, money from spent where scope = ?", (claim.scope,)).fetchone()
                if not _fits(row or (0, 0.0), claim.limits, tokens, money):
                    return False
            self._add(connection, claims, tokens, money)
        return True

    def settle(self, claims: Sequence[Claim], tokens: int, money: float) -> None:
        """Add what was spent."""
        with self._connection() as connection:
            self._add(connection, claims, tokens, money)

    def secret(self) -> bytes:
        """Return the secret of this installation, drawn at the first use."""
        with self._connection() as connection:
            connection.execute("insert or ignore into secret values (1, ?)", (secrets.token_bytes(32),))
            return bytes(connection.execute("select value from secret").fetchone()[0])

    def _add(self, connection: sqlite3.Connection, claims: Sequence[Claim], tokens: int, money: float) -> None:
        for claim in claims:
            connection.execute(
                "insert into spent values (?, ?, ?, ?) on conflict (scope) do update "
                "set tokens = tokens + excluded.tokens, money = money + excluded.money, seen = excluded.seen",
                (claim.scope, tokens, money, self._clock()),
            )

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=5, isolation_level=None)
        try:
            connection.execute("begin immediate")
            yield connection
            if connection.in_transaction:
                connection.execute("commit")
        finally:
            connection.close()


def _fits(spent: tuple[int, float], limits: Limits, tokens: int, money: float) -> bool:
    enough = not limits.tokens or spent[0] + tokens <= limits.tokens
    return enough and (not limits.money or spent[1] + money <= limits.money)
