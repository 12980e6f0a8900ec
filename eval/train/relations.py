"""`python -m eval fit-relations`: the relation scorer, from our own labelled pairs and pairs made of their titles."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from coach.similarity.features import features
from coach.similarity.items import Preparer
from coach.similarity.relations import MODEL, RELATIONS, RelationModel
from coach.similarity.types import Matrix, Positions
from eval.pairs import OWN_PAIRS, LabelledPair, own_pairs
from eval.train.augment import Augmenter, Pair

_MADE_WEIGHT = 1.0
_STRENGTH = 0.3
_SEED = 3


def rows_of(preparer: Preparer, pairs: Sequence[LabelledPair | Pair]) -> tuple[Matrix, Positions]:
    """Return the features of labelled pairs, (pairs, features), and the index of each label."""
    left, right = preparer.items([p.a for p in pairs]), preparer.items([p.b for p in pairs])
    found = [features(a, b) for a, b in zip(left, right, strict=True)]
    return np.array(found, np.float32), np.array([RELATIONS.index(p.label) for p in pairs])


def fit(preparer: Preparer, pairs: Sequence[LabelledPair]) -> RelationModel:
    """Fit the model; pairs made of the same titles weigh as much, together, as the labelled ones."""
    from sklearn.linear_model import LogisticRegression

    titles = [title for pair in pairs for title in ((pair.a, pair.lang_a), (pair.b, pair.lang_b))]
    own, labels = rows_of(preparer, pairs)
    made, made_labels = rows_of(preparer, list(Augmenter(preparer.lexicon, _SEED).pairs(titles)))
    rows, wanted = np.concatenate([own, made]), np.concatenate([labels, made_labels])
    weights = np.concatenate([np.ones(len(own)), np.full(len(made), _MADE_WEIGHT * len(own) / len(made))])
    middle, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    fitted = LogisticRegression(C=_STRENGTH, max_iter=5000).fit((rows - middle) / scale, wanted, sample_weight=weights)
    parts = (fitted.coef_, fitted.intercept_, middle, scale, np.zeros(len(RELATIONS)))
    return RelationModel(*(np.asarray(part, np.float32) for part in parts))


def fit_relations(preparer: Preparer, path: Path = MODEL, corpus: Path = OWN_PAIRS) -> Path:
    """Fit on the corpus' fit and tune splits, never on its test split, and write the model."""
    pairs = [*own_pairs("fit", corpus), *own_pairs("tune", corpus)]
    model = fit(preparer, pairs)
    facts: dict[str, Any] = {
        "fitted_on": len(pairs),
        "embedder": f"{preparer.embedder.name}@{preparer.embedder.version}",
    }
    path.write_text(json.dumps(model.as_json(facts), indent=1) + "\n", "utf-8")
    return path
