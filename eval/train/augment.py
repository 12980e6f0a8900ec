"""More labelled pairs, made from the titles of our own: what people do all the time and a small corpus holds too little of.

The same title in other dress is a duplicate; with another object, audience or stage of work it is related; turned round it is a
contradiction; two titles of different pairs are unrelated.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from coach.domain.language import Language
from coach.similarity.concepts import Concept, ConceptLexicon, Mention

_DRESS: dict[str, tuple[str, ...]] = {
    "en": ("{t} in 2026", "Project: {t}", "{t} (phase 1)", "{t}"),
    "fr": ("{t} en 2026", "Projet : {t}", "{t} (phase 1)", "{t}"),
    "nl": ("{t} in 2026", "Project: {t}", "{t} (fase 1)", "{t}"),
    "de": ("{t} im Jahr 2026", "Projekt: {t}", "{t} (Phase 1)", "{t}"),
}
#: Unrelated titles are easy to make and easy to tell; a few are enough.
_UNRELATED = 0.2
_LANGUAGES: tuple[Language, ...] = ("en", "fr", "nl", "de")


class Pair(NamedTuple):
    """Two titles and their relation."""

    a: str
    b: str
    label: str


class Augmenter:
    """Makes pairs from titles.

    Args:
        lexicon: finds what can be swapped.
        seed: of all choices.
    """

    def __init__(self, lexicon: ConceptLexicon, seed: int) -> None:
        self._lexicon = lexicon
        self._random = random.Random(seed)
        self._groups: dict[tuple[str, str], list[Concept]] = defaultdict(list)
        for concept in lexicon.concepts:
            self._groups[_kind(concept)].append(concept)

    def pairs(self, titles: Sequence[tuple[str, Language]]) -> Iterator[Pair]:
        """Yield one pair of each sort that a title allows."""
        for text, language in titles:
            yield Pair(text, self._random.choice(_DRESS[language]).format(t=text), "duplicate")
            mentions = [m for m in self._lexicon.parse(text, language) if m.concept and m.surface in text]
            if swapped := self._swap(text, language, [m for m in mentions if m.concept and m.concept.pos == "noun"]):
                yield Pair(text, swapped, "related")
            if swapped := self._swap(text, language, [m for m in mentions if m.concept and _steers(m.concept)]):
                yield Pair(text, swapped, "related")
            if turned := self._turn(text, language, mentions):
                yield Pair(text, turned, "contradiction")
            other, _ = self._random.choice(titles)
            if other != text and self._random.random() < _UNRELATED:
                yield Pair(text, other, "unrelated")

    def _swap(self, text: str, language: Language, mentions: Sequence[Mention]) -> str | None:
        """The title with one word replaced by another of its kind."""
        if not mentions:
            return None
        chosen = self._random.choice(mentions)
        if chosen.concept is None:
            return None
        rivals = [c for c in self._groups[_kind(chosen.concept)] if _differs(c, chosen.concept)]
        return text.replace(chosen.surface, self._name(self._random.choice(rivals), language), 1) if rivals else None

    def _turn(self, text: str, language: Language, mentions: Sequence[Mention]) -> str | None:
        """The title with the word that points somewhere replaced by one that points back."""
        pointing = [m for m in mentions if m.concept and m.concept.axis and m.concept.pos in ("verb", "adjective")]
        if not pointing or (chosen := self._random.choice(pointing)).concept is None:
            return None
        axis, sign = chosen.concept.axis[:-1], chosen.concept.axis[-1]
        back = [
            c
            for c in self._lexicon.concepts
            if c.axis == axis + ("-" if sign == "+" else "+") and c.pos == chosen.concept.pos
        ]
        return text.replace(chosen.surface, self._name(self._random.choice(back), language), 1) if back else None

    def _name(self, concept: Concept, language: Language) -> str:
        return concept.names[_LANGUAGES.index(language)]


def _kind(concept: Concept) -> tuple[str, str]:
    return (concept.pos, "audience" if concept.audience else "stage" if concept.stage else "")


def _steers(concept: Concept) -> bool:
    return bool(concept.audience or (concept.stage and concept.pos == "verb"))


def _differs(a: Concept, b: Concept) -> bool:
    return a.id != b.id and (not a.audience or a.audience != b.audience) and (not a.stage or a.stage != b.stage)
