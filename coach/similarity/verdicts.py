"""What an organisation's champions said about pairs of titles, and what follows from it.

A verdict belongs to two texts: when one of them changes, it is a new pair, and may be shown again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from coach.domain.text import text_key
from coach.similarity.calibration import ENOUGH, ENOUGH_OF_EACH, Platt, platt
from coach.similarity.pairs import Judgement, PairScorer
from coach.similarity.relations import RelationName


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a champion said two titles are to each other; the order of the two does not matter."""

    a: str
    b: str
    relation: RelationName

    @property
    def pair(self) -> frozenset[str]:
        """The keys of the two titles."""
        return frozenset((text_key(self.a), text_key(self.b)))


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far the verdicts of an organisation have come.

    Attributes:
        verdicts: how many there are on pairs that the coach would show.
        right: how many of them the coach had right.
        scaling: in force; None: not enough verdicts yet.
    """

    verdicts: int
    right: int
    scaling: Platt | None

    @property
    def missing(self) -> int:
        """How many verdicts are missing at least before they change probabilities."""
        rarer = min(self.right, self.verdicts - self.right)
        return 0 if self.scaling else max(ENOUGH - self.verdicts, ENOUGH_OF_EACH - rarer, 0)


class Verdicts:
    """The verdicts of one organisation.

    Args:
        said: in the order they were given; a later one on the same pair wins.
    """

    def __init__(self, said: Iterable[Verdict] = ()) -> None:
        self._by_pair = {verdict.pair: verdict for verdict in said}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Verdicts) and self._by_pair == other._by_pair

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return len(self._by_pair)

    def __iter__(self) -> Iterator[Verdict]:
        return iter(self._by_pair.values())

    def of(self, a: str, b: str) -> RelationName | None:
        """Return what a champion said of two titles; None: nothing yet."""
        if not self._by_pair:
            return None
        found = self._by_pair.get(frozenset((text_key(a), text_key(b))))
        return found.relation if found else None

    def settled(self, a: str, b: str, said: Judgement) -> Judgement:
        """Return the judgement as the champion decided it, or as it was."""
        relation = self.of(a, b)
        return said if relation is None else said.decided_as(relation)

    @cached_property
    def standing(self) -> tuple[Verdict, ...]:
        """The verdicts that say that two titles have to do with each other."""
        return tuple(verdict for verdict in self._by_pair.values() if verdict.relation != "unrelated")

    def calibration(self, scorer: PairScorer) -> Calibration:
        """Return what the verdicts say about the scorer's probabilities; what it calls unrelated is never shown and not counted."""
        said = list(self._by_pair.values())
        items = scorer.preparer.items([text for verdict in said for text in (verdict.a, verdict.b)])
        judged = scorer.judge([(items[at], items[at + 1]) for at in range(0, len(items), 2)])
        shown = [
            (judgement.probability, judgement.relation == verdict.relation)
            for verdict, judgement in zip(said, judged, strict=True)
            if judgement.relation != "unrelated"
        ]
        return Calibration(len(shown), sum(right for _, right in shown), platt(shown))


def scaled(judged: Sequence[Judgement], scaling: Platt | None) -> list[Judgement]:
    """Return judgements with the probabilities that hold in this organisation."""
    if scaling is None:
        return list(judged)
    return [replace(said, probability=round(scaling(said.probability), 3)).rebanded() for said in judged]
