"""`relation`: how objectives hang together with what stands above them."""

from __future__ import annotations

from collections.abc import Sequence

from coach.errors import RubricError
from coach.rubric.checks.base import Check, needs_scope
from coach.rubric.checks.links import TESTS
from coach.rubric.profile import Profile
from coach.rubric.schema import RelationDetect, Scope
from coach.rubric.space import FeatureSpace
from coach.rubric.subjects import Remark, SetSubject


def compile_relation(detect: RelationDetect, scope: Scope, profile: Profile, space: FeatureSpace) -> Check:
    """Compile a relation check; RubricError when there is no test of that name."""
    needs_scope("relation", scope, "set")
    test = TESTS.get(detect.test)
    if test is None:
        raise RubricError(f"there is no relation test {detect.test!r}; known: {', '.join(sorted(TESTS))}")

    def check(subject: SetSubject) -> Sequence[Remark]:
        return tuple(test(subject, profile, space))

    return check
