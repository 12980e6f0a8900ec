"""What a pair of titles has in common and what keeps it apart, as numbers; the relation scorer weighs them."""

from __future__ import annotations

import math
from collections import Counter
from typing import NamedTuple

import numpy as np

from coach.similarity.items import Item
from coach.similarity.polarity import opposition
from coach.similarity.reading import Reading
from coach.similarity.types import Matrix

#: Audiences that one and the same work can have at once.
_SAME_SIDE = frozenset(
    {("staff", "management"), ("clients", "citizens"), ("staff", "candidates"), ("partners", "suppliers")}
)
_BLUR = 0.2
_LITTLE = 0.15


class Features(NamedTuple):
    """Numbers about a pair; every one is between -1 and 1 and symmetric.

    Attributes:
        cosine: of the whole titles.
        topic_cosine: of their topic words.
        least_shared: share of the topic of one title found in the other; the smaller of the two sides.
        most_shared: the larger of the two sides.
        same_concepts: weighted share of concepts that both name.
        grams: cosine of their groups of four characters.
        opposed: words on the same axis with opposite signs.
        half_opposed: words on related axes that pull apart.
        opposed_topic: opposed, times the topic shared.
        other_audience: both name an audience, and not the same.
        other_stage: both name a stage of work, and not the same.
        one_stage: exactly one names a stage of work.
        other_numbers: both give figures, and not the same.
        across: written in two languages.
        unknown: share of the words that the lexicon does not know, of the worse known title.
        alone: weight of the heaviest topic that has no counterpart.
        both_alone: the same, of the side where it is lighter: each has something the other lacks.
        rest_cosine: of what has no counterpart on either side.
        actions: how well what is done meets, one side's best matches and the other's; 0.5 when one says nothing of it.
        same_words: grams where the topic is the same, too.
        agreed: both point the same way on some axis.
        pointing: how many of the two point anywhere, 0, 0.5 or 1.
        only: how many leave nothing else ("only"), 0, 0.5 or 1.
        every: how many leave nothing out ("every"), 0, 0.5 or 1.
        one_none: exactly one takes away ("no", "without", "less").
        same_numbers: both give figures, and some are the same.
        one_bad: exactly one names something one wants less of.
        main: how well the weightiest topic of each is met, the worse of the two.
        sizes: topics of the shorter title for each of the longer one.
        same_stage: both name the same stage of work.
    """

    cosine: float
    topic_cosine: float
    least_shared: float
    most_shared: float
    same_concepts: float
    grams: float
    opposed: float
    half_opposed: float
    opposed_topic: float
    other_audience: float
    other_stage: float
    one_stage: float
    other_numbers: float
    across: float
    unknown: float
    alone: float
    both_alone: float
    rest_cosine: float
    actions: float
    same_words: float
    agreed: float
    pointing: float
    only: float
    every: float
    one_none: float
    same_numbers: float
    one_bad: float
    main: float
    sizes: float
    same_stage: float


def features(a: Item, b: Item) -> Features:
    """Return the features of a pair."""
    matched = matches(a, b)
    shares = (
        (_share(matched.max(axis=1), a.weights), _share(matched.max(axis=0), b.weights)) if matched.size else (0.0, 0.0)
    )
    most = max(shares)
    found = opposition(a.reading, b.reading)
    strength = 1.0 if found.strength == 2 else 0.5 if found.strength else 0.0
    lonely = (
        (_alone(matched.max(axis=1), a.weights), _alone(matched.max(axis=0), b.weights)) if matched.size else (1.0, 1.0)
    )
    grams = _cosine(a.grams, b.grams)
    return Features(
        cosine=float(a.vector @ b.vector),
        topic_cosine=float(a.topic_vector @ b.topic_vector),
        least_shared=min(shares),
        most_shared=most,
        same_concepts=_same_concepts(a, b),
        grams=grams,
        opposed=float(found.strength == 2),
        half_opposed=float(found.strength == 1),
        opposed_topic=strength * most,
        other_audience=float(other_audience(frozenset(a.reading.audiences), frozenset(b.reading.audiences))),
        other_stage=float(_apart(frozenset(a.reading.stages), frozenset(b.reading.stages))),
        one_stage=float(bool(a.reading.stages) != bool(b.reading.stages)),
        other_numbers=float(_apart(a.reading.numbers, b.reading.numbers)),
        across=float(a.reading.language != b.reading.language),
        unknown=1 - min(a.reading.coverage, b.reading.coverage),
        alone=max(lonely),
        both_alone=min(lonely),
        rest_cosine=_rest_cosine(a, b, matched),
        actions=_actions(a, b),
        same_words=grams * min(shares),
        **_more(a, b, matched),
    )


