"""A coach, not an inspector: rules that say the same silence each other, a line has one main remark, a set few visible ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from coach.domain.review import SEVERITIES, Finding
from coach.rubric.schema import Rule

MOST_VISIBLE = 5
_KEY_RESULT = "/key_results/"
_RANK = {severity: rank for rank, severity in enumerate(SEVERITIES)}


def line_of(finding: Finding) -> str:
    """Return the pointer of the line a finding is about: its title, its missing target and the like are one line."""
    pointer = finding.pointer
    result = pointer.find(_KEY_RESULT)
    start = pointer.find("/", 1) if result < 0 else result + len(_KEY_RESULT)
    end = pointer.find("/", start + 1) if start > 0 else -1
    return pointer if end < 0 else pointer[:end]


def silence(findings: Iterable[Finding], rules: Mapping[str, Rule]) -> list[Finding]:
    """Drop the findings that a stronger one on the same line already says."""
    found = [(line_of(finding), finding) for finding in findings]
    silenced: set[tuple[str, str]] = set()
    for place, finding in found:
        if finding.state == "open":
            silenced.update((place, code) for code in rules[finding.code].silences)
    return [finding for place, finding in found if (place, finding.code) not in silenced]


def helpful_order(finding: Finding, rules: Mapping[str, Rule]) -> tuple[bool, bool, int, bool, float, str]:
    """Sort key: what would help most comes first.

    What is certain before what is asked, what is grave before what is not; then what says that the line is something else (its
    wording will change anyway), then what would raise the score most.
    """
    rule = rules[finding.code]
    return (
        finding.status == "waived" or finding.preview,
        finding.state == "review",
        _RANK[finding.severity],
        rule.belongs_to is None,
        -rule.effort * finding.confidence,
        finding.pointer,
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
    ordered = sorted(findings, key=lambda finding: helpful_order(finding, rules))
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
