"""The concept lexicon's files: `rubrics/lexicons/concepts/*.yaml`, read, checked and compiled into one table.

The compiled table ships beside the weights of the house embedder, so that a start reads no YAML.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from coach.domain.language import LANGUAGES, Language
from coach.rubric.yaml_files import read_model
from coach.similarity.concepts import FORMAT
from coach.similarity.text import key, stems

AXES = (
    "direction", "openness", "centre", "standard", "source", "staffing", "keep",
    "place", "channel", "speed", "control", "price", "scope", "presence",
)  # fmt: skip
#: Axes on which a function word may point.
POINTERS = ("direction+", "direction-", "keep-", "source+")
Audience = Literal["clients", "staff", "partners", "suppliers", "citizens", "candidates", "management"]
Stage = Literal["explore", "choose", "build", "introduce", "train", "run", "improve", "measure", "stop"]
_COMPOUNDING = ("nl", "de")


class Concept(BaseModel):
    """One meaning and every form it takes; see the README beside the files."""

    model_config = ConfigDict(extra="forbid")

    id: str
    pos: Literal["noun", "verb", "adjective", "audience", "phrase"]
    axis: str | None = Field(None, pattern=rf"^({'|'.join(AXES)})[+-]$")
    audience: Audience | None = None
    bad: bool = False
    stage: Stage | None = None
    en: list[str]
    fr: list[str]
    nl: list[str]
    de: list[str]
    tails: dict[str, list[str]] = {}
    heads: dict[str, list[str]] = {}

    def forms(self, language: str) -> list[str]:
        """Return its forms in a language."""
        found: list[str] = getattr(self, language)
        return found


class ConceptFile(BaseModel):
    """One file of concepts."""

    model_config = ConfigDict(extra="forbid")

    schema_: Literal[1] = Field(alias="schema")
    about: str
    concepts: list[Concept]


def read_concepts(folder: Path) -> list[Concept]:
    """Return the concepts of all files, in order.

    Raises:
        RubricError: a file has a fault; the message names file and line.
    """
    return [concept for path in sorted(folder.glob("*.yaml")) for concept in read_model(path, ConceptFile).concepts]


def digest(folder: Path) -> str:
    """Return a digest of what the files say; the compiled table carries it."""
    made = hashlib.sha256()
    for path in sorted(folder.glob("*.yaml")):
        made.update(path.name.encode())
        made.update(path.read_bytes())
    return made.hexdigest()[:16]


def compile_concepts(concepts: Iterable[Concept], stop: Mapping[Language, Iterable[str]], counts: Counter[str]) -> Any:
    """Return the table that `ConceptLexicon` reads.

    Args:
        concepts: what the files say.
        stop: function words of each language.
        counts: in how many lines of our own texts each concept occurs (`*` = lines in all); empty: all weigh the same.
    """
    listed = list(concepts)
    rows = [
        [c.id, c.pos, c.axis or "", c.audience or "", int(c.bad), c.stage or "", weight(c.id, counts),
         [c.forms(language)[0] for language in LANGUAGES]]
        for c in listed
    ]  # fmt: skip
    forms: dict[str, dict[str, int]] = {language: {} for language in LANGUAGES}
    for language in LANGUAGES:
        for at, concept in enumerate(listed):
            for form in concept.forms(language):
                if made := key(form):
                    forms[language].setdefault(made, at)
    return {
        "format": FORMAT,
        "concepts": rows,
        "forms": forms,
        "stems": {language: _stemmed(forms[language]) for language in LANGUAGES},
        "tails": {language: _parts(listed, language, "tails") for language in _COMPOUNDING},
        "heads": {language: _parts(listed, language, "heads") for language in _COMPOUNDING},
        "stop": {language: _function_words(stop[language], forms[language], listed) for language in stop},
    }


def weight(name: str, counts: Counter[str]) -> float:
    """Return the inverse document frequency of a concept, between 0.2 (everywhere) and 1 (rare)."""
    total = counts["*"]
    if not total:
        return 1.0
    return round(max(0.2, min(1.0, math.log(total / (1 + counts[name])) / math.log(total / 3))), 3)


def _function_words(stop: Iterable[str], forms: Mapping[str, int], concepts: list[Concept]) -> list[str]:
    """Words that say nothing by themselves; one that clearly points somewhere ("more", "less") is kept out."""
    found = {part for word in stop for part in key(word).split()}
    return sorted(word for word in found if word not in forms or concepts[forms[word]].axis not in POINTERS)


def _stemmed(forms: Mapping[str, int]) -> dict[str, int]:
    """Stemmed keys that are no form themselves."""
    found: dict[str, int] = {}
    for form, at in forms.items():
        cut = stems(form)
        if cut not in forms:
            found.setdefault(cut, at)
    return found


def _parts(concepts: list[Concept], language: str, side: Literal["tails", "heads"]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, concept in enumerate(concepts):
        parts: Mapping[str, list[str]] = getattr(concept, side)
        for form in parts.get(language, ()):
            if made := key(form).replace(" ", ""):
                found.setdefault(made, at)
    return found
