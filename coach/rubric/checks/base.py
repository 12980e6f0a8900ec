"""What all checks share."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from coach.errors import RubricError
from coach.rubric.schema import Scope
from coach.rubric.subjects import Remark, Subject

Check = Callable[[Subject], Iterable[Remark]]


def needs_scope(kind: str, scope: Scope, *allowed: Scope) -> None:
    """Refuse a kind of check on a scope it has no meaning for."""
    if scope not in allowed:
        raise RubricError(f"a {kind} check is for {', '.join(allowed)}, not for {scope}")
