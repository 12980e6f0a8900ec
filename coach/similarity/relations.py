"""From the features of a pair to a relation: a small fitted model, four labels, and the words that made it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from coach.errors import RubricError
from coach.resources import RUBRICS
from coach.similarity.features import Features
from coach.similarity.types import Matrix

RelationName = Literal["duplicate", "related", "contradiction", "unrelated"]
RELATIONS: tuple[RelationName, ...] = ("duplicate", "related", "contradiction", "unrelated")
MODEL = RUBRICS / "models" / "relations.json"


@dataclass(frozen=True, slots=True)
class RelationModel:
    """A committee of small networks over `Features`, fitted by `python -m eval fit-relations` on our own labelled pairs.

    Each member has one hidden layer (ReLU); the probability is the mean of all members'.

    Attributes:
        middle: what is taken off each feature, (features,).
        scale: what each is divided by, (features,).
        inner: (members, features, hidden).
        inner_bias: (members, 1, hidden).
        outer: (members, hidden, 4).
        outer_bias: (members, 1, 4).
    """

    middle: Matrix
    scale: Matrix
    inner: Matrix
    inner_bias: Matrix
    outer: Matrix
    outer_bias: Matrix

    @classmethod
    def read(cls, path: Path = MODEL) -> RelationModel:
        """Read the model.

        Raises:
            RubricError: the file is missing, damaged, or was fitted for other features.
        """
        try:
            data = json.loads(path.read_bytes())
            if tuple(data["features"]) != Features._fields or tuple(data["relations"]) != RELATIONS:
                raise ValueError("it was fitted for other features")
            return cls(**{name: np.array(data[name], np.float32) for name in _PARTS})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RubricError(f"the relation model cannot be read: {error}", file=path.name) from None

    def as_json(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Return what `read` reads, with what else is worth knowing about the fit."""
        parts = {name: getattr(self, name).round(4).tolist() for name in _PARTS}
        return {**facts, "relations": RELATIONS, "features": Features._fields, **parts}

    def probabilities(self, found: Sequence[Features]) -> Matrix:
        """Return the probability of each relation for every pair, (pairs, 4)."""
        if not found:
            return np.zeros((0, len(RELATIONS)), np.float32)
        rows = (np.array(found, np.float32) - self.middle) / self.scale
        hidden = np.maximum(rows @ self.inner + self.inner_bias, 0)
        odds = hidden @ self.outer + self.outer_bias
        raised = np.exp(odds - odds.max(axis=2, keepdims=True))
        return np.asarray((raised / raised.sum(axis=2, keepdims=True)).mean(axis=0), np.float32)


_PARTS = ("middle", "scale", "inner", "inner_bias", "outer", "outer_bias")


def similarity(found: Features) -> float:
    """Return how alike two titles are, 0 to 1: both cosines and the shared topic, without regard to polarity."""
    mixed = 0.35 * found.cosine + 0.35 * found.topic_cosine + 0.3 * (found.least_shared + found.most_shared) / 2
    return round(min(1.0, max(0.0, mixed)), 3)
