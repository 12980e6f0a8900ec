"""`count`: more or fewer than the profile's limit."""

from __future__ import annotations

from collections.abc import Sequence

from coach.errors import RubricError
from coach.rubric.checks.base import NOTHING, Check, needs_scope
from coach.rubric.profile import Profile
from coach.rubric.schema import CountDetect, Scope
from coach.rubric.subjects import CircleSubject, LineSubject, OkrSubject, Remark, Subject

_SCOPES: dict[str, Scope] = {
    "objectives": "circle",
    "projects": "circle",
    "key_results": "okr",
    "characters": "objective",
}
_RUNNING = ("planned", "active", "waiting")


def compile_count(detect: CountDetect, scope: Scope, profile: Profile) -> Check:
    """Compile a count check.

    Raises:
        RubricError: the scope does not fit what is counted, or no limit is named.
    """
    needs_scope(f"count of {detect.what}", scope, _SCOPES[detect.what])
    most = int(profile.setting(f"limits.{detect.max}")) if detect.max else None
    least = int(profile.setting(f"limits.{detect.min}")) if detect.min else None
    if most is None and least is None:
        raise RubricError("a count check names `max`, `min` or both")

    def check(subject: Subject) -> Sequence[Remark]:
        counted = _counted(subject)
        if counted is None:
            return NOTHING
        count, pointer = counted
        few = least is not None and count < least
        if few or (most is not None and count > most):
            values = {"count": str(count), "max": str(most or ""), "min": str(least if least is not None else "")}
            # While a draft is being written, what is missing may still be on its way.
            return (Remark(pointer, values=values, stage="ready" if few else "draft"),)
        return NOTHING

    def _counted(subject: Subject) -> tuple[int, str] | None:
        if isinstance(subject, CircleSubject) and detect.what == "objectives":
            # The remark stands at the first objective over the limit when the draft names no circle.
            return len(subject.okrs), subject.pointer
        if isinstance(subject, CircleSubject):
            running = [pointer for pointer, project in subject.projects if project.status in _RUNNING]
            return len(running), subject.pointer
        if isinstance(subject, OkrSubject):
            return len(subject.key_results), f"{subject.pointer}/key_results"
        if isinstance(subject, LineSubject):
            return len(subject.line.text), subject.title_pointer
        return None

    return check
