"""The similarity layer as the settings choose it, falling back to the house embedder where the chosen one fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import SecretStr

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


class Choice(NamedTuple):
    """What of the settings concerns this layer; equal choices share one layer."""

    embedder: str
    url: str | None
    key: SecretStr | None
    timeout: float
    glossary: Path | None
    false_alarms: float | None

    @classmethod
    def of(cls, settings: Settings) -> Choice:
        """Return what settings choose."""
        return cls(
            settings.embedder,
            settings.embedder_url,
            settings.embedder_key,
            settings.embedder_timeout,
            settings.glossary,
            settings.false_alarms,
        )


class Similarity:
    """Relations between titles.

    Args:
        choice: which embedder, which glossary, how many false alarms.
    """

    def __init__(self, choice: Choice) -> None:
        self._choice = choice
        self._chosen: PairScorer | None = None
        self.degraded: Degraded | None = None
        self._around: tuple[OkrSet, Neighbourhood] | None = None

    def scorer(self) -> PairScorer:
        """Return the scorer, made at the first use."""
        if self._chosen is None:
            chosen = self._choice
            make = None if chosen.embedder == HOUSE_NAME else self._embedder
            self._chosen = scorer(make, chosen.glossary)
        return self._chosen

    def run(self, work: Callable[[PairScorer], T]) -> T:
        """Do something with the scorer; when the chosen embedder fails, do it again with the house's and say so."""
        try:
            found = work(self.scorer())
        except (EmbeddingError, MissingPartError) as error:
            if self._choice.embedder == HOUSE_NAME:
                raise
            self.degraded = Degraded(self._choice.embedder, error.message)
            return work(_fallback(self._choice))
        self.degraded = None
        return found

    def relations(self, okr_set: OkrSet) -> tuple[Sequence[Entry], SetRelations, StageState]:
        """Return the titles of a set, the relations between its circles, and how the stage went."""
        entries = entries_of(okr_set)
        found = self.run(lambda made: relations_in(made, entries, budget=self._choice.false_alarms))
        return entries, found, "degraded" if self.degraded else "done"

    def neighbourhood(self, okr_set: OkrSet) -> Neighbourhood:
        """Return the titles of a set ready to be asked about; kept until another set is asked for."""
        if self._around is None or self._around[0] is not okr_set:
            self._around = okr_set, self.run(lambda made: Neighbourhood(made, entries_of(okr_set)))
        return self._around[1]

    def _embedder(self, lexicon: ConceptLexicon) -> Embedder:
        chosen = self._choice
        key = chosen.key.get_secret_value() if chosen.key else None
        return embedder_of(chosen.embedder, lexicon, base_url=chosen.url, key=key, timeout=chosen.timeout)


def _fallback(choice: Choice) -> PairScorer:
    return scorer(None, choice.glossary)


def similarity_of(settings: Settings) -> Similarity:
    """Return the similarity layer of these settings, made once."""
    return _made(Choice.of(settings))


@cache
def _made(choice: Choice) -> Similarity:
    return Similarity(choice)


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
