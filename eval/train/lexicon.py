"""Compiling the concept lexicon, with the weight of every concept counted in our own texts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from coach.domain.language import LANGUAGES
from coach.resources import RUBRICS
from coach.rubric.yaml_files import read_yaml
from coach.similarity.concept_files import Concept, compile_concepts, read_concepts
from coach.similarity.concepts import ConceptLexicon
from eval.corpus import read_own

CONCEPTS = RUBRICS / "lexicons" / "concepts"


def stop_words(language: str) -> list[str]:
    """Return the words of a language that have no topic: function words, light words, numbers."""
    entries = read_yaml(RUBRICS / "lexicons" / language / "stop_word.yaml")["entries"]
    light = read_yaml(RUBRICS / "lexicons" / "light_words.yaml")[language]
    numbers = read_yaml(RUBRICS / "lexicons" / "numbers.yaml")[language]
    counting = [word for part in ("values", "fractions", "ordinals", "percent") for word in numbers[part]]
    forms = [form for entry in entries for form in entry["forms"]]
    return [form for form in (*forms, *light, *counting) if isinstance(form, str) and " " not in form]


def compiled() -> tuple[list[Concept], dict[str, Any]]:
    """Return the concepts and their compiled table, weighed by how often each occurs in the corpus' fit split."""
    concepts = read_concepts(CONCEPTS)
    stop = {language: stop_words(language) for language in LANGUAGES}
    bare = compile_concepts(concepts, stop, Counter())
    counts = count(ConceptLexicon(bare), ((case.text, case.lang) for case in read_own() if case.split == "fit"))
    return concepts, compile_concepts(concepts, stop, counts)


def count(lexicon: ConceptLexicon, lines: Iterable[tuple[str, Any]]) -> Counter[str]:
    """Return in how many lines each concept occurs; `*` counts the lines."""
    counts: Counter[str] = Counter()
    for text, language in lines:
        counts["*"] += 1
        counts.update({m.concept.id for m in lexicon.parse(text, language) if m.concept})
    return counts


def write(path: Path, table: dict[str, Any]) -> None:
    """Write the compiled table."""
    path.write_text(json.dumps(table, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n", "utf-8")
