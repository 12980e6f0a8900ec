"""A rule file is its own test: every bad, good and borderline line, in four languages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from coach.domain.language import LANGUAGES
from coach.domain.okr_set import Circle, KeyResult, Objective
from coach.domain.reading import read_okr_set
from coach.domain.review import Finding
from coach.resources import RUBRICS
from coach.rubric.engine import Engine
from coach.rubric.library import Library
from coach.rubric.schema import Example, Rule
from coach.rubric.source import Folders, read_rubric

SOURCE = read_rubric(Folders((RUBRICS,)))
TODAY = date(2027, 3, 1)
#: Filled by the similarity layer or by the language model; no rule engine can show them.
ELSEWHERE = {code for code, rule in SOURCE.rules.items() if rule.detect is None and not code.startswith("W")}


def _examples(kind: str) -> Iterator[Any]:
    for code, rule in sorted(SOURCE.rules.items()):
        if code in ELSEWHERE:
            continue
        for language in LANGUAGES:
            for index, example in enumerate(getattr(rule.examples[language], kind)):
                yield pytest.param(rule, language, example, id=f"{code}-{language}-{kind}-{index}")


def _found(library: Library, rule: Rule, language: str, example: Example | str) -> list[Finding]:
    """All findings of the rule's code, before any rule silences another."""
    shown = Example(text=example) if isinstance(example, str) else example
    engine = library.engine(shown.profile or "chicc")
    if shown.set is not None:
        okr_set = read_okr_set(json.dumps({"schema": "okr-set/1", "stage": "ready", **shown.set}))
        verdict = engine.judge(okr_set, input_language=language, today=TODAY, quiet=False)  # type: ignore[arg-type]
        return [f for f in verdict.findings if f.code == rule.code]
    return _line(engine, rule, language, shown)


def _line(engine: Engine, rule: Rule, language: str, shown: Example) -> list[Finding]:
    kind = shown.kind or ("key_result" if rule.scope == "key_result" else "objective")
    record = {"title": shown.text, **shown.fields}
    own = (Objective if kind == "objective" else KeyResult).model_validate_json(json.dumps(record))
    circle = Circle.model_validate_json(json.dumps({"id": "c", **shown.circle})) if shown.circle else None
    _, findings = engine.line(
        kind,
        shown.text or "",
        language=language,
        parent=shown.parent,
        circle=circle,
        record=own,
        quiet=False,  # type: ignore[arg-type]
    )
    return [f for f in findings if f.code == rule.code]


@pytest.mark.parametrize(("rule", "language", "example"), list(_examples("bad")))
def test_speaks_on_a_bad_example(library: Library, rule: Rule, language: str, example: Example | str) -> None:
    found = [
        f
        for f in _found(library, rule, language, example)
        if f.state == "open" or rule.code in {"K214", "S306", "X802", "A405"}
    ]
    assert found, "the rule is silent"
    if isinstance(example, Example) and example.span:
        assert example.span in {quote.text for f in found for quote in f.evidence}


@pytest.mark.parametrize(("rule", "language", "example"), list(_examples("good")))
def test_is_silent_on_a_good_example(library: Library, rule: Rule, language: str, example: Example | str) -> None:
    assert not [f for f in _found(library, rule, language, example) if f.state == "open"]


@pytest.mark.parametrize(("rule", "language", "example"), list(_examples("borderline")))
def test_is_not_certain_on_a_borderline_example(
    library: Library, rule: Rule, language: str, example: Example | str
) -> None:
    assert all(f.confidence < 0.9 for f in _found(library, rule, language, example))


@pytest.mark.parametrize("code", sorted(SOURCE.rules))
def test_every_language_has_examples(code: str) -> None:
    rule = SOURCE.rules[code]
    for language in LANGUAGES:
        assert rule.examples[language].bad, f"no bad example in {language}"
        assert rule.examples[language].good, f"no good example in {language}"


@pytest.mark.parametrize("code", sorted(SOURCE.rules))
def test_languages_say_the_same_things(code: str) -> None:
    """Equal placeholders in the messages, and no text left out in one language only."""
    texts = SOURCE.rules[code].texts
    for name in ("ask", "mend", "not_a_problem"):
        assert len({getattr(texts[language], name) is None for language in LANGUAGES}) == 1, name
