"""Sets with known answers: findings of the rubric on labelled lines, and the examples of the rules only a model can judge.

A finding is right where the line's agreed type (or one that counts as right) is one the rule is evidence for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from coach.domain.language import LANGUAGES, Language
from coach.domain.okr_set import Circle, KeyResult, Objective, OkrSet
from coach.domain.review import Review
from coach.review.draft import review_set
from coach.rubric.engine import Engine
from coach.rubric.manners import line_of
from coach.rubric.schema import Example
from eval.corpus import Case
from eval.run import own_cases

ADDED = ("K215", "S309")


@dataclass(frozen=True, slots=True)
class CritiqueCase:
    """One set, reviewed by the rubric.

    Attributes:
        right: (code, pointer of the line) -> whether the rubric's finding is right.
        wanted: (code, pointer of the line) that a model should add.
        unwanted: those it should not.
    """

    id: str
    language: Language
    okr_set: OkrSet
    review: Review
    right: dict[tuple[str, str], bool] = field(default_factory=dict)
    wanted: frozenset[tuple[str, str]] = frozenset()
    unwanted: frozenset[tuple[str, str]] = frozenset()


def cases(engine: Engine, *, sets: int) -> list[CritiqueCase]:
    """Return `sets` labelled sets of each language, those with a wrong finding first, and the examples of the rules."""
    return [*_labelled(engine, sets), *_examples(engine)]


def _labelled(engine: Engine, sets: int) -> Iterator[CritiqueCase]:
    groups: dict[tuple[Language, str, str], list[Case]] = defaultdict(list)
    for case in own_cases("test"):
        if case.kind == "key_result" and case.parent and not case.ambiguous:
            groups[(case.lang, case.scenario, case.parent)].append(case)
    chosen: dict[Language, list[CritiqueCase]] = {language: [] for language in LANGUAGES}
    for (language, scenario, parent), lines in sorted(groups.items()):
        made = _of_lines(engine, f"{language}-{scenario}-{lines[0].id}", language, parent, lines)
        if made.right:
            chosen[language].append(made)
    for found in chosen.values():
        found.sort(key=lambda case: (all(case.right.values()), case.id))
        wrong = [case for case in found if not all(case.right.values())][: (sets + 1) // 2]
        yield from wrong
        yield from [case for case in found if case not in wrong][: sets - len(wrong)]


def _of_lines(engine: Engine, name: str, language: Language, parent: str, lines: list[Case]) -> CritiqueCase:
    circle = lines[0].circle
    objective = Objective(
        title=parent, circle=circle.id if circle else None, key_results=[KeyResult(title=line.text) for line in lines]
    )
    okr_set = OkrSet(circles=[circle] if circle else [], objectives=[objective])
    review = review_set(okr_set, engine, input_language=language)
    types = evidence_of(engine)
    right: dict[tuple[str, str], bool] = {}
    for at, line in enumerate(lines):
        pointer = f"/objectives/0/key_results/{at}"
        for finding in review.findings:
            if line_of(finding) == pointer and finding.code in types and finding.state == "open":
                right[(finding.code, pointer)] = bool(types[finding.code] & {line.type, *line.also_ok})
    return CritiqueCase(name, language, okr_set, review, right)


def evidence_of(engine: Engine) -> dict[str, set[str]]:
    """Return what each rule about key results is evidence for: code -> types."""
    found: dict[str, set[str]] = defaultdict(set)
    for kind, scorer in engine.source.natures["key_result"].types.items():
        for code in scorer.rules:
            found[code].add(kind)
    return dict(found)


def _examples(engine: Engine) -> Iterator[CritiqueCase]:
    for code in ADDED:
        rule = engine.source.rules[code]
        for language in LANGUAGES:
            for side, examples in (("bad", rule.examples[language].bad), ("good", rule.examples[language].good)):
                for at, example in enumerate(examples):
                    if isinstance(example, Example) and (okr_set := _set_of(example)) is not None:
                        line = "/objectives/0" if example.set else "/objectives/0/key_results/0"
                        asked = frozenset({(code, line)})
                        yield CritiqueCase(
                            f"{language}-{code}-{side}-{at}",
                            language,
                            okr_set,
                            review_set(okr_set, engine, input_language=language),
                            wanted=asked if side == "bad" else frozenset(),
                            unwanted=asked if side == "good" else frozenset(),
                        )


def _set_of(example: Example) -> OkrSet | None:
    if example.set:
        return OkrSet.model_validate(example.set)
    circle = Circle.model_validate(example.circle) if example.circle else None
    if not (example.text and circle and circle.purpose):
        return None
    key_results = [KeyResult(title=example.text)]
    return OkrSet(
        circles=[circle], objectives=[Objective(title=circle.purpose, circle=circle.id, key_results=key_results)]
    )


def by_language(found: Iterable[CritiqueCase]) -> dict[Language, list[CritiqueCase]]:
    """Return the cases of each language."""
    grouped: dict[Language, list[CritiqueCase]] = {language: [] for language in LANGUAGES}
    for case in found:
        grouped[case.language].append(case)
    return grouped
