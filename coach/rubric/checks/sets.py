"""Checks of a whole set: one owner's load, a circle's mission."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from coach.domain.okr_set import KeyResult
from coach.rubric.checks.base import NOTHING, Gated, Params, bits
from coach.rubric.line import Line
from coach.rubric.space import FeatureSpace
from coach.rubric.subjects import CircleSubject, Remark, SetSubject

#: Word classes that say nothing about what a circle does.
_EMPTY = (
    "stop_word", "we", "people_subject", "all_word", "duty_verb", "improve_verb", "continue_verb", "hold_verb",
    "abstraction", "praise", "slogan", "standing", "comparative", "catchword",
)  # fmt: skip


def owner_load(params: Params, space: FeatureSpace) -> Gated:
    """S305: one role answers for more key results than the profile allows; roles, not people, are counted."""
    most = int(params["max"])

    def check(subject: SetSubject) -> Sequence[Remark]:
        held: dict[str, list[str]] = defaultdict(list)
        for okr in subject.okrs:
            for kr in okr.key_results:
                owner = (kr.record.owner if isinstance(kr.record, KeyResult) else None) or okr.record.owner
                if owner:
                    held[owner.strip()].append(kr.pointer)
        return tuple(
            Remark(f"{pointers[most]}/owner", values={"field": owner, "count": str(len(pointers)), "max": str(most)})
            for owner, pointers in held.items()
            if len(pointers) > most
        )

    return Gated(check)


def mission_unclear(params: Params, space: FeatureSpace) -> Gated:
    """S308: neither the purpose nor any accountability names what the circle is about, so business as usual cannot be told."""
    empty = bits(space, *_EMPTY)

    def check(subject: CircleSubject) -> Sequence[Remark]:
        circle = subject.circle
        if circle is None or circle.kind == "anchor" or not subject.okrs or not subject.duties:
            return NOTHING  # not sent is not assessed
        if any(_says_what(duty, empty) for duty in subject.duties):
            return NOTHING
        return (Remark(f"{subject.pointer}/accountabilities", 0.8, values={"field": circle.name or circle.id}),)

    return Gated(check)


def _says_what(duty: Line, empty: int) -> bool:
    """Whether a duty has a word beyond verbs of managing and abstract nouns."""
    known = {at: hit.bits for hit in duty.hits for at in range(hit.first, hit.last + 1)}
    tokens = enumerate(duty.words.tokens)
    return any(len(token) > 2 and not token[0].isdigit() and not known.get(at, 0) & empty for at, token in tokens)
