"""An organisation's own words: a file, in force at once and without training.

schema: 1
terms:
  - {term: Hydra, means: payroll_engine}          # a concept of the lexicon
  - {term: dossier vert, means: aide à l'emploi}  # or words that it knows
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from coach.domain.language import LANGUAGES, Language
from coach.errors import RubricError
from coach.rubric.yaml_files import read_model
from coach.similarity.concepts import ConceptLexicon
from coach.similarity.text import key


class Term(BaseModel):
    """A word and what it means: the id of a concept, or words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    term: str = Field(min_length=1, max_length=200)
    means: str = Field(min_length=1, max_length=200)
    language: Language | None = None


class GlossaryFile(BaseModel):
    """An organisation's words."""

    model_config = ConfigDict(extra="forbid")

    schema_: Literal[1] = Field(alias="schema")
    terms: list[Term]


def terms_of(path: Path) -> tuple[Term, ...]:
    """Return the words of a glossary file; RubricError when it has a fault."""
    return tuple(read_model(path, GlossaryFile).terms)


def glossed(lexicon: ConceptLexicon, terms: Iterable[Term], *, file: str | None = None) -> ConceptLexicon:
    """Return the lexicon with an organisation's words added; a word of the glossary wins over the built-in one.

    Args:
        lexicon: the built-in one.
        terms: a later one wins.
        file: where they come from, for the message; None: a database, where what a newer lexicon does not know is left out.

    Raises:
        RubricError: a term of the file means nothing that is known.
    """
    extra: dict[str, dict[str, int]] = {language: {} for language in LANGUAGES}
    for term in terms:
        found = meaning(lexicon, term)
        if found is None:
            if file is None:
                continue
            raise RubricError(f"{term.term!r} means {term.means!r}, which the lexicon does not know", file=file)
        for language in (term.language,) if term.language else LANGUAGES:
            extra[language][key(term.term)] = found
    return lexicon.extended(extra)


def meaning(lexicon: ConceptLexicon, term: Term) -> int | None:
    """Return the place of the concept that a term means; None where the lexicon does not know it."""
    if term.means in lexicon.by_id:
        return lexicon.concepts.index(lexicon.by_id[term.means])
    for language in (term.language,) if term.language else LANGUAGES:
        for mention in lexicon.parse(term.means, language):
            if mention.concept is not None and mention.concept.pos != "negation":
                return lexicon.concepts.index(mention.concept)
    return None


def proposals(unknown: Mapping[str, int]) -> str:
    """Return a glossary file to fill in for unknown words, the most frequent first."""
    ordered = sorted(unknown.items(), key=lambda item: (-item[1], item[0]))
    lines = [f'  - {{term: "{word}", means: ""}}  # {count}x' for word, count in ordered]
    return "\n".join(["schema: 1", "terms:", *lines]) + "\n"
