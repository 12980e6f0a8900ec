"""A sentence-transformers model, by hub id or path; torch is imported when the first text is embedded, not before."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from coach.domain.language import LANGUAGES, Language
from coach.errors import MissingPartError
from coach.similarity.concepts import ConceptLexicon
from coach.similarity.embedder import EmbeddingError, WordPair, text_hash, unit_rows
from coach.similarity.text import READ_LIMIT
from coach.similarity.types import Matrix

_BATCH = 64
_PROBE = "Who else is doing this?"
#: Models that were trained with a word before every text.
_PREFIXES = (("e5", "query: "),)


class HubEmbedder:
    """A sentence-transformers model.

    Args:
        model: hub id or path of a folder.
        lexicon: says what share of a text is known vocabulary.
        languages: the ones it is good at.
    """

    def __init__(self, model: str, lexicon: ConceptLexicon, languages: Sequence[Language] = LANGUAGES) -> None:
        self.name = model
        self.languages = languages
        self._lexicon = lexicon
        self._prefix = next((prefix for part, prefix in _PREFIXES if part in model.lower()), "")

    @cached_property
    def _model(self) -> Any:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError:
            raise MissingPartError(
                f"The embedder {self.name!r} needs sentence-transformers.", hint="pip install 'okr-coach[embeddings]'"
            ) from None
        try:
            loaded = SentenceTransformer(self.name, device="cpu")
        except Exception as error:  # hub, disk and format errors of many libraries
            raise EmbeddingError(f"The embedder {self.name!r} cannot be loaded: {type(error).__name__}.") from error
        return loaded

    @cached_property
    def version(self) -> str:
        """A hash of what it makes of a fixed text: another model, or other weights, give another one."""
        probe = self._model.encode([_PROBE], show_progress_bar=False, convert_to_numpy=True)
        return text_hash(str(np.round(probe, 3).tolist()))[:12]

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> Matrix:
        """See `Embedder`."""
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        read = [self._prefix + text[:READ_LIMIT].encode("utf-8", "ignore").decode() for text in texts]
        rows = self._model.encode(read, batch_size=_BATCH, show_progress_bar=False, convert_to_numpy=True)
        return unit_rows(rows)

    def coverage(self, text: str) -> float:
        """See `Embedder`."""
        mentions = self._lexicon.parse(text)
        return sum(m.concept is not None for m in mentions) / len(mentions) if mentions else 0.0

    def explain(self, a: str, b: str) -> list[WordPair]:
        """See `Embedder`: a deep model cannot be taken apart."""
        return []
