"""The embedder of the house: a table of piece vectors, read with numpy and `tokenizers` alone.

The vector of a text is the mean of its pieces, made unit; so a cosine is exactly a sum over pairs of words, which is the
explanation that is shown. The folder loads as a `SentenceTransformer`, too, and gives the same vectors.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from coach.domain.language import LANGUAGES, Language
from coach.resources import RUBRICS
from coach.similarity.concepts import ConceptLexicon
from coach.similarity.embedder import EmbeddingError, WordPair, unit_rows
from coach.similarity.pieces import Pieces
from coach.similarity.safetensors_file import mapped_arrays
from coach.similarity.text import READ_LIMIT
from coach.similarity.types import Matrix

HOUSE = RUBRICS / "models" / "house"
_BATCH = 4_096
_WEIGHTS, _TOKENIZER = "model.safetensors", "tokenizer.json"
_MEND = "Install okr-coach again, or train it with `python -m eval train-embedder` in a checkout."


class HouseEmbedder:
    """The static table.

    Args:
        folder: weights, tokenizer, compiled lexicon and `house.json`.

    Raises:
        EmbeddingError: a file is missing, cut off, or not the one that was trained.
    """

    languages: Sequence[Language] = LANGUAGES

    def __init__(self, folder: Path = HOUSE) -> None:
        self._folder = folder
        try:
            facts = json.loads((folder / "house.json").read_bytes())
            for name in (_WEIGHTS, _TOKENIZER):
                if _digest(folder / name) != facts["sha256"][name]:
                    raise ValueError(f"{name} is not the file that was trained")
            self.name = str(facts["name"])
            self.version = str(facts["version"])
            self.dimensions = int(facts["dimensions"])
            arrays = mapped_arrays(folder / _WEIGHTS)
            self._table = arrays["embeddings"]
            self._scale = arrays["weights"][:, None]
            self._pieces = Pieces((folder / _TOKENIZER).read_bytes())
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EmbeddingError(f"The house embedder in {folder.name}/ cannot be read: {error}.", hint=_MEND) from None

    @cached_property
    def lexicon(self) -> ConceptLexicon:
        """The concepts it was trained on."""
        return ConceptLexicon.read(self._folder / "concepts.json")

    def encode(self, texts: Sequence[str]) -> Matrix:
        """See `Embedder`; texts are read up to `READ_LIMIT` characters."""
        out = np.zeros((len(texts), self.dimensions), np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = [_readable(text) for text in texts[start : start + _BATCH]]
            out[start : start + len(batch)] = self._means(self._pieces.rows(batch))
        return unit_rows(out)

    def coverage(self, text: str) -> float:
        """See `Embedder`: by the concept lexicon."""
        mentions = self.lexicon.parse(text)
        return sum(m.concept is not None for m in mentions) / len(mentions) if mentions else 0.0

    def explain(self, a: str, b: str) -> list[WordPair]:
        """See `Embedder`; the shares of all pairs add up to the cosine."""
        first, second = self.word_vectors(a), self.word_vectors(b)
        if not first or not second:
            return []
        left, right = (np.stack([row for _, row in side]) for side in (first, second))
        lengths = float(np.linalg.norm(left.sum(axis=0)) * np.linalg.norm(right.sum(axis=0)))
        shares = left @ right.T / max(lengths, 1e-9)
        pairs = [
            WordPair(word, other, float(shares[i, j]))
            for i, (word, _) in enumerate(first)
            for j, (other, _) in enumerate(second)
        ]
        return sorted(pairs, key=lambda pair: -pair.share)

    def word_vectors(self, text: str) -> list[tuple[str, Matrix]]:
        """Return every word with its part of the text's vector, not made unit."""
        return [
            (surface, np.asarray((self._table[pieces] * self._scale[pieces]).sum(axis=0), np.float32))
            for surface, pieces in self._pieces.words(_readable(text))
        ]

    def _means(self, rows: list[list[int]]) -> Matrix:
        """Return the mean of the piece vectors of every text, (len(rows), dimensions)."""
        filled = [at for at, row in enumerate(rows) if row]
        out = np.zeros((len(rows), self.dimensions), np.float32)
        if filled:
            flat = np.concatenate([rows[at] for at in filled])
            sizes = np.array([len(rows[at]) for at in filled])
            starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
            gathered = self._table[flat] * self._scale[flat]
            out[filled] = np.add.reduceat(gathered, starts, axis=0) / sizes[:, None]
        return out


def _readable(text: str) -> str:
    """Cut a text to what is read, and take out halves of characters, which the tokenizer cannot take."""
    return text[:READ_LIMIT].encode("utf-8", "ignore").decode("utf-8")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
