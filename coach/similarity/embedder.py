"""What every embedder offers, and vectors that know where they come from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from coach.domain.language import Language
from coach.errors import CoachError
from coach.similarity.types import Matrix


class EmbeddingError(CoachError):
    """Vectors cannot be made or must not be compared."""

    code = "embedding"
    status = 503


class WordPair(NamedTuple):
    """A word of one text, a word of the other, and what the two add to the cosine."""

    a: str
    b: str
    share: float


class Embedder(Protocol):
    """Turns texts into vectors.

    `name` and `version` say which table or model made a vector; two vectors are only comparable when both are the same.
    """

    languages: Sequence[Language]

    @property
    def name(self) -> str:
        """The table or model."""
        ...

    @property
    def version(self) -> str:
        """Which version of it."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Return float32 rows of length one, (len(texts), dimensions); a text without any known piece gives zeros."""
        ...

    def coverage(self, text: str) -> float:
        """Return the share of a text's content words that the embedder knows, 0 to 1."""
        ...

    def explain(self, a: str, b: str) -> list[WordPair]:
        """Return the word pairs that make the cosine, the strongest first; empty where the model cannot be taken apart."""
        ...


@dataclass(frozen=True, slots=True)
class Vectors:
    """Rows with their origin.

    Attributes:
        embedder: name and version, as in `house@1f3c…`.
        hashes: SHA-256 of each text.
        rows: float32, (len(hashes), dimensions).
    """

    embedder: str
    hashes: tuple[str, ...]
    rows: Matrix

    def cosines(self, other: Vectors) -> Matrix:
        """Return all cosines, (len(self), len(other)).

        Raises:
            EmbeddingError: the two come from different embedders or versions.
        """
        if self.embedder != other.embedder:
            raise EmbeddingError(
                f"Vectors of {self.embedder} and of {other.embedder} cannot be compared.",
                hint="Embed the older ones again.",
            )
        return np.asarray(self.rows @ other.rows.T, np.float32)


def origin(embedder: Embedder) -> str:
    """Return name and version of an embedder."""
    return f"{embedder.name}@{embedder.version}"


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text, by which its vector is kept."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def vectors(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """Embed texts, each different one once."""
    different = list(dict.fromkeys(texts))
    rows = embedder.encode(different)
    at = {text: index for index, text in enumerate(different)}
    return Vectors(origin(embedder), tuple(map(text_hash, texts)), rows[[at[text] for text in texts]])


def unit_rows(rows: Matrix) -> Matrix:
    """Return rows of length one; what is not finite, or zero, becomes zero."""
    clean = np.nan_to_num(np.asarray(rows, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    lengths = np.linalg.norm(clean, axis=1, keepdims=True)
    return np.asarray(np.divide(clean, lengths, out=np.zeros_like(clean), where=lengths > 1e-9), np.float32)
