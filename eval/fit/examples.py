"""The examples of the rule files as further lines to fit on: what a rule promises on its page must hold."""

from __future__ import annotations

from coach.domain.language import LANGUAGES, Language
from coach.domain.okr_set import Circle
from coach.domain.review import Kind
from coach.rubric.schema import Example
from coach.rubric.source import RubricSource
from eval.corpus import Case

_TIMES = 2  # an example counts as much as two lines of the corpus


#: Rule -> the type of its bad examples, and of its good ones; None where they may be of several.
_TYPES: dict[Kind, dict[str, tuple[str | None, str | None]]] = {
    "objective": {
        "P701": ("bau", "transformational"),
        "P707": ("bau", None),
        "P703": ("kpi", "transformational"),
        "P704": ("strategy", "transformational"),
        "P705": ("project", "transformational"),
        "P706": ("project", None),
        "O105": ("vague", None),
    },
    "key_result": {
        "K201": ("output", "outcome"),
        "K208": ("output", None),
        "K204": ("outcome", "outcome"),
        "P702": ("kpi_bau", None),
    },
}


def example_cases(source: RubricSource, kind: Kind) -> list[Case]:
    """Return the examples of the rules that stand for a type, as labelled lines."""
    found: list[Case] = []
    for code, (bad, good) in _TYPES[kind].items():
        for language in LANGUAGES:
            examples = source.rules[code].examples[language]
            for name, listed in ((bad, examples.bad), (good, examples.good)):
                for example in listed if name else ():
                    case = _case(code, language, kind, name or "", example)
                    found += [case] * _TIMES if case else []
    return found


def _case(code: str, language: Language, kind: Kind, name: str, example: Example | str) -> Case | None:
    example = Example(text=example) if isinstance(example, str) else example
    if not example.text or example.fields:
        return None
    return Case(
        id=f"{code}-{language}",
        lang=language,
        kind=kind,  # type: ignore[arg-type]
        text=example.text,
        type=name,
        parent=example.parent,
        circle=Circle.model_validate({"id": "example", "name": "example", **example.circle})
        if example.circle
        else None,
        source="rule",
        split="fit",
        scenario=f"{code}-{example.text}",
    )
