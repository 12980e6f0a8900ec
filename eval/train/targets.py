"""Where every text of the training shall lie: the teacher's space, centred and turned to fewer dimensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from coach.similarity.concept_files import Concept
from coach.similarity.types import Matrix
from eval.train.sentences import Sentence

_NAME_WEIGHT = 3.0
_SHARE_OF_TEACHER = 0.5


def unit(rows: Matrix) -> Matrix:
    """Return the rows with length one."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), np.float32)


class Space:
    """The teacher's vectors of all concepts, centred and projected on their main directions.

    Args:
        concepts: the lexicon.
        taught: the teacher's vector of every English form.
        size: number of dimensions kept.
    """

    def __init__(self, concepts: Sequence[Concept], taught: Mapping[str, Matrix], size: int) -> None:
        raw = np.stack([_centre(concept, taught) for concept in concepts])
        self._mean = raw.mean(axis=0)
        _, _, turned = np.linalg.svd(raw - self._mean, full_matrices=False)
        self._axes = turned[:size].T
        self.concepts = self.place(raw)

    def place(self, rows: Matrix) -> Matrix:
        """Return teacher's vectors in this space, (n, size), unit length."""
        return unit((rows - self._mean) @ self._axes)

    def sentences(self, made: Sequence[Sentence], taught: Mapping[str, Matrix], weights: Matrix) -> Matrix:
        """Return the target of every sentence: half the teacher's, half the sum of its concepts by their weight."""
        teacher = self.place(np.stack([taught[s.english] for s in made]))
        parts = np.stack(
            [(self.concepts[list(s.concepts)] * weights[list(s.concepts), None]).sum(axis=0) for s in made]
        )
        return unit(_SHARE_OF_TEACHER * teacher + (1 - _SHARE_OF_TEACHER) * unit(parts))


def _centre(concept: Concept, taught: Mapping[str, Matrix]) -> Matrix:
    """The middle of a concept's English forms; its name, the first, counts three times."""
    rows = np.stack([taught[form] for form in concept.en])
    weights = np.array([_NAME_WEIGHT, *([1.0] * (len(concept.en) - 1))], np.float32)[:, None]
    return unit((rows * weights).sum(axis=0))
