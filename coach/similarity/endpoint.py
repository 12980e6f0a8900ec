"""An OpenAI-compatible embeddings endpoint: in batches, cached by text, never waited for longer than allowed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from coach.domain.language import LANGUAGES, Language
from coach.similarity.concepts import ConceptLexicon
from coach.similarity.embedder import EmbeddingError, WordPair, text_hash, unit_rows
from coach.similarity.text import READ_LIMIT
from coach.similarity.types import Matrix

_BATCH = 128
_KEPT = 100_000


class VectorCache(Protocol):
    """Keeps vectors by embedder and text hash, over restarts where the storage layer implements it."""

    def get(self, embedder: str, hashes: Iterable[str]) -> Mapping[str, Matrix]:
        """Return the vectors that are kept."""
        ...

    def put(self, embedder: str, rows: Mapping[str, Matrix]) -> None:
        """Keep vectors."""
        ...


class MemoryCache:
    """Keeps the most recent vectors of this process."""

    def __init__(self, size: int = _KEPT) -> None:
        self._size = size
        self._rows: OrderedDict[tuple[str, str], Matrix] = OrderedDict()

    def get(self, embedder: str, hashes: Iterable[str]) -> Mapping[str, Matrix]:
        """See `VectorCache`."""
        return {name: row for name in hashes if (row := self._rows.get((embedder, name))) is not None}

    def put(self, embedder: str, rows: Mapping[str, Matrix]) -> None:
        """See `VectorCache`."""
        for name, row in rows.items():
            self._rows[embedder, name] = row
        while len(self._rows) > self._size:
            self._rows.popitem(last=False)


class EndpointEmbedder:
    """An embeddings endpoint.

    Args:
        base_url: as in `https://host/v1`.
        model: its name there; it is the version, too, since an endpoint says no other.
        lexicon: says what share of a text is known vocabulary.
        key: the secret; None where the endpoint asks for none.
        timeout: seconds for one batch.
        cache: keeps vectors; None: in memory.
    """

    languages: Sequence[Language] = LANGUAGES

    def __init__(
        self,
        base_url: str,
        model: str,
        lexicon: ConceptLexicon,
        *,
        key: str | None = None,
        timeout: float = 10.0,
        cache: VectorCache | None = None,
    ) -> None:
        self.name = f"endpoint:{model}"
        self.version = text_hash(f"{base_url}|{model}")[:12]
        self.dimensions = 0
        self._model = model
        self._lexicon = lexicon
        self._options = {"base_url": base_url, "api_key": key or "none", "timeout": timeout, "max_retries": 1}
        self._cache = cache or MemoryCache()

    @cached_property
    def _client(self) -> Any:
        from openai import OpenAI

        return OpenAI(**self._options)  # type: ignore[arg-type]

    def encode(self, texts: Sequence[str]) -> Matrix:
        """See `Embedder`; EmbeddingError when the endpoint is down, too slow, or answers something else."""
        read = [text[:READ_LIMIT].encode("utf-8", "ignore").decode() for text in texts]
        hashes = [text_hash(text) for text in read]
        origin = f"{self.name}@{self.version}"
        known = dict(self._cache.get(origin, set(hashes)))
        missing = {name: text for name, text in zip(hashes, read, strict=True) if name not in known and text.strip()}
        waiting = list(missing.items())
        for start in range(0, len(waiting), _BATCH):
            batch = waiting[start : start + _BATCH]
            fresh = dict(zip((name for name, _ in batch), self._asked([text for _, text in batch]), strict=True))
            self._cache.put(origin, fresh)
            known |= fresh
        if known:
            self._agree(known.values())
        empty = np.zeros(self.dimensions, np.float32)
        return (
            np.stack([known.get(name, empty) for name in hashes])
            if hashes
            else np.zeros((0, self.dimensions), np.float32)
        )

    def coverage(self, text: str) -> float:
        """See `Embedder`."""
        mentions = self._lexicon.parse(text)
        return sum(m.concept is not None for m in mentions) / len(mentions) if mentions else 0.0

    def explain(self, a: str, b: str) -> list[WordPair]:
        """See `Embedder`: an endpoint cannot be taken apart."""
        return []

    def _asked(self, texts: list[str]) -> Matrix:
        import openai

        try:
            answer = self._client.embeddings.create(model=self._model, input=texts, encoding_format="float")
            rows = [entry.embedding for entry in sorted(answer.data, key=lambda entry: entry.index)]
            made = np.array(rows, np.float32)
        except openai.OpenAIError as error:
            raise EmbeddingError(f"The embeddings endpoint failed: {type(error).__name__}.") from error
        except (ValueError, TypeError, AttributeError) as error:
            raise EmbeddingError("The embeddings endpoint answered no vectors.") from error
        if made.ndim != 2 or len(made) != len(texts) or not np.isfinite(made).all():
            raise EmbeddingError(f"The embeddings endpoint answered {made.shape} numbers for {len(texts)} texts.")
        return unit_rows(made)

    def _agree(self, rows: Iterable[Matrix]) -> None:
        """Check that all vectors have the length of the first one ever seen."""
        for row in rows:
            self.dimensions = self.dimensions or len(row)
            if len(row) != self.dimensions:
                raise EmbeddingError(
                    f"The embeddings endpoint answers {len(row)} numbers a text now, and {self.dimensions} before."
                )
