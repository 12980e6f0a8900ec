"""Fitting the text model on what the named signals leave unexplained.

The signals' own log-odds stand as an offset. They come from a fit without the scenario at hand, so that the model does not learn to
repair an overfitted sum.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from coach.domain.review import Kind
from coach.rubric.engine import Engine
from coach.rubric.text_model import class_features, class_sequence, pair_feature, word_features
from eval.corpus import Case
from eval.fit.weights import Fitted, Table, fit

Array = NDArray[np.float64]
STRENGTH = 0.35  # inverse ridge; chosen on the tune split
RAREST = 3
MOST = 14_000  # features kept, the heaviest first
SCALE = 0.01
_FOLDS = 8


def features_of(engine: Engine, case: Case) -> list[str]:
    """Return the features of a case, exactly as the engine reads them."""
    line = engine.line(case.kind, case.text, language=case.lang, parent=case.parent, circle=case.circle)[0].line
    tokens = line.words.tokens
    found = [feature for token in tokens for feature in word_features(case.lang, token)]
    found += [pair_feature(case.lang, a, b) for a, b in pairwise(tokens)]
    found += class_features(class_sequence(line, engine.space.everywhere), list(engine.space.lexemes))
    return found


def held_out_logits(data: Table, cases: Sequence[Case], kind: Kind, family: dict[str, str]) -> Array:
    """Return the signals' log-odds of every case, fitted without its scenario."""
    folds = np.array([sum(map(ord, case.scenario)) % _FOLDS for case in cases])
    found = np.zeros_like(data.targets)
    for fold in range(_FOLDS):
        inside, outside = folds != fold, folds == fold
        fitted = fit(Table(data.signals, data.fired[inside], data.targets[inside], data.types), kind, family)
        found[outside] = logits(fitted, Table(data.signals, data.fired[outside], data.targets[outside], data.types))
    return found


def logits(fitted: dict[str, Fitted], data: Table) -> Array:
    """Return the log-odds of every case (cases x types)."""
    columns = [
        f.bias + data.fired @ np.array([f.weights.get(signal, 0.0) for signal in data.signals])
        for f in (fitted[name] for name in data.types)
    ]
    return np.stack(columns, axis=1)


def fit_text(lists: Sequence[list[str]], targets: Array, offset: Array, types: Sequence[str]) -> dict[str, Any]:
    """Fit the model of one kind of line.

    Args:
        lists: features of every case.
        targets: cases x types, 1 where right.
        offset: the signals' log-odds.
        types: names of the types.
    """
    document_count = Counter(feature for found in lists for feature in set(found))
    vocabulary = {f: at for at, f in enumerate(sorted(f for f, n in document_count.items() if n >= RAREST))}
    matrix = _matrix(lists, vocabulary)
    thetas = [_logistic(matrix, targets[:, at], offset[:, at]) for at in range(len(types))]
    weights = np.stack([theta[1:] for theta in thetas], axis=1)
    heaviest = np.argsort(-np.abs(weights).max(axis=1))[:MOST]
    names = sorted(vocabulary, key=lambda name: vocabulary[name])
    rows = {names[at]: [round(float(value) / SCALE) for value in weights[at]] for at in sorted(heaviest)}
    return {
        "types": list(types),
        "scale": SCALE,
        "bias": [round(float(theta[0]), 3) for theta in thetas],
        "weights": {name: row for name, row in rows.items() if any(row)},
    }


def write_models(path: Path, kinds: dict[str, dict[str, Any]], corpus: str, classes: list[str]) -> None:
    """Write the models, one feature a line so that a change can be read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    parts = []
    for kind, model in kinds.items():
        rows = ",\n".join(
            f"{json.dumps(name, ensure_ascii=False)}:{json.dumps(row)}" for name, row in model["weights"].items()
        )
        head = json.dumps({key: model[key] for key in ("types", "scale", "bias")}, ensure_ascii=False)[1:-1]
        parts.append(f'{json.dumps(kind)}:{{{head},"weights":{{\n{rows}\n}}}}')
    known = json.dumps(classes)
    path.write_text(
        f'{{"schema":1,"corpus":{json.dumps(corpus)},"classes":{known},"kinds":{{{",".join(parts)}}}}}\n',
        encoding="utf-8",
    )


def _matrix(lists: Sequence[list[str]], vocabulary: dict[str, int]) -> csr_matrix:
    rows, columns, values = [], [], []
    for at, found in enumerate(lists):
        for feature, count in Counter(found).items():
            if feature in vocabulary:
                rows.append(at)
                columns.append(vocabulary[feature])
                values.append(float(count))
    return csr_matrix((values, (rows, columns)), shape=(len(lists), len(vocabulary)))


def _logistic(matrix: csr_matrix, wanted: Array, offset: Array) -> Array:
    def loss(theta: Array) -> tuple[float, Array]:
        z = theta[0] + matrix @ theta[1:] + offset
        p = 1 / (1 + np.exp(-np.clip(z, -40, 40)))
        ridge = theta[1:] @ theta[1:] / (2 * STRENGTH)
        value = -np.sum(wanted * np.log(p + 1e-12) + (1 - wanted) * np.log(1 - p + 1e-12)) + ridge
        slope = p - wanted
        return float(value), np.concatenate([[slope.sum()], matrix.T @ slope + theta[1:] / STRENGTH])

    start = np.zeros(matrix.shape[1] + 1)
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x)
