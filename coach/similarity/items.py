"""Titles made ready to be compared: readings and vectors, computed once a title."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from coach.domain.language import LANGUAGES, Language
from coach.similarity.concepts import ConceptLexicon
from coach.similarity.embedder import Embedder
from coach.similarity.reading import Reading, Topic, read
from coach.similarity.text import words
from coach.similarity.types import Matrix

_GRAM = 4
_CACHED = 50_000
_FEW = 300  # titles that are asked for at a time while somebody waits
_REMEMBERED = 1_500  # at about 4 kB each


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A title ready to be compared.

    Attributes:
        reading: what the lexicon finds in it.
        vector: of the whole title, (dimensions,).
        topic_vector: of its topic words alone.
        parts: vectors of its topics, (topics, dimensions).
        weights: of its topics, (topics,).
        actions: vectors of what is done, (actions, dimensions).
        grams: how often each group of characters occurs.
    """

    reading: Reading
    vector: Matrix
    topic_vector: Matrix
    parts: Matrix
    weights: Matrix
    actions: Matrix
    grams: Counter[str]


class Preparer:
    """Makes items; safe to share between threads.

    Args:
        embedder: makes the vectors.
        lexicon: reads the titles.
    """

    def __init__(self, embedder: Embedder, lexicon: ConceptLexicon) -> None:
        self.embedder = embedder
        self.lexicon = lexicon
        self._parts: dict[str, Matrix] = {}
        self._known: dict[tuple[str, Language | None], Item] = {}

    def items(self, texts: Sequence[str], languages: Sequence[Language | None] | None = None) -> list[Item]:
        """Return an item for every title, in order; a few titles are remembered, a whole cycle is not."""
        spoken = languages or [None] * len(texts)
        if len(texts) > _FEW:
            return self._prepared(texts, spoken)
        asked = list(zip(texts, spoken, strict=True))
        known = {key: item for key in asked if (item := self._known.get(key)) is not None}
        missing = [key for key in dict.fromkeys(asked) if key not in known]
        if missing:
            made = self._prepared([text for text, _ in missing], [language for _, language in missing])
            fresh = dict(zip(missing, made, strict=True))
            known |= fresh
            self._known = fresh if len(self._known) > _REMEMBERED else self._known | fresh
        return [known[key] for key in asked]

    def _prepared(self, texts: Sequence[str], spoken: Sequence[Language | None]) -> list[Item]:
        readings = [read(text, self.lexicon, language) for text, language in zip(texts, spoken, strict=True)]
        whole = self.embedder.encode(list(texts))
        topics = self.embedder.encode([reading.topic_text for reading in readings])
        known = self._vectors_of(topic for reading in readings for topic in (*reading.topics, *reading.actions))
        empty = np.zeros((0, whole.shape[1] if whole.size else self.embedder.dimensions), np.float32)
        return [
            Item(
                reading, whole[at], topics[at],
                np.stack([known[t.key] for t in reading.topics]) if reading.topics else empty,
                np.array([t.weight for t in reading.topics], np.float32),
                np.stack([known[t.key] for t in reading.actions]) if reading.actions else empty,
                _grams(reading.text),
            )
            for at, reading in enumerate(readings)
        ]  # fmt: skip

    def _vectors_of(self, topics: Iterable[Topic]) -> dict[str, Matrix]:
        """Return the vector of every topic: a concept's is the middle of its names, an unknown word's its own."""
        if len(self._parts) > _CACHED:
            self._parts = {}
        known = self._parts
        missing = {topic.key: topic for topic in topics if topic.key not in known}
        names = {key: self._names(topic) for key, topic in missing.items()}
        flat = [name for found in names.values() for name in found]
        if flat:
            rows = self.embedder.encode(flat)
            at = 0
            for key, found in names.items():
                middle = rows[at : at + len(found)].sum(axis=0)
                known[key] = middle / max(float(np.linalg.norm(middle)), 1e-9)
                at += len(found)
        return known

    def _names(self, topic: Topic) -> Sequence[str]:
        concept = self.lexicon.by_id.get(topic.key)
        return concept.names[: len(LANGUAGES)] if concept else [topic.surface]


def _grams(text: str) -> Counter[str]:
    plain = " ".join(word.key for word in words(text))
    if not plain:
        return Counter()
    padded = f" {plain} "
    return Counter(padded[at : at + _GRAM] for at in range(max(len(padded) - _GRAM + 1, 1)))
