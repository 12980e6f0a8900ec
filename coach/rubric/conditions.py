"""Conditions over the features of a line, compiled to masks.

A condition is written as YAML: a leaf (`lexicon`, `has`, `field`, `parent`, `type`, `language`, `signal`) or `all`, `any`, `not`
of conditions. It compiles to a conjunction: every clause mask must meet the line's mask, the `none` mask must not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from coach.errors import RubricError
from coach.rubric.space import FeatureSpace

_LEAVES = {"has": "", "field": "field-", "parent": "parent-is-", "type": "type-", "language": "lang-"}


class Condition(NamedTuple):
    """Every mask in `clauses` must meet the line's features; `none` must not."""

    clauses: tuple[int, ...]
    none: int

    def holds(self, mask: int) -> bool:
        """Tell whether a line with these features meets the condition."""
        return not mask & self.none and all(mask & clause for clause in self.clauses)


def compile_condition(source: Mapping[str, Any], space: FeatureSpace) -> Condition:
    """Compile a condition.

    Raises:
        RubricError: an unknown word class, feature or signal, or a form that one conjunction cannot hold; such a part
            wants a signal of its own.
    """
    keys = set(source)
    if "all" in keys:
        return _all([compile_condition(part, space) for part in source["all"]], source, {"all"})
    if "any" in keys:
        return _any([compile_condition(part, space) for part in source["any"]], source)
    if "not" in keys:
        return _not(compile_condition(source["not"], space), source)
    if "lexicon" in keys:
        _only(source, {"lexicon", "part", "at"})
        bits = 0
        for name in _several(source["lexicon"]):
            for place in _several(source.get("at", "any")):
                if place not in space.shift:
                    raise RubricError(f"there is no place {place!r}; known: {', '.join(space.shift)}")
                for part in _several(source["part"]) if "part" in keys else [None]:
                    bits |= space.lexicon(name, part, place)
        return Condition((bits,), 0)
    if "signal" in keys:
        _only(source, {"signal"})
        return Condition((_union(space.signal(name) for name in _several(source["signal"])),), 0)
    for leaf, prefix in _LEAVES.items():
        if leaf in keys:
            _only(source, {leaf})
            return Condition((_union(space.flag(prefix + name) for name in _several(source[leaf])),), 0)
    raise RubricError(
        f"a condition says one of lexicon, signal, {', '.join(_LEAVES)}, all, any, not; got {dict(source)}"
    )


def _several(value: Any) -> list[str]:
    return [str(part) for part in value] if isinstance(value, list) else [str(value)]


def _union(masks: Any) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union


def _only(source: Mapping[str, Any], allowed: set[str]) -> None:
    if extra := set(source) - allowed:
        raise RubricError(
            f"{', '.join(sorted(extra))} has no meaning beside {', '.join(sorted(allowed & set(source)))}"
        )


def _all(parts: list[Condition], source: Mapping[str, Any], allowed: set[str]) -> Condition:
    _only(source, allowed)
    return Condition(tuple(clause for part in parts for clause in part.clauses), _union(part.none for part in parts))


def _any(parts: list[Condition], source: Mapping[str, Any]) -> Condition:
    _only(source, {"any"})
    if any(len(part.clauses) != 1 or part.none for part in parts):
        raise RubricError("`any` takes simple conditions; give the combined one a signal of its own")
    return Condition((_union(part.clauses[0] for part in parts),), 0)


def _not(part: Condition, source: Mapping[str, Any]) -> Condition:
    _only(source, {"not"})
    if len(part.clauses) != 1 or part.none:
        raise RubricError("`not` takes a simple condition or `any`; give the combined one a signal of its own")
    return Condition((), part.clauses[0])
