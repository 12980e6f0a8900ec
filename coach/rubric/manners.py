"""A coach, not an inspector: rules that say the same silence each other, a line has one main remark, a set few visible ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from coach.domain.review import SEVERITIES, Finding
from coach.rubric.schema import Rule

MOST_VISIBLE = 5
_RANK = {severity: rank for rank, severity in enumerate(SEVERITIES)}


def line_of(finding: Finding) -> str:
    """Return the pointer of the line a finding is about: its title, its missing target and the like are one line."""
    return _line(finding.pointer)


@lru_cache(maxsize=4096)
def _line(pointer: str) -> str:
    parts = pointer.split("/")
    if "key_results" in parts:
        at = parts.index("key_results")
        return "/".join(parts[: at + 2])
    return "/".join(parts[:3])


def silence(findings: Iterable[Finding], rules: Mapping[str, Rule]) -> list[Finding]:
    """Drop the findings that a stronger one on the same line already says."""
    found = list(findings)
    silenced: set[tuple[str, str]] = set()
    for finding in found:
        if finding.state == "open":
            place = line_of(finding)
            silenced.update((place, code) for code in rules[finding.code].silences)
    return [f for f in found if (line_of(f), f.code) not in silenced]


def helpful_order(finding: Finding) -> tuple[int, int, int, float]:
    """Sort key: what would help most comes first."""
    return (
        finding.status == "waived" or finding.preview,
        finding.state == "review",
        _RANK[finding.severity],
        -finding.confidence,
    )


def behave(findings: Iterable[Finding], rules: Mapping[str, Rule], group_of: Mapping[str, str]) -> list[Finding]:
    """Mark the main remark of each line and the few that are shown unfolded.

    Args:
        findings: after silencing.
        rules: by code.
        group_of: pointer of a line -> name of the set (circle and cycle) it belongs to.

    Returns:
        The findings, the most helpful first.
    """
    ordered = sorted(findings, key=lambda f: (*helpful_order(f), f.pointer))
    mains: set[str] = set()
    asked: set[tuple[str, str]] = set()
    visible: dict[str, int] = defaultdict(int)
    for finding in ordered:
        place = line_of(finding)
        group = group_of.get(place, "")
        completeness = rules[finding.code].stage == "ready"
        main = place not in mains and not completeness and finding.status not in ("waived", "dismissed")
        if main:
            mains.add(place)
        shown = main or (completeness and finding.status != "waived" and (group, finding.code) not in asked)
        if completeness and finding.status != "waived":
            asked.add((group, finding.code))
        shown = shown and visible[group] < MOST_VISIBLE
        if shown:
            visible[group] += 1
        finding.main, finding.visible = main, shown
    return ordered
