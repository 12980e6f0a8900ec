"""How much a line echoes what its circle does anyway: accountabilities, purpose, metrics, by meaning and across languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from coach.similarity.features import features
from coach.similarity.items import Item
from coach.similarity.pairs import PairScorer, word_pairs
from coach.similarity.relations import similarity

_QUIET = 0.45
_LOUD = 0.85
_COMPARED = 3


class Echo(NamedTuple):
    """The duty a line echoes: its place in the list, how loud, 0 to 1, and the words that meet."""

    at: int
    loudness: float
    words: tuple[str, ...]


def echo(line: Item, duties: Sequence[Item], *, still: bool = False) -> Echo | None:
    """Return the loudest echo of a line among the duties of its circle; None where it echoes none.

    A line that changes something about a duty points somewhere; that halves the echo.

    Args:
        line: a line.
        duties: what the circle does or watches anyway.
        still: a line that points somewhere echoes none of them: moving a metric is no running of it.
    """
    best: Echo | None = None
    if not duties or (still and line.reading.pointings):
        return None
    cosines = np.stack([duty.vector for duty in duties]) @ line.vector
    for at in map(int, np.argsort(-cosines, kind="stable")[:_COMPARED]):
        duty = duties[at]
        found = features(line, duty)
        near = 0.5 * similarity(found) + 0.5 * found.least_shared
        loudness = (near - _QUIET) / (_LOUD - _QUIET)
        if line.reading.pointings and not duty.reading.pointings:
            loudness /= 2
        if loudness > 0 and (best is None or loudness > best.loudness):
            words = tuple(dict.fromkeys(pair.a for pair in word_pairs(line, duty)))
            best = Echo(at, round(min(1.0, loudness), 3), words)
    return best


def prepared(scorer: PairScorer, texts: Sequence[str]) -> list[Item]:
    """Return duties ready to be compared."""
    return scorer.preparer.items(texts)
