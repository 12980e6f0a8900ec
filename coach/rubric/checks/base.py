"""What all checks share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from coach.errors import RubricError
from coach.rubric.schema import Scope
from coach.rubric.space import FeatureSpace
from coach.rubric.subjects import Remark

Check = Callable[[Any], Sequence[Remark]]
Params = Mapping[str, Any]
#: Makes a check from a rule's parameters and the feature space, so that masks are looked up once.
CheckFactory = Callable[[Params, FeatureSpace], "Gated"]

NOTHING: Sequence[Remark] = ()


class Gated(NamedTuple):
    """A check, and the features of which a line must have one for the check to be worth calling; 0: always."""

    check: Check
    needs: int = 0


def needs_scope(kind: str, scope: Scope, *allowed: Scope) -> None:
    """Refuse a kind of check on a scope it has no meaning for."""
    if scope not in allowed:
        raise RubricError(f"a {kind} check is for {', '.join(allowed)}, not for {scope}")


def bits(space: FeatureSpace, *names: str, part: str | None = None, place: Any = "any") -> int:
    """Return the features of several word classes."""
    found = 0
    for name in names:
        found |= space.lexicon(name, part, place)
    return found
