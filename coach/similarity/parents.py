"""Which objectives above a draft could contribute to, and whether a claimed parent is about the same thing at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from coach.similarity.features import features, other_audience
from coach.similarity.items import Item
from coach.similarity.pairs import PairScorer, word_pairs
from coach.similarity.relations import similarity
from coach.similarity.types import Matrix

_LEAST = 0.3
_MOST = 3
_COPY = 0.75
_ALIKE = 0.5
_TWIN = 0.3
_UNRELATED = 0.1
_CLEARLY = 0.05
_OBJECTIVE = 1.5


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


def copied(scorer: PairScorer, child: Sequence[Item], above: Sequence[Item], *, translated: bool) -> int | None:
    """Return which line above a draft copies; None: it says something of its own.

    Args:
        scorer: judges pairs.
        child: the objective, then its key results.
        above: the objective above, then its key results.
        translated: the two are in different languages; in one language words alone are compared elsewhere.
    """
    said = scorer.judge([(child[0], item) for item in above])
    for at, judgement in enumerate(said):
        likely = judgement.relation == "duplicate" and judgement.band == "likely"
        if translated and likely and judgement.similarity >= _COPY:
            return at
    return 0 if said[0].similarity >= _ALIKE and _same_figures(child[1:], above[1:]) else None


def _same_figures(child: Sequence[Item], above: Sequence[Item]) -> bool:
    """Whether at least half of the key results repeat one above, figures included."""
    twins = sum(any(_twins(mine, other) for other in above) for mine in child)
    return twins > 0 and 2 * twins >= len(child)


def _twins(a: Item, b: Item) -> bool:
    return bool(a.reading.numbers) and a.reading.numbers == b.reading.numbers and similarity(features(a, b)) >= _TWIN


def elsewhere(child: Sequence[Item], parent: Sequence[Item], others: Sequence[Sequence[Item]]) -> bool:
    """Whether a claimed parent shares no topic with a draft while another one is clearly nearer.

    Args:
        child: the objective, then its key results.
        parent: the same of the parent claimed.
        others: the same of the other objectives it could have named.
    """
    if not others or contribution(child[0], parent[0]) > _UNRELATED:
        return False
    own = _middle(child)
    return float(own @ _middle(parent)) <= max(float(own @ _middle(other)) for other in others) - _CLEARLY


def for_others(child: Sequence[Item], parent: Sequence[Item]) -> bool:
    """Whether a draft is for other people than its parent: own colleagues, say, where the parent is about clients."""
    return other_audience(_audiences(child), frozenset(parent[0].reading.audiences) or _audiences(parent))


def _audiences(lines: Sequence[Item]) -> frozenset[str]:
    return frozenset(audience for line in lines for audience in line.reading.audiences)


def _middle(lines: Sequence[Item]) -> Matrix:
    """Return the direction of an objective with its key results, (dimensions,); the objective counts half as much again."""
    total = lines[0].vector * _OBJECTIVE + np.sum([line.vector for line in lines[1:]] or [0 * lines[0].vector], axis=0)
    return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), np.float32)
