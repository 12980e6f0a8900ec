"""Lines on which the two profiles differ: whether each says what its school asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from coach.domain.okr_set import KeyResult, Objective, OkrSet
from coach.domain.review import Finding
from coach.rubric.engine import Engine
from eval.corpus import Case
from eval.metrics import Figure, accuracy_of, interval

#: The codes of the table "What each profile says" of LABELS.md, by kind of line.
WATCHED: Mapping[str, frozenset[str]] = {
    "objective": frozenset({"P705", "P706", "O103", "O104"}),
    "key_result": frozenset({"K201", "K203", "P702"}),
}
_SAME = {"P706": "P705"}
PROFILES = ("chicc", "classic")


def group_of(case: Case) -> str:
    """Return which row of the table a case belongs to."""
    if case.kind == "objective":
        return str(case.labels["form"])
    return "guardrail" if case.labels.get("guardrail") else "milestone"


def expected_of(case: Case, cases: Sequence[Case]) -> dict[str, list[str]] | None:
    """Return what the table asks of a line, given the lines of its objective; None where the profiles agree."""
    if case.kind == "objective" and case.type == "transformational":
        by_form = {"what_why": {"chicc": [], "classic": ["P705"]}, "why": {"chicc": ["O104"], "classic": []}}
        return by_form.get(str(case.labels.get("form")))
    if case.type == "output" and case.labels.get("milestone"):
        return {"chicc": ["K203"], "classic": ["K201"]}
    if case.type == "kpi_bau" and case.labels.get("guardrail") and any(c.type == "outcome" for c in cases):
        levels = [c for c in cases if c.type == "kpi_bau"]
        return {"chicc": [], "classic": ["P702"]} if len(levels) == 1 else None
    return None


def agreement(engine: Engine, cases: Iterable[Case]) -> dict[str, Figure]:
    """Return, for each row of the table, the share of its lines on which the engine's profile says what is expected.

    Args:
        engine: of one of the two profiles.
        cases: lines of the corpus; those with expectations are judged, the rest stands around them.
    """
    profile = engine.profile.name
    right: dict[str, list[bool]] = defaultdict(list)
    for family in families(cases):
        if not any(case.expect for case in family):
            continue
        for case, codes in _said(engine, family):
            if case.expect and not case.ambiguous:
                right[group_of(case)].append(codes == set(case.expect[profile]))
    return {group: _share(hits) for group, hits in sorted(right.items())}


def families(cases: Iterable[Case]) -> list[list[Case]]:
    """Return the cases by objective: the objective first where it is labelled, too, then its key results."""
    found: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases:
        objective = case.text if case.kind == "objective" else case.parent or case.id
        found[case.scenario, objective].append(case)
    return [sorted(family, key=lambda case: case.kind == "key_result") for family in found.values()]


def _said(engine: Engine, family: list[Case]) -> list[tuple[Case, set[str]]]:
    """Return the watched codes that are open on each line of an objective."""
    first = family[0]
    title = first.text if first.kind == "objective" else first.parent
    key_results = [case for case in family if case.kind == "key_result"]
    objective = Objective(
        title=title or "?",
        circle=first.circle.id if first.circle else None,
        key_results=[KeyResult(title=case.text) for case in key_results],
    )
    circles = [first.circle] if first.circle else []
    verdict = engine.judge(OkrSet(circles=circles, objectives=[objective]), input_language=first.lang)
    lines = [(case, f"/objectives/0/key_results/{at}") for at, case in enumerate(key_results)]
    if first.kind == "objective":
        lines.append((first, "/objectives/0"))
    return [(case, _codes(verdict.findings, pointer, case.kind)) for case, pointer in lines]


def _codes(findings: Iterable[Finding], pointer: str, kind: str) -> set[str]:
    return {
        _SAME.get(finding.code, finding.code)
        for finding in findings
        if finding.pointer == f"{pointer}/title" and finding.state == "open" and finding.code in WATCHED[kind]
    }


def _share(hits: Sequence[bool]) -> Figure:
    right = sum(hits)
    return interval(np.array([[right, len(hits) - right], [0, 0]], dtype=np.float64), accuracy_of)
