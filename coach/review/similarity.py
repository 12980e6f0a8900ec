"""The similarity layer as the settings choose it, falling back to the house embedder where the chosen one fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from coach.domain.okr_set import OkrSet
from coach.domain.review import StageState
from coach.errors import MissingPartError
from coach.settings import Settings
from coach.similarity.concepts import ConceptLexicon
from coach.similarity.embedder import Embedder, EmbeddingError
from coach.similarity.library import HOUSE_NAME, embedder_of, scorer
from coach.similarity.neighbours import Neighbourhood
from coach.similarity.pairs import PairScorer
from coach.similarity.sets import Entry, SetRelations, relations_in

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Degraded:
    """The chosen embedder could not be used, and why."""

    embedder: str
    reason: str


class Similarity:
    """Relations between titles.

    Args:
        settings: which embedder, which glossary, how many false alarms.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._chosen: PairScorer | None = None
        self.degraded: Degraded | None = None
        self._around: tuple[OkrSet, Neighbourhood] | None = None

    def scorer(self) -> PairScorer:
        """Return the scorer, made at the first use."""
        if self._chosen is None:
            chosen = self._settings
            make = None if chosen.embedder == HOUSE_NAME else self._embedder
            self._chosen = scorer(make, chosen.glossary)
        return self._chosen

    def run(self, work: Callable[[PairScorer], T]) -> T:
        """Do something with the scorer; when the chosen embedder fails, do it again with the house's and say so."""
        try:
            found = work(self.scorer())
        except (EmbeddingError, MissingPartError) as error:
            if self._settings.embedder == HOUSE_NAME:
                raise
            self.degraded = Degraded(self._settings.embedder, error.message)
            return work(_fallback(self._settings))
        self.degraded = None
        return found

    def relations(self, okr_set: OkrSet) -> tuple[Sequence[Entry], SetRelations, StageState]:
        """Return the titles of a set, the relations between its circles, and how the stage went."""
        entries = entries_of(okr_set)
        found = self.run(lambda made: relations_in(made, entries, budget=self._settings.false_alarms))
        return entries, found, "degraded" if self.degraded else "done"

    def neighbourhood(self, okr_set: OkrSet) -> Neighbourhood:
        """Return the titles of a set ready to be asked about; kept until another set is asked for."""
        if self._around is None or self._around[0] is not okr_set:
            self._around = okr_set, self.run(lambda made: Neighbourhood(made, entries_of(okr_set)))
        return self._around[1]

    def _embedder(self, lexicon: ConceptLexicon) -> Embedder:
        chosen = self._settings
        key = chosen.embedder_key.get_secret_value() if chosen.embedder_key else None
        return embedder_of(
            chosen.embedder, lexicon, base_url=chosen.embedder_url, key=key, timeout=chosen.embedder_timeout
        )


def _fallback(settings: Settings) -> PairScorer:
    return scorer(None, settings.glossary)


@cache
def similarity_of(settings: Settings) -> Similarity:
    """Return the similarity layer of these settings, made once."""
    return Similarity(settings)


def entries_of(okr_set: OkrSet) -> list[Entry]:
    """Return the titles of a set that are compared: projects, objectives and key results, by circle."""
    found = [
        Entry(f"/projects/{at}", project.title, "project", project.circle, detail=project.description)
        for at, project in enumerate(okr_set.projects)
    ]
    for at, objective in enumerate(okr_set.objectives):
        found.append(Entry(f"/objectives/{at}", objective.title, "objective", objective.circle, detail=objective.why))
        found += [
            Entry(f"/objectives/{at}/key_results/{k}", key_result.title, "key_result", objective.circle)
            for k, key_result in enumerate(objective.key_results)
        ]
    return found
