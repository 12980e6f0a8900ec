"""Relations within many titles: candidates by vectors, judged one by one, cut to what is worth somebody's time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from coach.domain.language import Language
from coach.domain.review import Kind
from coach.domain.text import text_key
from coach.similarity.calibration import Null, null_of, to_ask, within_budget
from coach.similarity.clusters import Cluster, clusters
from coach.similarity.embedder import unit_rows
from coach.similarity.index import nearest_pairs
from coach.similarity.items import Item
from coach.similarity.pairs import Judgement, PairScorer
from coach.similarity.types import Matrix, Positions
from coach.similarity.verdicts import Verdicts, scaled

_CANDIDATE, _CANDIDATE_OF_MANY, _MANY = 0.2, 0.35, 2_000
_MOST = 15
_MOST_SHOWN = 5
_LEAST = 0.55
_WORDS = 0.3
_FEW_WORDS = 0.12
_SURE = 0.8
_NEAR = 0.3
_ALIKE, _ALIKE_KEY_RESULTS = 0.5, 0.72
_BATCH = 4_096
_DESCRIBED = 4
_ROUNDING = 1e-5


@dataclass(frozen=True, slots=True)
class Entry:
    """A title in a set.

    Attributes:
        pointer: where it stands.
        text: the title.
        kind: only titles of one kind are compared.
        group: its circle; titles of one circle are not compared. None: it stands by itself.
        language: where known.
        detail: its description, which is weighed apart.
    """

    pointer: str
    text: str
    kind: Kind
    group: str | None = None
    language: Language | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Two entries, by their places in the list, and what they are to each other."""

    a: int
    b: int
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class SetRelations:
    """What was found in a set.

    Attributes:
        found: the surest first.
        clusters: of duplicates.
        unknown: words the lexicon does not know, and in how many titles each occurs.
        null: what chance reaches in this set.
        undecided: every pair that might be shown and that no champion has decided, within the budget or not.
    """

    found: tuple[Found, ...]
    clusters: tuple[Cluster, ...]
    unknown: Counter[str] = field(default_factory=Counter)
    null: Null | None = None
    undecided: tuple[Found, ...] = ()

    def to_ask(self, size: int) -> list[Found]:
        """Return the pairs a champion should decide next: those whose verdict teaches most."""
        return [self.undecided[at] for at in to_ask([f.judgement.probability for f in self.undecided], size)]


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """Titles with their pairs judged, before champions are heard.

    Attributes:
        items: the titles, prepared, and `rows` what they were searched by.
        pairs: those that are anything to each other.
    """

    scorer: PairScorer
    entries: Sequence[Entry]
    items: Sequence[Item]
    rows: Matrix
    groups: Positions
    null: Null
    pairs: Sequence[Found]


def judged_in(scorer: PairScorer, entries: Sequence[Entry]) -> JudgedSet:
    """Judge the pairs of a set that could be anything to each other.

    Args:
        scorer: judges pairs.
        entries: all titles.

    Raises:
        EmbeddingError: the embedder fails.
    """
    items = scorer.preparer.items([entry.text for entry in entries], [entry.language for entry in entries])
    rows = searched(items)
    groups = _groups(entries)
    pairs = _weighed(scorer, entries, _judged(scorer, items, _candidates(entries, rows, groups)))
    return JudgedSet(scorer, entries, items, rows, groups, null_of(rows, groups), pairs)


def relations_of(judged: JudgedSet, *, budget: float | None = None, verdicts: Verdicts | None = None) -> SetRelations:
    """Return the relations between the circles of a judged set that are worth somebody's time.

    Args:
        judged: the set.
        budget: expected number of false alarms among duplicates and contradictions; None: one for ten titles.
        verdicts: what champions said about pairs.
    """
    verdicts = verdicts or Verdicts()
    entries, scorer = judged.entries, judged.scorer
    scaling = verdicts.calibration(scorer).scaling if len(verdicts) else None
    said = scaled([found.judgement for found in judged.pairs], scaling)
    open_ones = [
        Found(found.a, found.b, judgement)
        for found, judgement in zip(judged.pairs, said, strict=True)
        if founded(judgement, entries[found.a].kind)
        and _above_chance(found, judged.rows, judged.null)
        and verdicts.of(entries[found.a].text, entries[found.b].text) is None
    ]
    allowed = len(entries) / 10 if budget is None else budget
    kept = _kept([*_decided(judged, verdicts), *open_ones], max(1.0, allowed))
    alike = {(f.a, f.b): f.judgement.probability for f in kept if f.judgement.relation == "duplicate"}
    unknown = Counter(word.lower() for item in judged.items for word in item.reading.unknown)
    return SetRelations(tuple(kept), tuple(clusters(alike)), unknown, judged.null, tuple(open_ones))


def relations_in(
    scorer: PairScorer, entries: Sequence[Entry], *, budget: float | None = None, verdicts: Verdicts | None = None
) -> SetRelations:
    """Find the relations between the circles of a set; see `judged_in` and `relations_of`."""
    return relations_of(judged_in(scorer, entries), budget=budget, verdicts=verdicts)


