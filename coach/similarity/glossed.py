"""An embedder that reads an organisation's own words as what they mean."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence

from coach.domain.language import Language
from coach.similarity.concepts import ConceptLexicon
from coach.similarity.embedder import Embedder, WordPair
from coach.similarity.glossary import Term
from coach.similarity.types import Matrix


class GlossedEmbedder:
    """Puts the meaning in the place of every word of a glossary, then lets another embedder make the vectors.

    Its version names the glossary, too: with other words of its own, an organisation's titles are embedded anew.

    Args:
        embedder: makes the vectors.
        meanings: word -> what stands for it.
    """

    def __init__(self, embedder: Embedder, meanings: Mapping[str, str]) -> None:
        self._embedder = embedder
        self._meanings = {word.casefold(): meaning for word, meaning in meanings.items()}
        longest_first = sorted(self._meanings, key=len, reverse=True)
        words = "|".join(re.escape(word) for word in longest_first)
        self._words = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
        self._digest = hashlib.sha256(repr(sorted(self._meanings.items())).encode()).hexdigest()[:8]
        self.languages: Sequence[Language] = embedder.languages

    @property
    def name(self) -> str:
        """That of the embedder."""
        return self._embedder.name

    @property
    def version(self) -> str:
        """That of the embedder, with the glossary."""
        return f"{self._embedder.version}+{self._digest}"

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._embedder.dimensions

    def encode(self, texts: Sequence[str]) -> Matrix:
        """See `Embedder`."""
        return self._embedder.encode([self._meant(text) for text in texts])

    def coverage(self, text: str) -> float:
        """See `Embedder`."""
        return self._embedder.coverage(self._meant(text))

    def explain(self, a: str, b: str) -> list[WordPair]:
        """See `Embedder`."""
        return self._embedder.explain(self._meant(a), self._meant(b))

    def _meant(self, text: str) -> str:
        return self._words.sub(lambda found: self._meanings.get(found[0].casefold(), found[0]), text)


def meanings_of(lexicon: ConceptLexicon, terms: Iterable[Term]) -> dict[str, str]:
    """Return what stands for each word: the words that were given, or the name of a concept."""
    found = {}
    for term in terms:
        concept = lexicon.by_id.get(term.means)
        found[term.term] = concept.names[0] if concept is not None else term.means
    return found
