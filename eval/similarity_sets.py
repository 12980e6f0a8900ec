"""Whole circle sets with planted duplicates, contradictions and near misses: how many are found, how many alarms are false."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coach.domain.reading import read_okr_set
from coach.review.similarity import entries_of
from coach.similarity.library import scorer
from coach.similarity.pairs import PairScorer
from coach.similarity.sets import relations_in
from eval.sets import SETS

_ALARMS = ("duplicate", "contradiction")

Couple = frozenset[str]


@dataclass(slots=True)
class SetFigures:
    """What the sets showed; every couple with the name of its organisation.

    Attributes:
        planted: how many couples were planted, by relation.
        found: how many of them were found under their own name, by relation.
        misnamed: planted couples found under the other name.
        missed: planted couples not found at all.
        false: couples that nobody planted, found as a duplicate or a contradiction.
        near: near misses that were planted.
        taken: near misses found as a duplicate or a contradiction.
        objectives: how many objectives the sets have.
        titles: how many titles were compared: objectives, projects and key results.
    """

    planted: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_ALARMS, 0))
    found: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_ALARMS, 0))
    misnamed: list[tuple[str, Couple]] = field(default_factory=list)
    missed: list[tuple[str, Couple]] = field(default_factory=list)
    false: list[tuple[str, Couple]] = field(default_factory=list)
    near: int = 0
    taken: list[tuple[str, Couple]] = field(default_factory=list)
    objectives: int = 0
    titles: int = 0

    @property
    def recall(self) -> float:
        """Share of the planted couples found under their own name."""
        return sum(self.found.values()) / max(1, sum(self.planted.values()))

    @property
    def alarms_per_ten(self) -> float:
        """False alarms for ten objectives."""
        return 10 * len(self.false) / max(1, self.objectives)


def measure_sets(path: Path = SETS, made: PairScorer | None = None) -> SetFigures:
    """Look for relations in every set of a file and compare them with what its author planted."""
    figures = SetFigures()
    for entry in json.loads(path.read_bytes())["organisations"]:
        _compare(figures, entry, made or scorer())
    return figures


def _compare(figures: SetFigures, plan: Mapping[str, Any], made: PairScorer) -> None:
    okr_set = read_okr_set(json.dumps(plan["set"]))
    entries = entries_of(okr_set)
    figures.objectives += len(okr_set.objectives)
    figures.titles += len(entries)
    said = {
        frozenset((entries[f.a].pointer, entries[f.b].pointer)): f.judgement.relation
        for f in relations_in(made, entries).found
        if f.judgement.relation in _ALARMS
    }
    name = plan["id"]
    for planted in plan["relations"]:
        couple = frozenset((planted["a"], planted["b"]))
        figures.planted[planted["relation"]] += 1
        relation = said.pop(couple, None)
        if relation is not None and relation == planted["relation"]:
            figures.found[relation] += 1
        else:
            (figures.misnamed if relation else figures.missed).append((name, couple))
    figures.near += len(plan["near_misses"])
    near = {frozenset((miss["a"], miss["b"])) for miss in plan["near_misses"]}
    figures.taken += [(name, couple) for couple in said if couple in near]
    figures.false += [(name, couple) for couple in said]


def sets_table(figures: SetFigures) -> str:
    """Return the figures in Markdown."""
    shares = [f"{name}s {figures.found[name]} of {figures.planted[name]}" for name in _ALARMS]
    head = "| planted couples found | as the other relation | false alarms for ten objectives | near misses taken |"
    cells = (
        f"{figures.recall:.0%} ({', '.join(shares)})",
        f"{len(figures.misnamed)}",
        f"{figures.alarms_per_ten:.1f} ({len(figures.false)})",
        f"{len(figures.taken)} of {figures.near}",
    )
    title = f"### Whole circle sets: {figures.objectives} objectives, {figures.titles} titles"
    return f"{title}\n\n{head}\n|---|---|---|---|\n| {' | '.join(cells)} |"
