"""The compiled concept lexicon at run time: from a text to its concepts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from coach.domain.language import LANGUAGES, Language
from coach.errors import RubricError
from coach.similarity.inflection import lemmas
from coach.similarity.text import Word, stem, stems, words

FORMAT = 1
_LONGEST_FORM = 5
_MOST_WORDS = 200
_LINKS = ("", "s", "n", "e", "en", "es", "er")
_SHORTEST_PART = 3
_LEAST_COMPOUND = 7
#: Figures with their unit, ordinals, versions, quarters: no words that mean something by themselves.
_FIGURE = re.compile(r"^(?:\d+[a-z]{0,4}|[a-z]{1,2}\d+)$")


class Concept(NamedTuple):
    """One meaning; `weight` is 1 for a rare one and falls to 0.2 for one that half of all titles share."""

    id: str
    pos: str
    axis: str
    audience: str
    bad: int
    stage: str
    weight: float
    names: Sequence[str]


#: Words that turn round what follows them.
NEGATORS = frozenset(
    [
        "no",
        "not",
        "without",
        "never",
        "nor",
        "sans",
        "ne",
        "pas",
        "jamais",
        "aucun",
        "aucune",
        "zonder",
        "geen",
        "niet",
        "nooit",
        "nicht",
        "kein",
        "keine",
        "keinen",
        "keiner",
        "ohne",
        "nie",
    ]
)
NEGATION = Concept("negation", "negation", "", "", 0, "", 0.0, ("no", "sans", "zonder", "ohne"))


class Mention(NamedTuple):
    """A word or phrase of a text and the concept it stands for; None: an unknown word."""

    surface: str
    concept: Concept | None


class ConceptLexicon:
    """Forms of four languages and the concepts they stand for.

    Args:
        table: what `concept_files.compile_concepts` made.

    Raises:
        RubricError: the table was made by another version.
    """

    def __init__(self, table: Mapping[str, Any]) -> None:
        if table.get("format") != FORMAT:
            raise RubricError(f"the compiled concept lexicon has format {table.get('format')!r}, not {FORMAT}")
        self.concepts = tuple(Concept(*row) for row in table["concepts"])
        self.by_id = {concept.id: concept for concept in self.concepts}
        self._forms: Mapping[str, dict[str, int]] = table["forms"]
        self._stems: Mapping[str, dict[str, int]] = table["stems"]
        self._tails: Mapping[str, dict[str, int]] = table["tails"]
        self._heads: Mapping[str, dict[str, int]] = table["heads"]
        self._stop = {language: frozenset(found) for language, found in table["stop"].items()}
        self._compound = lru_cache(maxsize=20_000)(self._split)
        self._inflected = lru_cache(maxsize=20_000)(self._of_lemma)

    @classmethod
    def read(cls, path: Path) -> ConceptLexicon:
        """Read the compiled table.

        Raises:
            RubricError: the file is missing or damaged.
        """
        try:
            return cls(json.loads(path.read_bytes()))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RubricError(f"the compiled concept lexicon cannot be read: {error}", file=path.name) from None

    def extended(self, extra: Mapping[str, Mapping[str, int]]) -> ConceptLexicon:
        """Return this lexicon with more forms: language -> key -> index of a concept."""
        made: ConceptLexicon = object.__new__(ConceptLexicon)
        made.__dict__ |= self.__dict__
        made._forms = {language: {**forms, **extra.get(language, {})} for language, forms in self._forms.items()}
        made._compound = lru_cache(maxsize=20_000)(made._split)
        made._inflected = lru_cache(maxsize=20_000)(made._of_lemma)
        return made

    def detect(self, text: str) -> Language:
        """Return the language whose words explain most of a text; English when none explains any."""
        found = words(text)[:_MOST_WORDS]
        scores = {language: self._likeness(found, language) for language in LANGUAGES}
        return max(LANGUAGES, key=lambda language: (scores[language], language == "en"))

    def parse(self, text: str, language: Language | None = None) -> list[Mention]:
        """Return the concepts and unknown words of a text in order; function words are left out."""
        found = words(text)[:_MOST_WORDS]
        spoken: Language = language or self.detect(text)
        out: list[Mention] = []
        at = 0
        while at < len(found):
            size, concept = self._longest(found, at, spoken)
            if concept is not None:
                out.append(Mention(" ".join(w.surface for w in found[at : at + size]), self.concepts[concept]))
            elif found[at].key in NEGATORS:
                out.append(Mention(found[at].surface, NEGATION))
            elif not self._is_stop(found[at].key, spoken):
                out.extend(self._single(found[at], spoken))
            at += size
        return out

    def known(self, key: str, language: str) -> int | None:
        """Return the index of the concept that a key is a form of."""
        return self._forms[language].get(key)

    def _longest(self, found: list[Word], at: int, language: str) -> tuple[int, int | None]:
        forms, cut = self._forms[language], self._stems[language]
        for size in range(min(_LONGEST_FORM, len(found) - at), 0, -1):
            key = " ".join(w.key for w in found[at : at + size])
            if size == 1 and self._is_stop(key, language) and found[at].surface.lower() == key:
                break  # "sur" is no "sûr"
            concept = forms.get(key)
            if concept is None and (size > 1 or not self._is_stop(key, language)):
                shortened = stems(key)
                concept = cut.get(shortened, forms.get(shortened))
            if concept is not None:
                return size, concept
        return 1, None

    def _single(self, word: Word, language: Language) -> Iterable[Mention]:
        if _FIGURE.match(word.key):
            return []
        inflected = self._inflected(word.key, language)
        if inflected is not None:
            return [Mention(word.surface, self.concepts[at]) for at in inflected]
        if language in self._tails and len(word.key) >= _LEAST_COMPOUND:
            parts = self._compound(word.key, language)
            if parts:
                return [Mention(word.surface, None if at is None else self.concepts[at]) for at in parts]
        for other in LANGUAGES:
            concept = self._forms[other].get(word.key) if other != language and len(word.key) > 3 else None
            if concept is not None:
                return [Mention(word.surface, self.concepts[concept])]
        return [] if len(word.key) == 1 else [Mention(word.surface, None)]

    def _of_lemma(self, key: str, language: Language) -> tuple[int, ...] | None:
        """The concept of the first form that a word may be an inflection of; () for one of a function word, None for none."""
        forms, stop = self._forms[language], self._stop[language]
        for lemma in lemmas(key, language):
            found = forms.get(lemma)
            if found is not None:
                return (found,)
            if lemma in stop and len(lemma) > _SHORTEST_PART:
                return ()
        return None

    def _part(self, key: str, language: str, side: Mapping[str, dict[str, int]]) -> int | None:
        found = side[language].get(key)
        if found is None:
            found = self._forms[language].get(key)
        return self._stems[language].get(stem(key)) if found is None else found

    def _split(self, key: str, language: str) -> tuple[int | None, ...]:
        """Cut a compound into known parts, the longest tail first; a known tail alone leaves its head unknown."""
        half: tuple[int | None, ...] = ()
        for cut in range(_SHORTEST_PART, len(key) - _SHORTEST_PART + 1):
            tail = self._part(key[cut:], language, self._tails)
            if tail is None:
                continue
            head = self._head(key[:cut], language)
            if head:
                return (*head, tail)
            if not half and len(key) - cut >= 5 and key[cut:] in self._tails[language]:
                half = (None, tail)
        return half

    def _head(self, key: str, language: str) -> tuple[int | None, ...]:
        for link in _LINKS:
            bare = key.removesuffix(link) if link else key
            if len(bare) >= _SHORTEST_PART and (found := self._part(bare, language, self._heads)) is not None:
                return (found,)
        return self._compound(key, language) if len(key) >= _LEAST_COMPOUND else ()

    def _is_stop(self, key: str, language: str) -> bool:
        return key in self._stop[language] or key.isdigit()

    def _likeness(self, found: list[Word], language: str) -> float:
        score = 0.0
        forms, cut = self._forms[language], self._stems[language]
        for word in found:
            if word.key in self._stop[language]:
                score += 1.1
            elif word.key in forms:
                score += 1.0
            elif stem(word.key) in cut or (
                language in self._tails and len(word.key) >= _LEAST_COMPOUND and self._compound(word.key, language)
            ):
                score += 0.8
        return score
