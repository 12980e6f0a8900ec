"""The pair scorer: what two titles are to each other, how sure that is, and the words that made it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from coach.domain.language import Language
from coach.similarity.embedder import WordPair
from coach.similarity.features import Features, features, matches
from coach.similarity.items import Item, Preparer
from coach.similarity.polarity import Opposition, opposition
from coach.similarity.relations import RELATIONS, RelationModel, RelationName, similarity
from coach.similarity.text import as_written, key
from coach.similarity.types import Matrix

Band = Literal["likely", "possible", "uncertain"]

#: Below this share of known words the lexicon cannot vouch for a verdict.
COVERAGE = 0.6
_LIKELY = 0.7
_POSSIBLE = 0.45
_SAME_GRAMS, _NEAR_GRAMS = 0.72, 0.45
_SHOWN = 4
_MEETS = 0.3
#: Share of the description, and the cosine at which two descriptions say the same.
_DETAIL, _SAME_DETAIL = 0.4, 0.6


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a pair is.

    Attributes:
        relation: the likeliest of the four.
        similarity: how alike, 0 to 1, without regard to polarity.
        probability: of that relation, 0 to 1.
        band: how sure; `uncertain` when too much of the vocabulary is unknown.
        shares: probability of each of the four.
        why: word pairs that brought them together, the strongest first.
        opposed: the two words that pull apart; empty when none do.
        decided: whether a champion said so.
    """

    relation: RelationName
    similarity: float
    probability: float
    band: Band
    shares: dict[RelationName, float]
    why: tuple[WordPair, ...] = ()
    opposed: tuple[str, str] | tuple[()] = ()
    decided: bool = False

    def decided_as(self, relation: RelationName) -> Judgement:
        """Return the judgement as a champion decided it; that is certain."""
        apart = self.opposed if relation == "contradiction" else ()
        return replace(self, relation=relation, probability=1.0, band="likely", opposed=apart, decided=True)

    def rebanded(self) -> Judgement:
        """Return the judgement with the band that suits its probability; unknown vocabulary stays uncertain."""
        return replace(self, band=self.band if self.band == "uncertain" else _band(self.probability, doubtful=False))

    def described(self, cosine: float) -> Judgement:
        """Return the judgement with the cosine of the two descriptions weighed in; only a duplicate is doubted for it."""
        near = min(1.0, max(0.0, cosine))
        doubt = 1 - _DETAIL * (1 - min(1.0, near / _SAME_DETAIL)) if self.relation == "duplicate" else 1.0
        probability = round(self.probability * doubt, 3)
        alike = round((1 - _DETAIL) * self.similarity + _DETAIL * near, 3)
        return replace(self, similarity=alike, probability=probability).rebanded()

    def reasons(self) -> tuple[str, ...]:
        """Return the words as they are shown: "augmenter ↔ réduire" pulls apart, "courriels ≈ Mails" brings together.

        A word that stands in both is shown once.
        """
        apart = (f"{self.opposed[0]} ↔ {self.opposed[1]}",) if self.opposed else ()
        together = (pair.a if key(pair.a) == key(pair.b) else f"{pair.a} ≈ {pair.b}" for pair in self.why)
        return (*apart, *together)


class PairScorer:
    """Judges pairs of titles.

    Args:
        preparer: embedder and lexicon.
        model: weighs the features.
    """

    def __init__(self, preparer: Preparer, model: RelationModel) -> None:
        self.preparer = preparer
        self.model = model

    def relate(self, a: str, b: str, languages: tuple[Language | None, Language | None] = (None, None)) -> Judgement:
        """Judge two titles."""
        first, second = self.preparer.items([a, b], languages)
        return self.judge([(first, second)])[0]

    def judge(self, pairs: Sequence[tuple[Item, Item]]) -> list[Judgement]:
        """Judge prepared pairs, in order."""
        found = [features(a, b) for a, b in pairs]
        shares = self.model.probabilities(found)
        return [
            self._judgement(a, b, own, [float(p) for p in row])
            for (a, b), own, row in zip(pairs, found, shares, strict=True)
        ]

    def _judgement(self, a: Item, b: Item, found: Features, shares: list[float]) -> Judgement:
        alike = similarity(found)
        doubtful = min(a.reading.coverage, b.reading.coverage) < COVERAGE
        if _same_words(a, b):
            shares, alike = [1.0, 0.0, 0.0, 0.0], 1.0
        elif doubtful:
            blind = min(a.reading.coverage, b.reading.coverage) == 0
            shares, alike = _by_letters(shares, found, blind=blind), round(max(alike * (not blind), found.grams), 3)
        best = int(np.argmax(shares))
        relation = RELATIONS[best]
        apart = opposition(a.reading, b.reading) if relation == "contradiction" else None
        return Judgement(
            relation=relation,
            similarity=alike,
            probability=round(shares[best], 3),
            band=_band(shares[best], doubtful=doubtful and alike < 1),
            shares={name: round(share, 3) for name, share in zip(RELATIONS, shares, strict=True)},
            why=() if relation == "unrelated" else word_pairs(a, b),
            opposed=_apart(apart, a, b) if apart and apart.strength else (),
        )


def _apart(apart: Opposition, a: Item, b: Item) -> tuple[str, str]:
    return as_written(apart.a, a.reading.text), as_written(apart.b, b.reading.text)


def word_pairs(a: Item, b: Item) -> tuple[WordPair, ...]:
    """Return the topics of two titles that meet, and what each adds."""
    near = matches(a, b)
    if not near.size:
        return ()
    total = float(a.weights.sum() + b.weights.sum())
    pairs = [
        WordPair(
            as_written(a.reading.topics[i].surface, a.reading.text),
            as_written(b.reading.topics[j].surface, b.reading.text),
            round(float(near[i, j] * (a.weights[i] + b.weights[j])) / total, 3),
        )
        for i, j in _best(near)
        if near[i, j] >= _MEETS
    ]
    return tuple(sorted(dict.fromkeys(pairs), key=lambda pair: -pair.share)[:_SHOWN])


def _best(near: Matrix) -> Iterable[tuple[int, int]]:
    """For each row its best column, each column once."""
    taken: set[int] = set()
    for i in np.argsort(-near.max(axis=1)):
        j = int(near[i].argmax())
        if j not in taken:
            taken.add(j)
            yield int(i), j


def _same_words(a: Item, b: Item) -> bool:
    plain = key(a.reading.text)
    return bool(plain) and plain == key(b.reading.text)


def _by_letters(shares: list[float], found: Features, *, blind: bool) -> list[float]:
    """Where the vocabulary is unknown, groups of letters carry the verdict: half of it, or all when no word is known."""
    if found.grams >= _SAME_GRAMS:
        letters = [0.7, 0.2, 0.0, 0.1]
    elif found.grams >= _NEAR_GRAMS:
        letters = [0.2, 0.6, 0.0, 0.2]
    else:
        letters = [0.05, 0.15, 0.0, 0.8]
    return letters if blind else [(share + letter) / 2 for share, letter in zip(shares, letters, strict=True)]


def _band(probability: float, *, doubtful: bool) -> Band:
    if doubtful or probability < _POSSIBLE:
        return "uncertain"
    return "likely" if probability >= _LIKELY else "possible"