def _more(a: Item, b: Item, matched: Matrix) -> dict[str, float]:
    """The features that need no more than the two readings, and the match of the weightiest topics."""
    left, right = a.reading, b.reading
    sizes = sorted((len(left.topics), len(right.topics)))
    main = (
        min(float(matched.max(axis=1)[a.weights.argmax()]), float(matched.max(axis=0)[b.weights.argmax()]))
        if matched.size
        else 0.0
    )
    return {
        "agreed": float(bool(_signs(left) & _signs(right))),
        "pointing": (bool(left.pointings) + bool(right.pointings)) / 2,
        "only": (left.markers.only + right.markers.only) / 2,
        "every": (left.markers.every + right.markers.every) / 2,
        "one_none": float(left.markers.none != right.markers.none),
        "same_numbers": float(bool(left.numbers & right.numbers)),
        "one_bad": float(left.bad != right.bad),
        "main": main,
        "sizes": sizes[0] / max(1, sizes[1]),
        "same_stage": float(bool(left.stages.keys() & right.stages.keys())),
    }


def _signs(reading: Reading) -> set[tuple[str, int]]:
    return {(pointing.axis, pointing.sign) for pointing in reading.pointings}


def matches(a: Item, b: Item) -> Matrix:
    """Return how well each topic of one meets each topic of the other, (topics of a, topics of b), 0 to 1."""
    if not a.reading.topics or not b.reading.topics:
        return np.zeros((0, 0), np.float32)
    near = np.clip((a.parts @ b.parts.T - _BLUR) / (1 - _BLUR), 0, 1)
    keys = [topic.key for topic in b.reading.topics]
    for at, topic in enumerate(a.reading.topics):
        for other, key in enumerate(keys):
            if key == topic.key:
                near[at, other] = 1.0
    return np.asarray(near, np.float32)


def _share(best: Matrix, weights: Matrix) -> float:
    return float((best * weights).sum() / max(float(weights.sum()), 1e-9))


def _alone(best: Matrix, weights: Matrix) -> float:
    return float(((1 - best) * weights).max())


def _rest_cosine(a: Item, b: Item, matched: Matrix) -> float:
    """Cosine of what is left of each topic when the matched part is taken off; 1 when nothing is left on a side."""
    if not matched.size:
        return float(a.topic_vector @ b.topic_vector)
    left = ((1 - matched.max(axis=1)) * a.weights) @ a.parts
    right = ((1 - matched.max(axis=0)) * b.weights) @ b.parts
    lengths = float(np.linalg.norm(left)), float(np.linalg.norm(right))
    if min(lengths) < _LITTLE:
        return 1.0
    return float(left @ right) / (lengths[0] * lengths[1])


def _actions(a: Item, b: Item) -> float:
    if not len(a.actions) or not len(b.actions):
        return 0.5
    near = a.actions @ b.actions.T
    return float((near.max(axis=1).mean() + near.max(axis=0).mean()) / 2)


def _same_concepts(a: Item, b: Item) -> float:
    left = {topic.key: topic.weight for topic in a.reading.topics}
    right = {topic.key: topic.weight for topic in b.reading.topics}
    both = sum(left[key] for key in left.keys() & right.keys())
    return both / max(1e-9, min(sum(left.values()), sum(right.values())) or 1e-9) if both else 0.0


def _cosine(a: Counter[str], b: Counter[str]) -> float:
    small, large = (a, b) if len(a) < len(b) else (b, a)
    product = sum(count * large[gram] for gram, count in small.items() if gram in large)
    return product / math.sqrt(sum(c * c for c in a.values()) * sum(c * c for c in b.values())) if product else 0.0


def _apart(a: frozenset[str], b: frozenset[str]) -> bool:
    return bool(a and b and not a & b)


def other_audience(left: frozenset[str], right: frozenset[str]) -> bool:
    """Whether both name an audience, and none that the same work can have at once."""
    if not _apart(left, right):
        return False
    return not any((x, y) in _SAME_SIDE or (y, x) in _SAME_SIDE for x in left for y in right)
