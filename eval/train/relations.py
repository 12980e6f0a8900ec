"""`python -m eval fit-relations`: the relation scorer, from our own labelled pairs and pairs made of their titles."""

from __future__ import annotations

import json
import warnings
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
from eval.train.topics import read_topics, written_pairs

_MADE_SHARE = 1.5  # pairs made of titles for each labelled one
_WRITTEN_SHARE = 6.0  # pairs of written topics for each labelled one
_MIX = (0.34, 0.22, 0.24, 0.2)  # of those, in the order of `RELATIONS`
_TIMES = 6  # how often each labelled pair is seen
_MEMBERS, _HIDDEN, _DECAY, _ROUNDS = 12, 12, 3.0, 300
_SEED = 3


def rows_of(preparer: Preparer, pairs: Sequence[LabelledPair | Pair]) -> tuple[Matrix, Positions]:
    """Return the features of labelled pairs, (pairs, features), and the index of each label."""
    left, right = preparer.items([p.a for p in pairs]), preparer.items([p.b for p in pairs])
    found = [features(a, b) for a, b in zip(left, right, strict=True)]
    return np.array(found, np.float32), np.array([RELATIONS.index(p.label) for p in pairs])


def fit(preparer: Preparer, pairs: Sequence[LabelledPair]) -> RelationModel:
    """Fit the committee.

    Each member sees the labelled pairs six times, and a draw of its own from pairs made of their titles and of written topics.
    """
    from sklearn.neural_network import MLPClassifier

    titles = [title for pair in pairs for title in ((pair.a, pair.lang_a), (pair.b, pair.lang_b))]
    own, labels = rows_of(preparer, pairs)
    made, made_labels = rows_of(preparer, list(Augmenter(preparer.lexicon, _SEED).pairs(titles)))
    written, written_labels = rows_of(preparer, list(written_pairs(read_topics(), _SEED)))
    every = np.concatenate([own, made, written])
    middle, scale = every.mean(axis=0), every.std(axis=0) + 1e-6
    rng = np.random.default_rng(_SEED)
    members = []
    for seed in range(_MEMBERS):
        drawn = rng.choice(len(made), min(len(made), int(_MADE_SHARE * len(own))), replace=False)
        mixed = _mixed(written_labels, int(_WRITTEN_SHARE * len(own)), rng)
        rows = np.concatenate([own] * _TIMES + [made[drawn], written[mixed]])
        wanted = np.concatenate([labels] * _TIMES + [made_labels[drawn], written_labels[mixed]])
        member = MLPClassifier((_HIDDEN,), alpha=_DECAY, max_iter=_ROUNDS, random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the rounds are the brake against learning a small corpus by heart
            members.append(member.fit((rows - middle) / scale, wanted))
    layers = [np.stack([m.coefs_[k] for m in members]) for k in (0, 1)]
    biases = [np.stack([m.intercepts_[k] for m in members])[:, None] for k in (0, 1)]
    parts = (middle, scale, layers[0], biases[0], layers[1], biases[1])
    return RelationModel(*(np.asarray(part, np.float32) for part in parts))


def _mixed(labels: Positions, size: int, rng: np.random.Generator) -> Positions:
    """Draw pairs so that each label has its share of them."""
    places = [np.flatnonzero(labels == label) for label in range(len(RELATIONS))]
    wanted = [min(len(of_label), int(size * share)) for of_label, share in zip(places, _MIX, strict=True)]
    return np.concatenate([rng.choice(p, n, replace=False) for p, n in zip(places, wanted, strict=True)])


def fit_relations(preparer: Preparer, path: Path = MODEL, corpus: Path = OWN_PAIRS) -> Path:
    """Fit on the corpus' fit and tune splits, never on its test split, and write the model."""
    pairs = [*own_pairs("fit", corpus), *own_pairs("tune", corpus)]
    model = fit(preparer, pairs)
    facts: dict[str, Any] = {
        "fitted_on": len(pairs),
        "embedder": f"{preparer.embedder.name}@{preparer.embedder.version}",
    }
    path.write_text(json.dumps(model.as_json(facts)) + "\n", "utf-8")
    return path
