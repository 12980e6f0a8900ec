"""What repositories hand out: a value with its version, and pages of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from coach.domain.okr_set import Source, Stage
from coach.errors import NotFoundError, StaleError

T = TypeVar("T")
V = TypeVar("V")

MOST = 200  # entries of a page


@dataclass(frozen=True, slots=True)
class Stored(Generic[T]):
    """A value as it is kept.

    Attributes:
        version: rises by one with every change; the ETag.
        source: where it comes from, for what another tool keeps.
        stage: of an objective.
    """

    value: T
    version: int
    created_at: datetime
    updated_at: datetime
    source: Source | None = None
    stage: Stage = "draft"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some entries, and the key after which the next ones follow; None at the end."""

    entries: list[T] = field(default_factory=list)
    next: str | None = None


def page_of(entries: list[V], limit: int, key: Any) -> Page[V]:
    """Return a page of `limit` from one entry more than that, where there is one."""
    shown = entries[:limit]
    return Page(shown, key(shown[-1]) if len(entries) > limit else None)


def check_version(kind: str, name: str, found: int | None, expected: int | None) -> None:
    """Refuse a change of something that is no longer as it was read.

    Args:
        kind: what it is, for the message.
        name: its id.
        found: its version now; None: it does not exist.
        expected: the version that was read; 0: it must not exist; None: any.

    Raises:
        StaleError: it has another version.
    """
    if expected is None or expected == (found or 0):
        return
    state = "does not exist" if found is None else f"has version {found}"
    wanted = "was to be new" if expected == 0 else f"version {expected} was expected"
    raise StaleError(f"The {kind} {name!r} {state}; {wanted}.")


def found_or_missing(kind: str, name: str, value: V | None) -> V:
    """Return a value that has to exist; NotFoundError where it does not."""
    if value is None:
        raise NotFoundError(f"There is no {kind} {name!r}.")
    return value


def in_chunks(names: Iterable[V], size: int = 500) -> Iterator[list[V]]:
    """Yield names in lists that a database takes at once."""
    every = list(names)
    for start in range(0, len(every), size):
        yield every[start : start + size]


def chosen(value: object, names: Iterable[str]) -> dict[str, Any]:
    """Return some attributes of an object by name."""
    return {name: getattr(value, name) for name in names}
