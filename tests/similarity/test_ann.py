"""The approximate index finds what is near, and is updated in place."""

import numpy as np
import pytest

from coach.similarity.ann import MANY, IvfIndex, index_for
from coach.similarity.embedder import EmbeddingError, unit_rows
from coach.similarity.index import MemoryIndex

pytest.importorskip("faiss")


def rows(count, seed=0):
    return unit_rows(np.random.default_rng(seed).normal(size=(count, 24)))


def test_near_copies_are_found_and_updates_hold():
    found = rows(4_000)
    index = IvfIndex("orvanne", "house@1", 24)
    index.upsert([f"P{at}" for at in range(4_000)], found)
    asked = unit_rows(found[:50] + 0.02 * rows(50, seed=1))
    assert sum(index.nearest(row, 3)[0].id == f"P{at}" for at, row in enumerate(asked)) >= 47
    index.delete(["P0", "nobody"])
    assert len(index) == 3_999
    assert "P0" not in [n.id for n in index.nearest(found[0], 5)]
    index.upsert(["P1"], found[:1])
    assert index.nearest(found[0], 1)[0].id == "P1"
    assert len(index) == 3_999


def test_an_empty_index_and_rows_that_do_not_fit():
    index = IvfIndex("orvanne", "house@1", 24)
    assert index.nearest(rows(1)[0], 3) == []
    with pytest.raises(EmbeddingError, match="do not fit"):
        index.upsert(["a", "b"], rows(1))


def test_the_exact_index_serves_up_to_a_size():
    assert isinstance(index_for(10, "o", "house@1", 24), MemoryIndex)
    assert isinstance(index_for(MANY + 1, "o", "house@1", 24), IvfIndex)