def _decided(judged: JudgedSet, verdicts: Verdicts) -> list[Found]:
    """The pairs that champions decided are something to each other, whatever the scorer makes of them."""
    entries, groups, items = judged.entries, judged.groups, judged.items
    places: dict[str, list[int]] = {}
    for at, entry in enumerate(entries):
        if verdicts.standing:
            places.setdefault(text_key(entry.text), []).append(at)
    found = []
    for verdict in verdicts.standing:
        first, second = (places.get(text_key(text), [])[:_MOST] for text in (verdict.a, verdict.b))
        pairs = {(min(a, b), max(a, b)) for a in first for b in second}
        meant = [(a, b) for a, b in sorted(pairs) if groups[a] != groups[b] and entries[a].kind == entries[b].kind]
        said = judged.scorer.judge([(items[a], items[b]) for a, b in meant])
        found += [Found(a, b, j.decided_as(verdict.relation)) for (a, b), j in zip(meant, said, strict=True)]
    return found


def _above_chance(found: Found, rows: Matrix, null: Null) -> bool:
    """Whether two titles are nearer than nearly all pairs of this organisation are by chance; opposites may be further apart."""
    return found.judgement.relation == "contradiction" or float(rows[found.a] @ rows[found.b]) >= null.floor - _ROUNDING


def searched(items: Sequence[Item]) -> Matrix:
    """Return the rows candidates are searched by: title and topic side by side, so that their cosine is the mean of both."""
    if not items:
        return np.zeros((0, 1), np.float32)
    return unit_rows(np.hstack([np.stack([i.vector for i in items]), np.stack([i.topic_vector for i in items])]))


def _groups(entries: Sequence[Entry]) -> Positions:
    numbers: dict[str, int] = {}
    return np.array(
        [
            numbers.setdefault(e.group if e.group is not None else f"\0{at}", len(numbers))
            for at, e in enumerate(entries)
        ],
        np.int64,
    )


def _candidates(entries: Sequence[Entry], rows: Matrix, groups: Positions) -> list[tuple[int, int]]:
    found = []
    for kind in dict.fromkeys(entry.kind for entry in entries):
        places = np.array([at for at, entry in enumerate(entries) if entry.kind == kind])
        least = _CANDIDATE if len(places) <= _MANY else _CANDIDATE_OF_MANY
        for a, b, _ in nearest_pairs(rows[places], least, _MOST):
            first, second = int(places[a]), int(places[b])
            if groups[first] != groups[second]:
                found.append((first, second))
    return found


def _judged(scorer: PairScorer, items: Sequence[Item], pairs: Sequence[tuple[int, int]]) -> list[Found]:
    found = []
    for start in range(0, len(pairs), _BATCH):
        batch = pairs[start : start + _BATCH]
        said = scorer.judge([(items[a], items[b]) for a, b in batch])
        found += [Found(a, b, j) for (a, b), j in zip(batch, said, strict=True) if j.relation != "unrelated"]
    return found


def _weighed(scorer: PairScorer, entries: Sequence[Entry], judged: Sequence[Found]) -> list[Found]:
    """Let descriptions count where both titles have one: six parts title, four parts description."""
    details = {at: entries[at].detail or "" for found in judged for at in (found.a, found.b)}
    told = [at for at, text in details.items() if len(text.split()) >= _DESCRIBED]
    rows = dict(zip(told, scorer.preparer.embedder.encode([details[at] for at in told]), strict=True)) if told else {}
    return [
        Found(f.a, f.b, f.judgement.described(float(rows[f.a] @ rows[f.b]))) if f.a in rows and f.b in rows else f
        for f in judged
    ]


def _kept(judged: list[Found], budget: float) -> list[Found]:
    """Sort by certainty; duplicates and contradictions within the budget, at most five relations a title."""
    ordered = sorted(judged, key=lambda f: (-f.judgement.probability, f.a, f.b))
    alarms = [f for f in ordered if f.judgement.relation != "related"]
    alarms = alarms[: within_budget((f.judgement.probability for f in alarms), budget)]
    related = [f for f in ordered if f.judgement.relation == "related"]
    shown: Counter[int] = Counter()
    kept = []
    for found in (*alarms, *related):
        if shown[found.a] < _MOST_SHOWN and shown[found.b] < _MOST_SHOWN:
            shown.update((found.a, found.b))
            kept.append(found)
    return kept


def founded(said: Judgement, kind: Kind) -> bool:
    """Whether it is sure enough and rests on words that meet; among thousands of pairs chance makes the rest.

    Two key results share their measure easily, so they must be nearly the same, and are never set against each other.
    """
    shared = sum(pair.share for pair in said.why)
    if said.probability < _LEAST:
        return False
    if kind == "key_result":
        return said.relation != "contradiction" and said.similarity >= _ALIKE_KEY_RESULTS and shared >= _WORDS
    if said.relation == "contradiction":
        if not said.opposed or said.similarity < _NEAR:
            return False
        return shared >= (_FEW_WORDS if said.probability >= _SURE else _WORDS)
    return shared >= _WORDS and (said.relation == "related" or said.similarity >= _ALIKE)
