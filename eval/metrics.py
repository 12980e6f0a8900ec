"""Precision, recall, F1, kappa, calibration, and bootstrap intervals around them.

Everything is computed from a table of counts (expected x said). Resampling cases with replacement is the same as drawing the
table from a multinomial distribution, which makes a thousand rounds cheap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.float64]  # expected x said, or rounds x expected x said
_ROUNDS = 1000
_SEED = 20260101


class Figure(NamedTuple):
    """A figure with its 95 % bootstrap interval and the number of cases behind it."""

    value: float
    low: float
    high: float
    n: int


class Pair(NamedTuple):
    """What was expected (with what counts as right, too) and what was said."""

    expected: str
    said: str
    also_ok: tuple[str, ...] = ()

    @property
    def credited(self) -> str:
        """The label the case counts under: what was said, where that is right."""
        return self.said if self.said in self.also_ok else self.expected

    @property
    def right(self) -> bool:
        """Whether what was said counts as right."""
        return self.credited == self.said


def table(pairs: Sequence[Pair], labels: Sequence[str]) -> Counts:
    """Return the counts of expected x said."""
    at = {label: index for index, label in enumerate(labels)}
    counts = np.zeros((len(labels), len(labels)))
    for pair in pairs:
        counts[at[pair.credited], at[pair.said]] += 1
    return counts


def accuracy_of(counts: Counts) -> NDArray[np.float64]:
    """Share of cases on the diagonal."""
    total = counts.sum(axis=(-2, -1))
    return np.asarray(np.trace(counts, axis1=-2, axis2=-1) / np.maximum(total, 1))


def f1_of(counts: Counts) -> NDArray[np.float64]:
    """F1 of every label; 0 where it is neither expected nor said."""
    hits = np.diagonal(counts, axis1=-2, axis2=-1)
    said, wanted = counts.sum(axis=-2), counts.sum(axis=-1)
    return np.asarray(2 * hits / np.maximum(said + wanted, 1))


def macro_f1_of(counts: Counts) -> NDArray[np.float64]:
    """Mean F1 over the labels that are expected at all."""
    wanted = counts.sum(axis=-1) > 0
    f1 = np.where(wanted, f1_of(counts), 0.0)
    return np.asarray(f1.sum(axis=-1) / np.maximum(wanted.sum(axis=-1), 1))


def kappa_of(counts: Counts) -> NDArray[np.float64]:
    """Cohen's kappa."""
    total = np.maximum(counts.sum(axis=(-2, -1)), 1)
    observed = np.trace(counts, axis1=-2, axis2=-1) / total
    chance = (counts.sum(axis=-1) * counts.sum(axis=-2)).sum(axis=-1) / total**2
    return np.asarray(np.where(chance >= 1, 1.0, (observed - chance) / np.maximum(1 - chance, 1e-12)))


def precision_recall(counts: Counts, index: int) -> tuple[float, float, float]:
    """Precision, recall and F1 of one label; 0 where undefined."""
    hits, said, wanted = counts[index, index], counts[:, index].sum(), counts[index].sum()
    precision = float(hits / said) if said else 0.0
    recall = float(hits / wanted) if wanted else 0.0
    return precision, recall, float(f1_of(counts)[index])


def interval(counts: Counts, measure: Callable[[Counts], NDArray[np.float64]]) -> Figure:
    """Return a measure of a table with its 95 % bootstrap interval (1,000 rounds, fixed seed)."""
    n = int(counts.sum())
    value = float(measure(counts))
    if n == 0:
        return Figure(value, 0.0, 0.0, 0)
    dice = np.random.default_rng(_SEED)
    rounds = dice.multinomial(n, counts.ravel() / n, size=_ROUNDS).reshape(_ROUNDS, *counts.shape).astype(float)
    low, high = np.quantile(measure(rounds), [0.025, 0.975])
    return Figure(value, float(low), float(high), n)


def binary(rows: Sequence[tuple[bool, bool]]) -> tuple[Figure, Figure, Figure]:
    """Precision, recall and F1 of (expected, said) pairs, with intervals; `n` is the number of expected ones."""
    counts = np.zeros((2, 2))
    for expected, said in rows:
        counts[int(expected), int(said)] += 1
    wanted = int(counts[1].sum())

    def precision(c: Counts) -> NDArray[np.float64]:
        return np.asarray(c[..., 1, 1] / np.maximum(c[..., :, 1].sum(axis=-1), 1))

    def recall(c: Counts) -> NDArray[np.float64]:
        return np.asarray(c[..., 1, 1] / np.maximum(c[..., 1, :].sum(axis=-1), 1))

    def f1(c: Counts) -> NDArray[np.float64]:
        return f1_of(c)[..., 1]

    return tuple(interval(counts, measure)._replace(n=wanted) for measure in (precision, recall, f1))  # type: ignore[return-value]


def calibration_error(rows: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """Expected calibration error of (confidence, right) rows, in equally filled bins."""
    return sum(abs(sure - right) * n for sure, right, n in reliability(rows, bins)) / max(len(rows), 1)


def reliability(rows: Sequence[tuple[float, bool]], bins: int = 10) -> list[tuple[float, float, int]]:
    """Mean confidence, share right and number of cases of each bin."""
    ordered = sorted(rows)
    found = []
    for index in range(bins):
        part = ordered[index * len(ordered) // bins : (index + 1) * len(ordered) // bins]
        if part:
            found.append((sum(c for c, _ in part) / len(part), sum(r for _, r in part) / len(part), len(part)))
    return found
