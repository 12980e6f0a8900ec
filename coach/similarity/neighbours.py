"""Who else is doing this: what stands nearest to one title, among the titles of one organisation."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import RLock

import numpy as np

from coach.domain.language import Language
from coach.domain.review import Kind
from coach.domain.text import text_key
from coach.similarity.calibration import Null, Platt, null_of
from coach.similarity.embedder import origin
from coach.similarity.index import MemoryIndex, VectorIndex
from coach.similarity.items import Item
from coach.similarity.pairs import Judgement, PairScorer
from coach.similarity.sets import Entry, founded, searched
from coach.similarity.types import Matrix
from coach.similarity.verdicts import Verdicts, scaled

_LOOKED_AT = 20
_FETCHED = 100  # of which those of the asker's own circle, and of other kinds, are left out
_LEAST_WORDS = 2
_ITEMS = 5_000
_SAMPLE, _FEWEST = 600, 200
_BATCH = 256
_RANK = {"duplicate": 0, "contradiction": 0, "related": 1}
MakeIndex = Callable[[str, int], VectorIndex]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A title near to another one, and what it is to it."""

    entry: Entry
    language: Language
    judgement: Judgement


class Neighbourhood:
    """The titles of one organisation, ready to be asked about; nothing of another one is ever in it.

    Titles come and go one by one, and nothing is built anew; only those that a question comes near to are read closely.

    Args:
        scorer: judges pairs.
        entries: titles to begin with; a pointer is the name of one.
        verdicts: what champions said about pairs.
        make_index: makes the index that vectors are kept in, from embedder and dimensions; None: one in memory.
    """

    def __init__(
        self,
        scorer: PairScorer,
        entries: Iterable[Entry] = (),
        verdicts: Verdicts | None = None,
        make_index: MakeIndex | None = None,
    ) -> None:
        self._scorer = scorer
        self._make_index = make_index or (lambda embedder, size: MemoryIndex("", embedder, size))
        self._entries: dict[str, Entry] = {}
        self._items: OrderedDict[str, Item] = OrderedDict()
        self._sample: dict[str, Matrix] = {}
        self._learnt = 0
        self._null = Null(np.zeros(0, np.float32))
        self._index: VectorIndex | None = None
        self._lock = RLock()
        self._verdicts = Verdicts()
        self._scaling: Platt | None = None
        self.decide(verdicts or Verdicts())
        self.put(list(entries))

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def entries(self) -> dict[str, Entry]:
        """The titles, by pointer."""
        return self._entries

    def decide(self, verdicts: Verdicts) -> None:
        """Take over what champions said about pairs."""
        if verdicts == self._verdicts:
            return
        scaling = verdicts.calibration(self._scorer).scaling if len(verdicts) else None
        with self._lock:
            self._verdicts, self._scaling = verdicts, scaling

    def put(self, entries: Sequence[Entry]) -> None:
        """Add titles, or replace those of the same pointer; what the index knows already is not embedded again."""
        with self._lock:
            self.drop(
                e.pointer for e in entries if e.pointer in self._entries and self._entries[e.pointer].text != e.text
            )
            self._entries.update((entry.pointer, entry) for entry in entries)
            if not entries:
                return
            index = self._index = self._index or self._made(entries[0])
            known = index.known([_name(entry) for entry in entries])
            fresh = [entry for entry in entries if _name(entry) not in known]
            for at in range(0, len(fresh), _BATCH):
                self._add(index, fresh[at : at + _BATCH])
            if len(self._sample) < _FEWEST and known:
                self._sampled([entry for entry in entries if _name(entry) in known][:_FEWEST])
            self._learn()

    def drop(self, pointers: Iterable[str]) -> None:
        """Forget titles; unknown ones are no error."""
        with self._lock:
            gone = [entry for pointer in pointers if (entry := self._entries.pop(pointer, None)) is not None]
            for entry in gone:
                self._items.pop(entry.pointer, None)
                self._sample.pop(entry.pointer, None)
            if self._index is not None and gone:
                self._index.delete([_name(entry) for entry in gone])

    def _made(self, entry: Entry) -> VectorIndex:
        """Make the index; how long its rows are, one title shows."""
        row = searched(self._scorer.preparer.items([entry.text], [entry.language]))
        return self._make_index(origin(self._scorer.preparer.embedder), row.shape[1])

    def _add(self, index: VectorIndex, entries: Sequence[Entry]) -> None:
        index.upsert([_name(entry) for entry in entries], self._sampled(entries))

    def _sampled(self, entries: Sequence[Entry]) -> Matrix:
        """Return the rows of titles; the first ones are remembered, to know what chance reaches here."""
        items = self._scorer.preparer.items([e.text for e in entries], [e.language for e in entries])
        rows = searched(items)
        for entry, item, row in zip(entries, items, rows, strict=True):
            self._remember(entry.pointer, item)
            if len(self._sample) < _SAMPLE:
                self._sample[entry.pointer] = row
        return rows

    def _learn(self) -> None:
        """Look anew at what chance reaches here, each time that a quarter has come on top."""
        if len(self._sample) > 1.25 * self._learnt:
            self._learnt = len(self._sample)
            numbers: dict[str, int] = {}
            groups = [numbers.setdefault(self._entries[p].group or p, len(numbers)) for p in self._sample]
            self._null = null_of(np.stack(list(self._sample.values())), np.array(groups, np.int64))

    def near(
        self,
        text: str,
        kinds: Sequence[Kind],
        *,
        group: str | None = None,
        language: Language | None = None,
        size: int = 5,
        settled: bool = False,
    ) -> list[Neighbour]:
        """Return what is the same, against it or related, the most telling first.

        Args:
            text: a title; one of fewer than two words has no neighbours yet.
            kinds: of titles that count.
            group: its circle, whose own titles are left out.
            language: its language, where known.
            size: how many at most.
            settled: return also what champions called unrelated, beyond that number and last.
        """
        if len(text.split()) < _LEAST_WORDS or self._index is None:
            return []
        item = self._scorer.preparer.items([text], [language])[0]
        row = searched([item])[0]
        with self._lock:
            nearest = [(self._found(near.id), near.cosine) for near in self._index.nearest(row, _FETCHED)]
            counted = [(e, c) for e, c in nearest if e and e.kind in kinds and (group is None or e.group != group)]
            close = [entry for entry, _ in counted[:_LOOKED_AT]]
            others = self._items_of(close)
            verdicts, scaling, floor = self._verdicts, self._scaling, self._null.floor
        judged = scaled(self._scorer.judge([(item, other) for other in others]), scaling)
        decided = [verdicts.settled(text, entry.text, said) for entry, said in zip(close, judged, strict=True)]
        found = [
            Neighbour(entry, other.reading.language, said)
            for (entry, cosine), other, said in zip(counted, others, decided, strict=False)
            if said.relation != "unrelated"
            and (said.decided or (founded(said, entry.kind) and (said.relation == "contradiction" or cosine >= floor)))
        ]
        away = [
            Neighbour(entry, other.reading.language, said)
            for entry, other, said in zip(close, others, decided, strict=True)
            if settled and said.decided and said.relation == "unrelated"
        ]
        found.sort(key=lambda n: (_RANK[n.judgement.relation], -n.judgement.probability))
        return [*found[:size], *away[:size]]

    def _found(self, name: str) -> Entry | None:
        entry = self._entries.get(name.rpartition("#")[0])
        return entry if entry is not None and _name(entry) == name else None

    def _items_of(self, entries: Sequence[Entry]) -> list[Item]:
        found = {entry.pointer: self._items[entry.pointer] for entry in entries if entry.pointer in self._items}
        missing = [entry for entry in entries if entry.pointer not in found]
        if missing:
            made = self._scorer.preparer.items([e.text for e in missing], [e.language for e in missing])
            for entry, item in zip(missing, made, strict=True):
                found[entry.pointer] = item
                self._remember(entry.pointer, item)
        return [found[entry.pointer] for entry in entries]

    def _remember(self, pointer: str, item: Item) -> None:
        self._items[pointer] = item
        self._items.move_to_end(pointer)
        if len(self._items) > _ITEMS:
            self._items.popitem(last=False)


def _name(entry: Entry) -> str:
    """What a title is called in the index: another text is another thing, so that servers that share an index agree."""
    return f"{entry.pointer}#{text_key(entry.text)[:16]}"
