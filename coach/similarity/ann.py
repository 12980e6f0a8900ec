"""The approximate index for more than about 150,000 items: faiss IVF with 8-bit rows (extra `[ann]`)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from coach.errors import MissingPartError
from coach.similarity.index import MemoryIndex, Neighbour, VectorIndex, check_shape
from coach.similarity.types import Matrix

#: Items from which an approximate index pays.
MANY = 150_000
_PROBES = 16
_PER_LIST = 39  # rows a list needs to be trained, as faiss asks


class IvfIndex:
    """An inverted file over rows of 8 bits a number: trained on the first rows, updated in place.

    Args:
        organisation: whose items they are.
        embedder: name and version that made the vectors.
        dimensions: length of a vector.
        probes: lists that are searched; more find more and take longer.

    Raises:
        MissingPartError: faiss is not installed.
    """

    def __init__(self, organisation: str, embedder: str, dimensions: int, *, probes: int = _PROBES) -> None:
        try:
            import faiss
        except ImportError:
            raise MissingPartError(
                f"More than {MANY:,} items need faiss.", hint="pip install 'okr-coach[ann]'"
            ) from None
        self.organisation = organisation
        self.embedder = embedder
        self._faiss: Any = faiss
        self._dimensions = dimensions
        self._probes = probes
        self._index: Any = None
        self._names: dict[int, str] = {}
        self._numbers: dict[str, int] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._names)

    def upsert(self, ids: Sequence[str], rows: Matrix) -> None:
        """See `VectorIndex`; the first call trains the lists on its rows."""
        check_shape(ids, rows, self._dimensions)
        if not len(ids):
            return
        if self._index is None:
            self._index = self._trained(rows)
        last = {name: at for at, name in enumerate(ids)}
        self.delete([name for name in last if name in self._numbers])
        numbers = np.arange(self._next, self._next + len(last), dtype=np.int64)
        self._next += len(last)
        for name, number in zip(last, numbers.tolist(), strict=True):
            self._names[number], self._numbers[name] = name, number
        self._index.add_with_ids(np.ascontiguousarray(rows[list(last.values())], np.float32), numbers)

    def delete(self, ids: Sequence[str]) -> None:
        """See `VectorIndex`."""
        gone = [self._numbers.pop(name) for name in ids if name in self._numbers]
        for number in gone:
            del self._names[number]
        if gone:
            self._index.remove_ids(np.array(gone, np.int64))

    def known(self, ids: Sequence[str]) -> set[str]:
        """See `VectorIndex`."""
        return {name for name in ids if name in self._numbers}

    def nearest(self, row: Matrix, size: int) -> list[Neighbour]:
        """See `VectorIndex`; approximate."""
        if not self._names or size <= 0:
            return []
        cosines, numbers = self._index.search(np.asarray(row, np.float32)[None], min(size, len(self._names)))
        found = zip(numbers[0].tolist(), cosines[0].tolist(), strict=True)
        return [Neighbour(self._names[number], cosine) for number, cosine in found if number >= 0]

    def _trained(self, rows: Matrix) -> Any:
        faiss = self._faiss
        lists = max(1, min(int(4 * math.sqrt(len(rows))), len(rows) // _PER_LIST))
        quantiser = faiss.IndexFlatIP(self._dimensions)
        kind = faiss.ScalarQuantizer.QT_8bit
        index = faiss.IndexIVFScalarQuantizer(quantiser, self._dimensions, lists, kind, faiss.METRIC_INNER_PRODUCT)
        index.train(np.ascontiguousarray(rows, np.float32))
        index.set_direct_map_type(faiss.DirectMap.Hashtable)
        index.nprobe = min(self._probes, lists)
        return index


def index_for(count: int, organisation: str, embedder: str, dimensions: int) -> VectorIndex:
    """Return the index that suits a number of items: exact up to about 150,000, approximate above."""
    if count > MANY:
        return IvfIndex(organisation, embedder, dimensions)
    return MemoryIndex(organisation, embedder, dimensions)
