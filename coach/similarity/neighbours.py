"""Who else is doing this: what stands nearest to one title, among the titles of one organisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coach.domain.language import Language
from coach.domain.review import Kind
from coach.similarity.pairs import Judgement, PairScorer
from coach.similarity.sets import Entry, founded, searched
from coach.similarity.verdicts import Verdicts, scaled

_LOOKED_AT = 20
_LEAST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A title near to another one, and what it is to it."""

    entry: Entry
    language: Language
    judgement: Judgement


class Neighbourhood:
    """The titles of one organisation, ready to be asked about; nothing of another one is ever in it.

    Args:
        scorer: judges pairs.
        entries: all titles.
        verdicts: what champions said about pairs.
    """

    def __init__(self, scorer: PairScorer, entries: Sequence[Entry], verdicts: Verdicts | None = None) -> None:
        self._scorer = scorer
        self._verdicts = verdicts or Verdicts()
        self._scaling = self._verdicts.calibration(scorer).scaling if len(self._verdicts) else None
        self._entries = list(entries)
        self._items = scorer.preparer.items([e.text for e in entries], [e.language for e in entries])
        self._rows = searched(self._items)

    def near(
        self,
        text: str,
        kinds: Sequence[Kind],
        *,
        group: str | None = None,
        language: Language | None = None,
        size: int = 5,
    ) -> list[Neighbour]:
        """Return what is the same, against it or related, the most telling first.

        Args:
            text: a title; one of fewer than two words has no neighbours yet.
            kinds: of titles that count.
            group: its circle, whose own titles are left out.
            language: its language, where known.
            size: how many at most.
        """
        if len(text.split()) < _LEAST_WORDS or not self._entries:
            return []
        item = self._scorer.preparer.items([text], [language])[0]
        cosines = self._rows @ searched([item])[0]
        order = [int(at) for at in np.argsort(-cosines, kind="stable") if self._counts(int(at), kinds, group)]
        judged = self._scorer.judge([(item, self._items[at]) for at in order[:_LOOKED_AT]])
        settled = [
            self._verdicts.settled(text, self._entries[at].text, said)
            for at, said in zip(order, scaled(judged, self._scaling), strict=False)
        ]
        found = [
            Neighbour(self._entries[at], self._items[at].reading.language, said)
            for at, said in zip(order, settled, strict=False)
            if said.relation != "unrelated" and (said.decided or founded(said, self._entries[at].kind))
        ]
        rank = {"duplicate": 0, "contradiction": 0, "related": 1}
        return sorted(found, key=lambda n: (rank[n.judgement.relation], -n.judgement.probability))[:size]

    def _counts(self, at: int, kinds: Sequence[Kind], group: str | None) -> bool:
        entry = self._entries[at]
        return entry.kind in kinds and (group is None or entry.group != group)
