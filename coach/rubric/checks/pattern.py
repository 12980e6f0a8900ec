"""`pattern`: a regular expression matches the text as it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from re import _constants as _sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from coach.domain.language import LANGUAGES
from coach.domain.okr_set import OkrSet
from coach.domain.review import Evidence
from coach.errors import RubricError
from coach.rubric.checks.base import NOTHING, Check, needs_scope
from coach.rubric.schema import PatternDetect, Scope
from coach.rubric.subjects import LineSubject, Remark, SetSubject
from coach.rubric.text import words_of

_FLAGS = re.IGNORECASE
_START = 5  # letters of a word that wake the patterns


def compile_pattern(detect: PatternDetect, scope: Scope) -> Check:
    """Compile a pattern check.

    Raises:
        RubricError: a pattern is no regular expression, or could take more than linear time.
    """
    needs_scope("pattern", scope, "objective", "key_result", "set")
    compiled = [safe(pattern) for pattern in detect.patterns.any]
    # A text that tries something does not announce its language: every language's patterns read every line.
    for language in LANGUAGES:
        compiled += [safe(pattern) for pattern in getattr(detect.patterns, language)]
    starts = frozenset(trigger[:_START] for trigger in detect.triggers if trigger[:1].isalpha())
    marks = tuple(trigger for trigger in detect.triggers if not trigger[:1].isalpha())
    open_to_all = not detect.triggers

    def remark(pointer: str, text: str, tokens: Sequence[str]) -> Remark | None:
        wakes = (
            open_to_all
            or not starts.isdisjoint([token[:_START] for token in tokens])
            or any(mark in text for mark in marks)
        )
        found = [match for pattern in compiled if (match := pattern.search(text))] if wakes else ()
        if not found:
            return None
        first = min(found, key=lambda match: match.start())
        quote = Evidence(first.start(), first.end(), first[0])
        return Remark(pointer, detect.confidence, evidence=(quote,), values={"evidence": first[0]})

    def of_line(subject: LineSubject) -> Sequence[Remark]:
        found = remark(subject.title_pointer, subject.line.text, subject.line.words.tokens)
        return (found,) if found else NOTHING

    def of_set(subject: SetSubject) -> Sequence[Remark]:
        return [found for place in _every_text(subject) if (found := remark(*place))]

    return of_set if scope == "set" else of_line


def safe(pattern: str) -> re.Pattern[str]:
    """Compile a regular expression that cannot hang.

    Raises:
        RubricError: it is no regular expression, or repeats something that itself repeats without limit.
    """
    try:
        parsed = _parser.parse(pattern, _FLAGS)
    except re.error as error:
        raise RubricError(f"{pattern!r} is no regular expression: {error}") from None
    if _nested(parsed, inside=False):
        raise RubricError(f"{pattern!r} repeats a repetition and could hang; write it without nesting")
    return re.compile(pattern, _FLAGS)


def _nested(parsed: Any, *, inside: bool) -> bool:
    for operator, argument in parsed:
        if operator in (_sre.MAX_REPEAT, _sre.MIN_REPEAT):
            _, most, body = argument
            unbounded = most is _sre.MAXREPEAT or most > 100
            if (unbounded and inside) or _nested(body, inside=inside or unbounded):
                return True
        elif operator is _sre.SUBPATTERN:
            if _nested(argument[-1], inside=inside):
                return True
        elif operator is _sre.BRANCH:
            if any(_nested(branch, inside=inside) for branch in argument[1]):
                return True
        elif operator in (_sre.ASSERT, _sre.ASSERT_NOT) and _nested(argument[1], inside=inside):
            return True
    return False


def _every_text(subject: SetSubject) -> Iterator[tuple[str, str, Sequence[str]]]:
    """Yield every text somebody typed, with its pointer and its words; titles were split into words already."""
    for okr in subject.okrs:
        for line in (okr.objective, *okr.key_results):
            yield line.title_pointer, line.line.text, line.line.words.tokens
        if okr.why is not None:
            yield f"{okr.pointer}/why", okr.why.text, okr.why.words.tokens
    for pointer, text in _other_texts(subject.okr_set):
        yield pointer, text, words_of(text).tokens


def _other_texts(okr_set: OkrSet) -> Iterator[tuple[str, str]]:
    if okr_set.organisation:
        organisation = okr_set.organisation
        for name in ("name", "mission", "vision"):
            if text := getattr(organisation, name):
                yield f"/organisation/{name}", text
        for at, entry in enumerate(organisation.strategy):
            yield f"/organisation/strategy/{at}/text", entry.text
    for index, circle in enumerate(okr_set.circles):
        for name in ("name", "purpose"):
            if text := getattr(circle, name):
                yield f"/circles/{index}/{name}", text
        for name in ("accountabilities", "checklists"):
            for at, text in enumerate(getattr(circle, name)):
                yield f"/circles/{index}/{name}/{at}", text
    for index, project in enumerate(okr_set.projects):
        yield f"/projects/{index}/title", project.title
        if project.description:
            yield f"/projects/{index}/description", project.description
    for index, link in enumerate(okr_set.links):
        if link.rationale:
            yield f"/links/{index}/rationale", link.rationale
