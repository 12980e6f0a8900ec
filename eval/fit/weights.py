"""Fitting what each signal adds to each type: logistic regression with signs constrained by the signal's family.

A signal of work may not speak for an outcome, nor one of effect for an output: a weight of the wrong sign would be an accident of
the corpus and could be explained to nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from coach.domain.review import Kind
from coach.rubric.engine import Engine
from eval.corpus import Case, types_of

Array = NDArray[np.float64]
_RIDGE = 0.6
_SMALLEST = 0.12
_RAREST = 4

#: Family of a signal (its file) -> types it may not speak for (weight at most 0), types it may not speak against (at least 0).
SIGNS: dict[Kind, dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "key_result": {
        "10-work": (("outcome",), ("output",)),
        "20-effect": (("output",), ("outcome",)),
        "30-standing": ((), ("kpi_bau",)),
        "40-wish": ((), ()),
    },
    "objective": {
        "10-work": ((), ("project",)),
        "20-effect": (("project",), ()),
        "30-standing": ((), ("bau",)),
        "40-wish": ((), ()),
    },
}
#: Weak evidence, whatever a corpus says: the objective above (dull ones have dull key results), and a missing starting value,
#: which is a fault of its own.
_HINTS = {
    "no-starting-value": 0.6,
    "parent-is-routine": 0.8,
    "parent-is-work": 0.8,
    "parent-is-metric": 0.8,
    "parent-promises-change": 0.8,
}
#: What the corpora cannot teach, as they hold sentences: structured fields, and the comparison by meaning with a circle's duties.
_GIVEN: dict[Kind, dict[str, dict[str, float]]] = {
    "key_result": {
        "figures-in-fields": {"outcome": 2.5, "output": -2.5, "vague": -2.5},
        "echoes-duty": {"kpi_bau": 0.9},
    },
    "objective": {"echoes-duty": {"bau": 1.4}},
}
#: A change is no level to hold, so these never speak for `kpi_bau`.
_CHANGES = frozenset(
    {
        "from-to", "starting-value", "falling", "relative-change", "raises", "lowers", "times-as-many", "comparison-with-figure",
        "change-marker", "people-act", "metric-direction", "problem-direction",
    }
)  # fmt: skip
#: A measure that is moved to a figure is an outcome until something stronger speaks.
_MOVES = frozenset({"raises", "lowers"})


@dataclass(frozen=True, slots=True)
class Fitted:
    """Bias and weights of one type."""

    bias: float
    weights: dict[str, float]


@dataclass(frozen=True, slots=True)
class Table:
    """Fired signals of many cases: `fired` is cases x signals, `targets` cases x types (1 where right)."""

    signals: list[str]
    fired: Array
    targets: Array
    types: tuple[str, ...]


def bare(cases: Sequence[Case]) -> list[Case]:
    """Return the cases with their parent or circle once more without: lines often come alone, and must be read alone, too."""
    return [*cases, *(replace(case, parent=None, circle=None) for case in cases if case.parent or case.circle)]


def table(engine: Engine, cases: Sequence[Case], kind: Kind, signals: Sequence[str]) -> Table:
    """Return which signals fire on which case."""
    bits = [engine.space.signal(name) for name in signals]
    numeric = {s.id: (s.value, s.cap) for s in engine.source.signals if s.value is not None}
    types = types_of(kind)
    fired = np.zeros((len(cases), len(signals)))
    targets = np.zeros((len(cases), len(types)))
    for row, case in enumerate(cases):
        line, _ = engine.line(kind, case.text, language=case.lang, parent=case.parent, circle=case.circle)
        mask, numbers = line.line.mask, line.line.numbers
        for column, (name, bit) in enumerate(zip(signals, bits, strict=True)):
            if name in numeric:
                value, cap = numeric[name]
                fired[row, column] = max(-(cap or 0), min(cap or 0, numbers.get(value or "", 0.0)))
            elif mask & bit:
                fired[row, column] = 1.0
        targets[row, types.index(case.type)] = 1.0
    return Table(list(signals), fired, targets, types)


def fit(data: Table, kind: Kind, family: dict[str, str], offset: Array | None = None) -> dict[str, Fitted]:
    """Fit bias and weights of every type.

    Args:
        data: fired signals.
        kind: kind of line, which decides the signs.
        family: signal -> its file.
        offset: log-odds that stand already (cases x types), or None.
    """
    base = np.zeros_like(data.targets) if offset is None else offset
    common = data.fired.astype(bool).sum(axis=0) >= _RAREST
    found = {}
    for column, name in enumerate(data.types):
        low, high = _bounds(data.signals, kind, family, name)
        low[~common] = high[~common] = 0.0
        theta = _logistic(data.fired, data.targets[:, column], base[:, column], low, high)
        weights = {s: round(float(w), 2) for s, w in zip(data.signals, theta[1:], strict=True) if abs(w) >= _SMALLEST}
        weights |= {signal: given[name] for signal, given in _GIVEN[kind].items() if name in given}
        found[name] = Fitted(round(float(theta[0]), 2), weights)
    return found


def _bounds(signals: list[str], kind: Kind, family: dict[str, str], type_name: str) -> tuple[Array, Array]:
    low, high = np.full(len(signals), -np.inf), np.full(len(signals), np.inf)
    for at, signal in enumerate(signals):
        against, for_it = SIGNS[kind].get(family[signal], ((), ()))
        if type_name in against:
            high[at] = 0.0
        if type_name in for_it:
            low[at] = 0.0
        if type_name == "kpi_bau" and signal in _CHANGES:
            high[at] = 0.0
        if type_name == "vague" and signal in _CHANGES:
            high[at] = 0.0
        if type_name == "outcome" and signal in _MOVES:
            low[at] = 0.8
        if signal in _HINTS:
            low[at], high[at] = -_HINTS[signal], _HINTS[signal]
    return low, high


def _logistic(fired: Array, wanted: Array, base: Array, low: Array, high: Array) -> Array:
    """Ridge logistic regression within bounds; returns the bias and the weights."""

    def loss(theta: Array) -> tuple[float, Array]:
        z = theta[0] + fired @ theta[1:] + base
        p = 1 / (1 + np.exp(-np.clip(z, -40, 40)))
        value = (
            -np.sum(wanted * np.log(p + 1e-12) + (1 - wanted) * np.log(1 - p + 1e-12)) + _RIDGE * theta[1:] @ theta[1:]
        )
        slope = p - wanted
        gradient = np.concatenate([[slope.sum()], fired.T @ slope + 2 * _RIDGE * theta[1:]])
        return float(value), gradient

    bounds = [(None, None), *zip(low, high, strict=True)]
    start = np.zeros(fired.shape[1] + 1)
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 800}).x)
