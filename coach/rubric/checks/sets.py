"""Checks of a whole set: one owner's load, a circle's mission."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from coach.domain.okr_set import KeyResult
from coach.rubric.line import Line
from coach.rubric.space import FeatureSpace
from coach.rubric.subjects import CircleSubject, Remark, SetSubject, Subject


def owner_load(subject: Subject, params: Mapping[str, Any], space: FeatureSpace) -> Iterable[Remark]:
    """S305: one role answers for more key results than the profile allows; roles, not people, are counted."""
    if not isinstance(subject, SetSubject):
        return
    most = int(params["max"])
    held: dict[str, list[str]] = defaultdict(list)
    for okr in subject.okrs:
        for kr in okr.key_results:
            owner = (kr.record.owner if isinstance(kr.record, KeyResult) else None) or okr.record.owner
            if owner:
                held[owner.strip()].append(kr.pointer)
    for owner, pointers in held.items():
        if len(pointers) > most:
            values = {"field": owner, "count": str(len(pointers)), "max": str(most)}
            yield Remark(f"{pointers[most]}/owner", values=values)


def mission_unclear(subject: Subject, params: Mapping[str, Any], space: FeatureSpace) -> Iterable[Remark]:
    """S308: neither the purpose nor any accountability names what the circle is about, so business as usual cannot be told."""
    if not isinstance(subject, CircleSubject) or subject.circle is None or not subject.okrs:
        return
    circle = subject.circle
    if circle.kind == "anchor" or not subject.duties:
        return  # not sent is not assessed
    if not any(_says_what(duty, space) for duty in subject.duties):
        yield Remark(f"{subject.pointer}/accountabilities", 0.8, values={"field": circle.name or circle.id})


def _says_what(duty: Line, space: FeatureSpace) -> bool:
    """Whether a duty has a word beyond verbs of managing and abstract nouns."""
    empty = (
        space.lexicon("stop_word") | space.lexicon("we") | space.lexicon("people_subject") | space.lexicon("all_word")
    )
    for name in (
        "duty_verb",
        "improve_verb",
        "continue_verb",
        "hold_verb",
        "abstraction",
        "praise",
        "slogan",
        "standing",
        "comparative",
        "catchword",
    ):
        empty |= space.lexicon(name)
    known = {at: hit.bits for hit in duty.hits for at in range(hit.first, hit.last + 1)}
    return any(
        len(token) > 2 and not token[0].isdigit() and not known.get(at, 0) & empty
        for at, token in enumerate(duty.words.tokens)
    )
