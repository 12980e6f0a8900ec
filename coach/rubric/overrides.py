"""What a profile decides otherwise for some circles: another severity, or silence, always with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from coach.domain.okr_set import Circle, OkrSet
from coach.domain.review import Finding
from coach.rubric.profile import Override

_INSIDE = "/**"


@dataclass(frozen=True, slots=True)
class Applied:
    """An override that changed something: for which circle, which rules, and why."""

    circle: str
    codes: tuple[str, ...]
    reason: str


def apply_overrides(
    okr_set: OkrSet, findings: Iterable[Finding], overrides: Sequence[Override]
) -> tuple[list[Finding], list[Applied]]:
    """Give findings the severity their circle's overrides ask for, and drop the ignored ones.

    A pattern names a circle by id or name, with `*` for any letters; `it/**` means the circle and all inside it. Where several
    match, the last one decides.

    Returns:
        The findings that are left, and what was changed, in the order of the overrides.
    """
    found = list(findings)
    if not overrides:
        return found, []
    circles = {circle.id: circle for circle in okr_set.circles}
    owners = _owners(okr_set)
    used: dict[tuple[int, str], set[str]] = {}
    kept = []
    for finding in found:
        circle = circles.get(owners.get("/".join(finding.pointer.split("/")[:3]), ""))
        ignored = False
        for at, override in enumerate(overrides):
            touches = finding.code in override.severity or finding.code in override.ignore
            if circle is None or not touches or not _matches(override, circle, circles):
                continue
            used.setdefault((at, circle.name or circle.id), set()).add(finding.code)
            ignored = finding.code in override.ignore
            finding.severity = override.severity.get(finding.code, finding.severity)
        if not ignored:
            kept.append(finding)
    exceptions = [
        Applied(name, tuple(sorted(codes)), overrides[at].reason) for (at, name), codes in sorted(used.items())
    ]
    return kept, exceptions


def _owners(okr_set: OkrSet) -> dict[str, str]:
    """Pointer of every objective, project and circle -> id of its circle."""
    owners = {f"/circles/{at}": circle.id for at, circle in enumerate(okr_set.circles)}
    owners |= {f"/objectives/{at}": okr.circle for at, okr in enumerate(okr_set.objectives) if okr.circle}
    return owners | {f"/projects/{at}": project.circle for at, project in enumerate(okr_set.projects) if project.circle}


def _matches(override: Override, circle: Circle, circles: Mapping[str, Circle]) -> bool:
    own = (circle.id, circle.name or "")
    for pattern in override.circles:
        if pattern.endswith(_INSIDE):
            base = pattern.removesuffix(_INSIDE)
            if any(fnmatchcase(name, base) for above in _with_ancestors(circle, circles) for name in above):
                return True
        elif any(fnmatchcase(name, pattern) for name in own):
            return True
    return False


def _with_ancestors(circle: Circle, circles: Mapping[str, Circle]) -> list[tuple[str, str]]:
    """Id and name of a circle and of every circle around it; parents that are not sent end the way up."""
    names, at = [(circle.id, circle.name or "")], circle
    while at.parent is not None and at.parent in circles and len(names) <= len(circles):
        at = circles[at.parent]
        names.append((at.id, at.name or ""))
    return names
