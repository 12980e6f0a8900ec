"""Which objectives above a draft could contribute to, and whether a claimed parent is about the same thing at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from coach.similarity.features import features
from coach.similarity.items import Item
from coach.similarity.pairs import PairScorer, word_pairs
from coach.similarity.relations import similarity

_LEAST = 0.3
_MOST = 3
_COPY = 0.75


class Parent(NamedTuple):
    """A candidate above: its place in the list, how near it is, and the words that meet."""

    at: int
    similarity: float
    why: tuple[str, ...]


def ranked(child: Item, candidates: Sequence[Item], *, least: float = _LEAST, most: int = _MOST) -> list[Parent]:
    """Return the candidates a draft could contribute to, the nearest first.

    A contribution is no copy: what counts is the shared topic, and a part of a larger aim is enough.
    """
    if not candidates:
        return []
    cosines = np.stack([c.vector for c in candidates]) @ child.vector
    found = []
    for at in np.argsort(-cosines)[: most * 4]:
        near = contribution(child, candidates[int(at)])
        if near >= least:
            why = tuple(f"{pair.a} ≈ {pair.b}" for pair in word_pairs(child, candidates[int(at)]))
            found.append(Parent(int(at), near, why))
    return sorted(found, key=lambda parent: (-parent.similarity, parent.at))[:most]


def contribution(child: Item, above: Item) -> float:
    """Return how much a line serves one above it, 0 to 1."""
    found = features(child, above)
    return round(
        min(1.0, 0.5 * similarity(found) + 0.3 * max(found.most_shared, 0) + 0.2 * max(found.topic_cosine, 0)), 3
    )


def copied(scorer: PairScorer, child: Item, above: Sequence[Item]) -> int | None:
    """Return which line above a draft copies, in whatever language; None: it says something of its own."""
    if not above:
        return None
    for at, said in enumerate(scorer.judge([(child, item) for item in above])):
        if said.relation == "duplicate" and said.band == "likely" and said.similarity >= _COPY:
            return at
    return None
