"""Figures in an objective: which of them is a target, and which merely describes a thing."""

from __future__ import annotations

from collections.abc import Sequence

from coach.rubric.checks.base import NOTHING, Gated, Params, bits
from coach.rubric.line import Line
from coach.rubric.quantities import Quantity
from coach.rubric.space import FeatureSpace
from coach.rubric.subjects import LineSubject, Remark

#: Kinds of figures that say how much, whatever stands around them.
_ALWAYS = frozenset({"percent", "ratio", "score", "multiplier"})
_MOVES = (
    "raise_verb",
    "lower_verb",
    "reach_verb",
    "hold_verb",
    "at_most",
    "at_least",
    "measure",
    "less_word",
    "more_word",
)
_PEOPLE = ("customer", "citizen", "staff", "partner", "candidate")
_NEAR = 4
_A_CROWD, _MANY = 10, 100


def target_in_objective(params: Params, space: FeatureSpace) -> Gated:
    """O101: a figure that says how far to go; "oven 2", "all 14 sites" and "at 6 p.m." describe."""
    moves = bits(space, *_MOVES)
    people = bits(space, *_PEOPLE, place="counted")
    units = bits(space, "period", "unit")

    def is_target(line: Line, q: Quantity) -> bool:
        if q.kind in _ALWAYS:
            return True
        if q.kind not in ("number", "money") or not any(c.isdigit() for c in line.words.low[q.start : q.end]):
            return False
        if q.sign or any(h.bits & moves and 0 < q.first - h.first <= _NEAR for h in line.hits):
            return True
        if q.value is None or q.value < _A_CROWD:
            return False
        counts = people | (units if q.value >= _MANY else 0)
        return any(h.bits & counts and 0 < h.first - q.last <= 2 for h in line.hits)

    def check(subject: LineSubject) -> Sequence[Remark]:
        line = subject.line
        quotes = tuple(line.evidence(q.start, q.end) for q in line.quantities if is_target(line, q))[:3]
        if not quotes:
            return NOTHING
        return (Remark(subject.title_pointer, 0.8, evidence=quotes, values={"evidence": quotes[0].text}),)

    return Gated(check, space.flag("percent") | space.flag("money") | space.flag("digits") | space.flag("ratio"))
