"""Finding the nearest of many vectors: exactly, by a blocked matrix product in memory, without ever building anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from coach.similarity.embedder import EmbeddingError
from coach.similarity.types import Matrix, Positions

_BLOCK, _WIDE = 2_048, 4_096
_GROWTH = 1.5


class Neighbour(NamedTuple):
    """An item of the index and its cosine to what was asked."""

    id: str
    cosine: float


class VectorIndex(Protocol):
    """The vectors of one organisation and one embedder version; never of two."""

    organisation: str
    embedder: str

    def upsert(self, ids: Sequence[str], rows: Matrix) -> None:
        """Add items or replace their vectors; rows have length one."""
        ...

    def delete(self, ids: Sequence[str]) -> None:
        """Forget items; unknown ids are no error."""
        ...

    def nearest(self, row: Matrix, size: int) -> list[Neighbour]:
        """Return the `size` items nearest to a vector, nearest first."""
        ...

    def known(self, ids: Sequence[str]) -> set[str]:
        """Return which of these ids it holds."""
        ...

    def __len__(self) -> int:
        """Return how many items it holds."""
        ...


def check_shape(ids: Sequence[str], rows: Matrix, dimensions: int) -> None:
    """Refuse vectors that are not one a name, each as long as those of the index; EmbeddingError."""
    if rows.ndim != 2 or rows.shape != (len(ids), dimensions):
        raise EmbeddingError(f"{len(ids)} items with vectors of the shape {rows.shape} do not fit this index.")


class MemoryIndex:
    """An exact index in memory: float32 rows in one array that grows; a deleted row is filled by the last one.

    Args:
        organisation: whose items they are.
        embedder: name and version that made the vectors.
        dimensions: length of a vector.
    """

    def __init__(self, organisation: str, embedder: str, dimensions: int) -> None:
        self.organisation = organisation
        self.embedder = embedder
        self._rows = np.zeros((0, dimensions), np.float32)
        self._ids: list[str] = []
        self._at: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def ids(self) -> Sequence[str]:
        """Ids in the order of `rows`."""
        return self._ids

    @property
    def rows(self) -> Matrix:
        """The vectors, (items, dimensions); a view."""
        return self._rows[: len(self._ids)]

    def upsert(self, ids: Sequence[str], rows: Matrix) -> None:
        """See `VectorIndex`; EmbeddingError when the vectors have another length."""
        check_shape(ids, rows, self._rows.shape[1])
        fresh = [at for at, name in enumerate(ids) if name not in self._at]
        self._reserve(len(self._ids) + len(fresh))
        for at, name in enumerate(ids):
            if name not in self._at:
                self._at[name] = len(self._ids)
                self._ids.append(name)
            self._rows[self._at[name]] = rows[at]

    def delete(self, ids: Sequence[str]) -> None:
        """See `VectorIndex`."""
        for name in ids:
            at = self._at.pop(name, None)
            if at is None:
                continue
            last = self._ids.pop()
            if last != name:
                self._ids[at] = last
                self._at[last] = at
                self._rows[at] = self._rows[len(self._ids)]

    def known(self, ids: Sequence[str]) -> set[str]:
        """See `VectorIndex`."""
        return {name for name in ids if name in self._at}

    def nearest(self, row: Matrix, size: int) -> list[Neighbour]:
        """See `VectorIndex`."""
        cosines = self.rows @ np.asarray(row, np.float32)
        count = min(size, len(cosines))
        if count <= 0:
            return []
        best = np.argpartition(-cosines, count - 1)[:count]
        return [Neighbour(self._ids[at], float(cosines[at])) for at in best[np.argsort(-cosines[best], kind="stable")]]

    def _reserve(self, size: int) -> None:
        if size > len(self._rows):
            grown = np.zeros((max(size, int(len(self._rows) * _GROWTH) + 16), self._rows.shape[1]), np.float32)
            grown[: len(self._ids)] = self.rows
            self._rows = grown


def joined(rows: Matrix, threshold: float, *, block: int = _BLOCK) -> Iterator[tuple[Positions, Positions, Matrix]]:
    """Yield all pairs of rows whose cosine is above a threshold, block by block: (first, second, cosine), first < second.

    Args:
        rows: of length one, (n, dimensions).
        threshold: cosine above which a pair is yielded.
        block: rows multiplied at a time; memory is `block` x 4,096 float32.
    """
    count = len(rows)
    tall, wide = min(block, count), min(_WIDE, count)
    product = np.empty((tall, wide), np.float32)
    for i in range(0, count, block):
        left = rows[i : i + block]
        for j in range(i, count, _WIDE):
            right = rows[j : j + _WIDE].T
            cosines = np.matmul(left, right, out=_part(product, len(left), right.shape[1]))
            hits = np.flatnonzero(cosines.max(axis=1) > threshold)  # most rows have none: one pass, nothing allocated
            if not len(hits):
                continue
            a, b = np.nonzero(cosines[hits] > threshold)
            a = hits[a]
            kept = a + i < b + j
            a, b = a[kept], b[kept]
            if len(a):
                yield a + i, b + j, cosines[a, b]


def _part(product: Matrix, tall: int, wide: int) -> Matrix:
    """The beginning of a buffer as a matrix of a size."""
    return product.reshape(-1)[: tall * wide].reshape(tall, wide)


def nearest_pairs(rows: Matrix, threshold: float, most: int) -> list[tuple[int, int, float]]:
    """Return for every row its `most` nearest others above a threshold, each pair once, sorted by rows.

    The output never has more than `most` pairs a row, however many rows are equal.
    """
    found: dict[int, list[tuple[float, int]]] = {}
    for a, b, cosines in joined(rows, threshold):
        for first, second, cosine in _heads(a, b, cosines, most):
            found.setdefault(first, []).append((cosine, second))
            found.setdefault(second, []).append((cosine, first))
    pairs: dict[tuple[int, int], float] = {}
    for first, others in found.items():
        others.sort(key=lambda entry: (-entry[0], entry[1]))
        for cosine, second in others[:most]:
            pairs[min(first, second), max(first, second)] = cosine
    return sorted((a, b, cosine) for (a, b), cosine in pairs.items())


def _heads(a: Positions, b: Positions, cosines: Matrix, most: int) -> Iterator[tuple[int, int, float]]:
    """Keep the `most` nearest of each row of a block on either side, so that equal rows by the thousand cost no square."""
    order = np.argsort(-cosines, kind="stable")
    kept = np.zeros(len(a), bool)
    for side in (a, b):
        ranked = order[np.argsort(side[order], kind="stable")]
        starts = np.r_[True, side[ranked][1:] != side[ranked][:-1]]
        rank = np.arange(len(ranked)) - np.maximum.accumulate(np.where(starts, np.arange(len(ranked)), 0))
        kept[ranked[rank < most]] = True
    for at in np.nonzero(kept)[0]:
        yield int(a[at]), int(b[at]), float(cosines[at])
