"""The benefit map: what is usually delivered, kept running or wished for, who is better off by it, and how that shows.

Files in `rubrics/benefits/` are data in four languages: `audiences.yaml` (who), `general.yaml` (wordings that fit any line) and
any number of files of benefits. Everything a wording may name is checked when the files are read.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from coach.domain.language import LANGUAGES, Language
from coach.errors import RubricError
from coach.rubric.schema import Slug, Strict
from coach.rubric.text import words_of
from coach.rubric.yaml_files import line_of, read_model

Family = Literal["deliverable", "duty", "metric", "wish"]
#: What a wording may leave open: filled with the author's own words, or the wording is not used.
SLOTS = frozenset(
    {"audience", "Audience", "of_audience", "from_to", "share", "line", "purpose", "metric", "target", "baseline", "term_baseline"}
)  # fmt: skip
#: What a line is, and hence which general wordings fit it.
Situation = Literal[
    "output",
    "kpi_bau",
    "vague-result",
    "no-baseline",
    "no-target",
    "project",
    "task",
    "bau",
    "kpi",
    "kpi-result",
    "no-what",
    "strategy",
    "vague",
]
_LEFT, _RIGHT = "⟨", "⟩"


class BenefitTexts(Strict):
    """One benefit in one language.

    Attributes:
        words: what it is called; `recrut*` is a beginning, `*portaal` an end, several words a phrase.
        change: what is different once it works, as an objective.
        so_that: the same as the end of an objective, connector included.
        measures: key results that show it, the best first.
    """

    words: list[str] = Field(min_length=1)
    change: str | None = None
    so_that: str | None = None
    measures: list[str] = []


class Benefit(Strict):
    """Something people deliver, keep running or wish for."""

    id: Slug
    family: Family
    who: list[Slug] = Field(
        min_length=1, description="Groups of people who may benefit; the first unless the line names one."
    )
    place: bool = Field(
        default=False, description="After a word such as `in` or `at` it is only where something happens."
    )
    en: BenefitTexts
    fr: BenefitTexts
    nl: BenefitTexts
    de: BenefitTexts

    @model_validator(mode="after")
    def _same_everywhere(self) -> Benefit:
        for name in ("change", "so_that", "measures"):
            if len({bool(getattr(self.texts(language), name)) for language in LANGUAGES}) > 1:
                raise ValueError(f"{self.id}: {name} is not there in every language")
        return self

    def texts(self, language: Language) -> BenefitTexts:
        """Return what it says in a language."""
        texts: BenefitTexts = getattr(self, language)
        return texts


class BenefitFile(Strict):
    """A file of benefits."""

    schema_: Literal[1] = Field(alias="schema")
    benefits: list[Benefit]


class AudienceFile(Strict):
    """Who may be better off: group -> language -> plural, as wordings name them -> words that mean them in a line.

    A German plural may be written `Mitarbeitende/Mitarbeitenden`, the second after "der".
    """

    schema_: Literal[1] = Field(alias="schema")
    audiences: dict[Slug, dict[Language, dict[str, list[str]]]]


class GeneralFile(Strict):
    """Wordings that fit any line of a kind, and how a language writes from–to."""

    schema_: Literal[1] = Field(alias="schema")
    at: dict[Language, list[str]] = Field(description="Words that open a place.")
    beside: dict[Language, list[str]] = Field(description="Words that open something beside the point.")
    from_to: dict[Language, str]
    share: dict[Language, str]
    what: dict[Language, str] = Field(description="Stands for the what that a bare why lacks.")
    figures: dict[Language, list[str]] = Field(
        description="Placeholders that stand for a figure: today's, then the target."
    )
    wordings: dict[Situation, dict[Language, list[str]]]


def compile_benefits(paths: Iterable[Path]) -> dict[Language, dict[str, Any]]:
    """Return the benefit map of each language, as plain data that can be kept as JSON.

    Args:
        paths: the files of the benefit folders, the built-in ones first; a later benefit of the same id replaces an earlier one.

    Raises:
        RubricError: names file, line and key of the first fault.
    """
    audiences: dict[str, dict[Language, dict[str, list[str]]]] = {}
    benefits: dict[str, tuple[Benefit, Path, int]] = {}
    general: GeneralFile | None = None
    for path in paths:
        if path.stem == "audiences":
            audiences |= read_model(path, AudienceFile).audiences
        elif path.stem == "general":
            general = read_model(path, GeneralFile)
            _check_general(general, path)
        else:
            for index, benefit in enumerate(read_model(path, BenefitFile).benefits):
                benefits[benefit.id] = (benefit, path, index)
    if general is None:
        return {language: {} for language in LANGUAGES}
    for benefit, path, index in benefits.values():
        _check(benefit, path, index, audiences)
    return {
        language: _compiled(language, [b for b, _, _ in benefits.values()], audiences, general)
        for language in LANGUAGES
    }


def _compiled(
    language: Language,
    benefits: list[Benefit],
    audiences: Mapping[str, Mapping[Language, Mapping[str, list[str]]]],
    general: GeneralFile,
) -> dict[str, Any]:
    words: dict[str, dict[str, Any]] = {"exact": {}, "phrases": {}, "starts": {}, "ends": {}}
    for at, benefit in enumerate(benefits):
        for word in benefit.texts(language).words:
            low = word.casefold()
            tokens = words_of(low).tokens
            if low.endswith("*"):
                words["starts"].setdefault(low[:-1], []).append(at)
            elif low.startswith("*"):
                words["ends"].setdefault(low[1:], []).append(at)
            elif len(tokens) > 1:
                words["phrases"].setdefault(tokens[0], []).append([tokens[1:], at])
            else:
                words["exact"].setdefault(low, []).append(at)
    return {
        **words,
        "benefits": [
            {"id": b.id, "family": b.family, "who": b.who, "place": b.place, **b.texts(language).model_dump()}
            for b in benefits
        ],
        "audiences": {
            group: {
                "default": next(iter(texts[language])),
                "plural": {word.casefold(): plural for plural, forms in texts[language].items() for word in forms},
            }
            for group, texts in audiences.items()
        },
        "at": general.at[language],
        "beside": general.beside[language],
        "from_to": general.from_to[language],
        "share": general.share[language],
        "what": general.what[language],
        "figures": general.figures[language],
        "wordings": {situation: texts[language] for situation, texts in general.wordings.items()},
    }


def _check(benefit: Benefit, path: Path, index: int, audiences: Mapping[str, Any]) -> None:
    for group in benefit.who:
        if group not in audiences:
            raise _fault(path, ["benefits", index, "who"], f"{benefit.id}: there is no audience {group!r}")
    for language in LANGUAGES:
        texts = benefit.texts(language)
        for key, text in (
            ("change", texts.change),
            ("so_that", texts.so_that),
            *(("measures", m) for m in texts.measures),
        ):
            if text and (problem := _problem(text)):
                raise _fault(path, ["benefits", index, language, key], f"{benefit.id}.{language}.{key}: {problem}")


def _check_general(general: GeneralFile, path: Path) -> None:
    for situation, texts in general.wordings.items():
        for language in LANGUAGES:
            if language not in texts:
                raise _fault(path, ["wordings", situation], f"{situation}: texts are missing in {language}")
            for text in texts[language]:
                if problem := _problem(text):
                    raise _fault(path, ["wordings", situation, language], f"{situation}.{language}: {problem}")


def _problem(text: str) -> str | None:
    try:
        unknown = [name for name in _slots(text) if name not in SLOTS]
    except ValueError as error:
        return f"{error} in {text!r}"
    if unknown:
        return f"unknown placeholder {{{unknown[0]}}} in {text!r}"
    if text.count(_LEFT) != text.count(_RIGHT):
        return f"⟨ and ⟩ do not pair in {text!r}"
    return None


def _slots(text: str) -> Iterator[str]:
    return (name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def _fault(path: Path, keys: list[int | str], message: str) -> RubricError:
    return RubricError(message, file="/".join(path.parts[-3:]), line=line_of(path, keys))
