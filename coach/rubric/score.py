"""The score, with every deduction.

A dimension's score is `100 · exp(-Σ effort · confidence / n)` over the scored findings, n being the lines it applies to. The
overall score is the weighted mean of the dimensions that could be assessed, and the deductions add up exactly to what is
missing. A remark that a profile makes milder costs less. Preview rules are shown, never scored.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

from coach.domain.review import DIMENSIONS, Deduction, Dimension, Finding, Score
from coach.rubric.manners import line_of
from coach.rubric.profile import Profile
from coach.rubric.schema import Rule

Weight = Callable[[Finding], float]
#: How grave the severities are to each other; a remark made milder costs as much less.
_GRAVITY = {"blocker": 2.0, "major": 1.2, "minor": 0.6, "hint": 0.2}


def score(
    findings: Iterable[Finding], rules: Mapping[str, Rule], applicable: Mapping[Dimension, int], profile: Profile
) -> Score:
    """Return the score of a set.

    Args:
        findings: all findings, silenced ones already gone.
        rules: by code; a rule's `effort` is what a certain finding costs.
        applicable: how many lines each dimension applies to; 0 means not assessed.
        profile: gives the weights of the dimensions.
    """
    scored = [f for f in findings if not f.preview and f.status not in ("waived", "dismissed", "resolved")]
    assessed = [d for d in DIMENSIONS if applicable.get(d, 0) > 0 and getattr(profile.score, d) > 0]
    if not assessed:
        return Score(None, None, None)
    share = _shares(assessed, profile)

    def parts(weight: Weight) -> dict[Dimension, float]:
        costs = dict.fromkeys(assessed, 0.0)
        for finding in scored:
            if finding.dimension in costs:
                costs[finding.dimension] += _effort(finding, rules) * weight(finding)
        return {d: 100 * math.exp(-costs[d] / applicable[d]) for d in assessed}

    expected = parts(lambda f: f.confidence)
    means = [
        sum(share[d] * value for d, value in part.items())
        for part in (
            parts(lambda f: 1.0 if f.state == "review" else f.confidence),
            expected,
            parts(lambda f: 0.0 if f.state == "review" else f.confidence),
        )
    ]
    low, overall, high = (round(mean) for mean in means)
    return Score(
        overall=overall,
        low=low,
        high=high,
        **{d: round(expected[d]) for d in assessed},
        deductions=_deductions(scored, rules, expected, share, 100 - overall),
    )


def item_score(findings: Iterable[Finding], rules: Mapping[str, Rule]) -> int:
    """Return the score of one line."""
    cost = sum(_effort(f, rules) * f.confidence for f in findings if not f.preview)
    return round(100 * math.exp(-cost))


def _effort(finding: Finding, rules: Mapping[str, Rule]) -> float:
    """What a certain finding costs: its rule's effort, less where the profile or the line makes it milder."""
    rule = rules[finding.code]
    return rule.effort * min(1.0, _GRAVITY[finding.severity] / _GRAVITY[rule.severity])


def by_line(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Group findings by the line they are about."""
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(line_of(finding), []).append(finding)
    return grouped


def _shares(assessed: list[Dimension], profile: Profile) -> dict[Dimension, float]:
    weights = {d: float(getattr(profile.score, d)) for d in assessed}
    total = sum(weights.values())
    return {d: weight / total for d, weight in weights.items()}


def _deductions(
    scored: list[Finding],
    rules: Mapping[str, Rule],
    expected: Mapping[Dimension, float],
    share: Mapping[Dimension, float],
    missing: int,
) -> tuple[Deduction, ...]:
    """Split what is missing over the findings, in tenths of a point that add up exactly."""
    costs = [(f, _effort(f, rules) * f.confidence) for f in scored if f.dimension in expected]
    costs = [(f, cost) for f, cost in costs if cost > 0]
    total = {d: sum(cost for f, cost in costs if f.dimension == d) for d in expected}
    exact = [(f, share[f.dimension] * (100 - expected[f.dimension]) * cost / total[f.dimension]) for f, cost in costs]
    whole = sum(points for _, points in exact)
    if not exact or whole <= 0:
        return ()
    tenths = [points * missing * 10 / whole for _, points in exact]
    floors = [math.floor(value) for value in tenths]
    rest = missing * 10 - sum(floors)
    for at in sorted(range(len(tenths)), key=lambda i: floors[i] - tenths[i])[:rest]:
        floors[at] += 1
    found = [Deduction(f.code, f.pointer, -points / 10) for (f, _), points in zip(exact, floors, strict=True) if points]
    return tuple(sorted(found, key=lambda deduction: deduction.points))
