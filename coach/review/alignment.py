"""How each objective hangs together with what stands above it."""

from __future__ import annotations

from collections.abc import Iterable

from coach.domain.review import Alignment, AlignmentState, Finding
from coach.rubric.subjects import OkrSubject, SetSubject

#: The finding that decides a state, the graver first.
_STATES: dict[str, AlignmentState] = {
    "A403": "dangling", "A404": "copied", "A405": "weak", "A401": "missing",
}  # fmt: skip


def alignment_of(subject: SetSubject, findings: Iterable[Finding]) -> tuple[Alignment, ...]:
    """Return the alignment of every objective, in order."""
    codes: dict[str, set[str]] = {}
    for finding in findings:
        if finding.code in _STATES and (finding.state == "open" or finding.source == "similarity"):
            codes.setdefault("/".join(finding.pointer.split("/")[:3]), set()).add(finding.code)
    return tuple(Alignment(okr.pointer, _state(okr, subject, codes.get(okr.pointer, set()))) for okr in subject.okrs)


def _state(okr: OkrSubject, subject: SetSubject, codes: set[str]) -> AlignmentState:
    if not subject.knows_the_organisation:
        return "not_assessed"
    if not subject.company_okrs:
        return "no_company_okr"
    return next((state for code, state in _STATES.items() if code in codes), "aligned")
