"""`pattern`: a regular expression matches the text as it was written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from re import _constants as _sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from coach.domain.language import LANGUAGES
from coach.domain.okr_set import OkrSet
from coach.domain.review import Evidence
from coach.errors import RubricError
from coach.rubric.checks.base import Check, needs_scope
from coach.rubric.schema import PatternDetect, Scope
from coach.rubric.subjects import LineSubject, Remark, SetSubject, Subject

_FLAGS = re.IGNORECASE


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
    triggers = tuple(detect.triggers)

    def check(subject: Subject) -> Iterable[Remark]:
        for pointer, text in _texts(subject):
            low = text.lower()
            if triggers and not any(trigger in low for trigger in triggers):
                continue
            found = [match for pattern in compiled if (match := pattern.search(text))]
            if found:
                first = min(found, key=lambda match: match.start())
                quote = Evidence(first.start(), first.end(), first[0])
                yield Remark(pointer, detect.confidence, evidence=(quote,), values={"evidence": first[0]})

    return check


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


def _texts(subject: Subject) -> Iterator[tuple[str, str]]:
    if isinstance(subject, LineSubject):
        yield subject.title_pointer, subject.line.text
    elif isinstance(subject, SetSubject):
        yield from every_text(subject.okr_set)


def every_text(okr_set: OkrSet) -> Iterator[tuple[str, str]]:
    """Yield every text somebody typed, with its pointer."""
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
    for index, objective in enumerate(okr_set.objectives):
        yield f"/objectives/{index}/title", objective.title
        if objective.why:
            yield f"/objectives/{index}/why", objective.why
        for at, kr in enumerate(objective.key_results):
            yield f"/objectives/{index}/key_results/{at}/title", kr.title
    for index, project in enumerate(okr_set.projects):
        yield f"/projects/{index}/title", project.title
        if project.description:
            yield f"/projects/{index}/description", project.description
    for index, link in enumerate(okr_set.links):
        if link.rationale:
            yield f"/links/{index}/rationale", link.rationale
