"""The index: exact, updated in place, bounded in what it gives, and never of two organisations."""

import numpy as np
import pytest

from coach.similarity.embedder import EmbeddingError, unit_rows
from coach.similarity.index import MemoryIndex, joined, nearest_pairs


def rows(count, dimensions=32, seed=0):
    return unit_rows(np.random.default_rng(seed).normal(size=(count, dimensions)))


def test_the_nearest_are_the_nearest():
    found = rows(500)
    index = MemoryIndex("orvanne", "house@1", 32)
    index.upsert([f"P{at}" for at in range(500)], found)
    best = index.nearest(found[7], 5)
    exact = np.argsort(-(found @ found[7]))[:5]
    assert [n.id for n in best] == [f"P{at}" for at in exact]
    assert best[0].cosine == pytest.approx(1, abs=1e-5)


def test_saving_replaces_and_deleting_forgets_without_rebuilding():
    index = MemoryIndex("orvanne", "house@1", 32)
    index.upsert(["a", "b", "c"], rows(3))
    index.upsert(["b"], rows(1, seed=9))
    index.delete(["a", "unknown"])
    assert len(index) == 2
    assert set(index.ids) == {"b", "c"}
    assert index.nearest(rows(1, seed=9)[0], 1)[0].id == "b"
    index.delete(["b", "c"])
    assert index.nearest(rows(1)[0], 3) == []


def test_vectors_of_another_length_are_refused():
    index = MemoryIndex("orvanne", "house@1", 32)
    with pytest.raises(EmbeddingError, match="do not fit"):
        index.upsert(["a"], rows(1, dimensions=16))


@pytest.mark.parametrize("block", [7, 64, 1000])
def test_the_blocked_join_finds_exactly_the_pairs_above_the_threshold(block):
    found = rows(150, dimensions=8)
    cosines = found @ found.T
    wanted = {(i, j) for i in range(150) for j in range(i + 1, 150) if cosines[i, j] > 0.6}
    got = [(int(i), int(j)) for a, b, _ in joined(found, 0.6, block=block) for i, j in zip(a, b, strict=True)]
    assert set(got) == wanted
    assert len(got) == len(wanted)


def test_a_thousand_equal_rows_give_no_square_of_pairs():
    equal = np.repeat(rows(1), 1_000, axis=0)
    assert len(nearest_pairs(equal, 0.5, 10)) <= 10_000


def test_nearest_pairs_keeps_the_nearest_of_each():
    found = rows(200, dimensions=8)
    cosines = found @ found.T - 2 * np.eye(200)
    pairs = {(a, b) for a, b, _ in nearest_pairs(found, 0.3, 3)}
    for at in range(200):
        best = int(cosines[at].argmax())
        if cosines[at, best] > 0.3:
            assert (min(at, best), max(at, best)) in pairs
