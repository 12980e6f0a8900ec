"""`lexicon`: words of a class stand at a place."""

from __future__ import annotations

from collections.abc import Sequence

from coach.rubric.checks.base import NOTHING, Gated, needs_scope
from coach.rubric.conditions import compile_condition
from coach.rubric.schema import LexiconDetect, Scope
from coach.rubric.space import FeatureSpace
from coach.rubric.subjects import LineSubject, Remark


def compile_lexicon(detect: LexiconDetect, scope: Scope, space: FeatureSpace) -> Gated:
    """Compile a lexicon check; its evidence is the words that met the condition."""
    needs_scope("lexicon", scope, "objective", "key_result")
    condition = compile_condition(detect.when, space)
    bits = 0
    for clause in condition.clauses:
        bits |= clause

    def check(subject: LineSubject) -> Sequence[Remark]:
        if not condition.holds(subject.line.mask):
            return NOTHING
        quotes = tuple(subject.line.find(bits))[:3]
        values = {"evidence": quotes[0].text} if quotes else {}
        return (Remark(subject.title_pointer, detect.confidence, evidence=quotes, values=values),)

    return Gated(check, condition.clauses[0] if condition.clauses else 0)
