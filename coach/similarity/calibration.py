"""How much a score is worth in one organisation: its own unrelated pairs first, its champions' verdicts later.

1. *Null distribution.* Nearly all pairs of titles from different circles are unrelated; so the scores of many such pairs say what
   chance alone reaches here, with this embedder.
2. *Verdicts.* From about 50 of them on, with enough of both sorts, Platt scaling turns probabilities into ones that hold here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from coach.similarity.types import Matrix, Positions

#: Verdicts asked for before they are trusted, and of the rarer sort among them.
ENOUGH, ENOUGH_OF_EACH = 50, 15
_QUANTILE = 0.99
_FEWEST = 200
_SAMPLE = 20_000
_ROUNDS = 50
_STEEPEST, _LONGEST_STEP = 30.0, 1.0
_RIDGE = 1e-3
_COPY = 0.95  # what is nearer is the same text, and no chance


@dataclass(frozen=True, slots=True)
class Null:
    """Scores that chance reaches, sorted.

    Attributes:
        scores: cosines of pairs from different circles.
    """

    scores: Matrix

    @property
    def floor(self) -> float:
        """The score below which nothing is even possible: the 99th percentile; -1 while there are too few pairs to say."""
        return float(np.quantile(self.scores, _QUANTILE)) if len(self.scores) >= _FEWEST else -1.0

    def share_above(self, score: float) -> float:
        """Return the share of chance pairs with at least this score."""
        if not len(self.scores):
            return 1.0
        return 1 - float(np.searchsorted(self.scores, score, side="left")) / len(self.scores)


def null_of(rows: Matrix, groups: Positions, *, seed: int = 0) -> Null:
    """Return the null distribution of items: cosines of at most 20,000 random pairs from different groups, copies left out.

    Args:
        rows: of length one, (n, dimensions).
        groups: the circle of each row, as a number.
        seed: of the choice.
    """
    count = len(rows)
    if count < 2:
        return Null(np.zeros(0, np.float32))
    if count * (count - 1) // 2 <= _SAMPLE:
        a, b = np.triu_indices(count, 1)
    else:
        chosen = np.random.default_rng(seed)
        a, b = chosen.integers(0, count, _SAMPLE), chosen.integers(0, count, _SAMPLE)
    kept = (a != b) & (groups[a] != groups[b])
    cosines = np.einsum("ij,ij->i", rows[a[kept]], rows[b[kept]])
    return Null(np.sort(cosines[cosines < _COPY]).astype(np.float32))


@dataclass(frozen=True, slots=True)
class Platt:
    """Turns the log-odds of a score into the log-odds that hold here: slope x + offset."""

    slope: float = 1.0
    offset: float = 0.0

    def __call__(self, probability: float) -> float:
        """Return the probability that holds here."""
        return 1 / (1 + math.exp(-(self.slope * _odds(probability) + self.offset)))


def platt(verdicts: Sequence[tuple[float, bool]]) -> Platt | None:
    """Fit Platt scaling on verdicts.

    Args:
        verdicts: the probability that was said, and whether it was true.

    Returns:
        The scaling; None while there are fewer than 50 verdicts or 15 of either sort.
    """
    true = sum(said for _, said in verdicts)
    if len(verdicts) < ENOUGH or min(true, len(verdicts) - true) < ENOUGH_OF_EACH:
        return None
    x = np.array([[_odds(probability), 1.0] for probability, _ in verdicts])
    y = np.array([float(said) for _, said in verdicts])
    weights = np.array([1.0, 0.0])
    for _ in range(_ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -_STEEPEST, _STEEPEST)))
        gradient = x.T @ (p - y) + _RIDGE * (weights - [1.0, 0.0])
        curve = (x * (p * (1 - p))[:, None]).T @ x + _RIDGE * np.eye(2)
        step = np.linalg.solve(curve, gradient)
        step *= min(
            1.0, _LONGEST_STEP / max(float(np.abs(step).max()), 1e-12)
        )  # far from the answer a full step overshoots
        weights = weights - step
        if float(np.abs(step).max()) < 1e-8:
            break
    return Platt(float(max(weights[0], 0.0)), float(weights[1]))


def within_budget(probabilities: Iterable[float], budget: float) -> int:
    """Return how many of the surest may be shown so that at most `budget` false ones are expected among them.

    Args:
        probabilities: the surest first.
        budget: expected number of false alarms.
    """
    spent = 0.0
    shown = 0
    for probability in probabilities:
        spent += 1 - probability
        if spent > budget + 1e-9:
            break
        shown += 1
    return shown


def to_ask(probabilities: Sequence[float], size: int) -> list[int]:
    """Return which pairs a champion should look at next: those nearest to even odds."""
    return sorted(range(len(probabilities)), key=lambda at: (abs(probabilities[at] - 0.5), at))[:size]


def _odds(probability: float) -> float:
    p = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(p / (1 - p))
