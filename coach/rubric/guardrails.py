"""Guardrails: where a profile accepts ranges, one level to hold beside outcomes is a counter-measure, not a disguised KPI."""

from __future__ import annotations

from collections.abc import Iterable

from coach.domain.review import Finding
from coach.rubric.space import FeatureSpace
from coach.rubric.subjects import OkrSubject

_CODE = "P702"


def without_guardrails(okr: OkrSubject, findings: Iterable[Finding], space: FeatureSpace) -> list[Finding]:
    """Drop P702 from the key result that guards the outcomes beside it.

    It does when it is the only standing level (or, where there is none, the only range) of its objective, at least one other key
    result is an outcome, the objective is no business as usual, and the line gives a range, or at least does not restate what the
    circle answers for anyway.
    """
    held = space.flag("range")
    levels = [kr for kr in okr.key_results if kr.type == "kpi_bau"]
    levels = levels or [kr for kr in okr.key_results if kr.line.mask & held]
    outcomes = [kr for kr in okr.key_results if kr.type == "outcome"]
    if len(levels) != 1 or not outcomes or okr.objective.type in ("bau", "kpi"):
        return list(findings)
    guard = levels[0]
    duty = space.flag("accountability-match") | space.flag("checklist-match") | space.flag("purpose-match")
    if guard.line.mask & duty and not guard.line.mask & held:
        return list(findings)
    return [f for f in findings if not (f.code == _CODE and f.pointer == guard.title_pointer)]
