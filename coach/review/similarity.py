"""The similarity layer as the settings choose it, falling back to the house embedder where the chosen one fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import SecretStr

from coach.domain.language import Language
from coach.domain.okr_set import OkrSet
from coach.domain.review import StageState
from coach.errors import MissingPartError
from coach.settings import Settings
from coach.similarity.concepts import ConceptLexicon
from coach.similarity.duties import Echo, echo, prepared
from coach.similarity.embedder import Embedder, EmbeddingError
from coach.similarity.glossary import Term
from coach.similarity.items import Item
from coach.similarity.library import HOUSE_NAME, embedder_of, scorer
from coach.similarity.neighbours import Neighbourhood
from coach.similarity.pairs import PairScorer
from coach.similarity.sets import Entry, JudgedSet, SetRelations, judged_in, relations_of
from coach.similarity.verdicts import Verdicts

T = TypeVar("T")
_HEARD, _READ = 20_000, 3_000
_LAYERS = 64  # settings and glossaries that are kept ready at a time


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
    terms: tuple[Term, ...] = ()

    @classmethod
    def of(cls, settings: Settings, terms: tuple[Term, ...] = ()) -> Choice:
        """Return what settings choose, for an organisation with these words of its own."""
        return cls(
            settings.embedder,
            settings.embedder_url,
            settings.embedder_key,
            settings.embedder_timeout,
            settings.glossary,
            settings.false_alarms,
            terms,
        )


class Similarity:
    """Relations between titles.

    Args:
        choice: which embedder, which glossary, how many false alarms.
        verdicts: what champions said about pairs.
        base: the layer whose scorer this one uses.
    """

    def __init__(self, choice: Choice, verdicts: Verdicts | None = None, base: Similarity | None = None) -> None:
        self.choice = choice
        self._base = base
        self.verdicts = verdicts or Verdicts()
        self._chosen: PairScorer | None = None
        self.degraded: Degraded | None = None
        self._items: dict[tuple[PairScorer, str, Language | None], Item] = {} if base is None else base._items
        self._duties: tuple[PairScorer, tuple[str, ...], list[Item]] | None = None
        self._around: tuple[OkrSet, Neighbourhood] | None = None
        self._heard: dict[tuple[tuple[str, ...], str], Echo | None] = {} if base is None else base._heard

    def scorer(self) -> PairScorer:
        """Return the scorer, made at the first use."""
        if self._base is not None:
            return self._base.scorer()
        if self._chosen is None:
            chosen = self.choice
            make = None if chosen.embedder == HOUSE_NAME else self._embedder
            self._chosen = scorer(make, chosen.glossary, chosen.terms)
        return self._chosen

    def run(self, work: Callable[[PairScorer], T]) -> T:
        """Do something with the scorer; when the chosen embedder fails, do it again with the house's and say so."""
        try:
            found = work(self.scorer())
        except (EmbeddingError, MissingPartError) as error:
            if self.choice.embedder == HOUSE_NAME:
                raise
            self.degraded = Degraded(self.choice.embedder, error.message)
            return work(_fallback(self.choice))
        self.degraded = None
        return found

    def relations(self, okr_set: OkrSet) -> tuple[Sequence[Entry], SetRelations, StageState]:
        """Return the titles of a set, the relations between its circles, and how the stage went."""
        entries = entries_of(okr_set)
        return entries, self.settled(self.judged(entries)), "degraded" if self.degraded else "done"

    def judged(self, entries: Sequence[Entry]) -> JudgedSet:
        """Return titles with their pairs judged, before champions are heard."""
        return self.run(lambda made: judged_in(made, entries))

    def settled(self, judged: JudgedSet) -> SetRelations:
        """Return the relations that are shown, as champions decided, within the number of false alarms."""
        return relations_of(judged, budget=self.choice.false_alarms, verdicts=self.verdicts)

    def neighbourhood(self, okr_set: OkrSet) -> Neighbourhood:
        """Return the titles of a set ready to be asked about; kept until another set is asked for."""
        if self._around is None or self._around[0] is not okr_set:
            self._around = okr_set, self.run(lambda made: Neighbourhood(made, entries_of(okr_set), self.verdicts))
        return self._around[1]

    def items(self, texts: Sequence[str], languages: Sequence[Language | None] | None = None) -> list[Item]:
        """Return titles ready to be compared; those that were read before are not read again."""
        asked = list(zip(texts, languages or [None] * len(texts), strict=True))
        return self.run(lambda made: self._read(made, asked))

    def _read(self, made: PairScorer, asked: Sequence[tuple[str, Language | None]]) -> list[Item]:
        known = {line: item for line in asked if (item := self._items.get((made, *line))) is not None}
        missing = [line for line in dict.fromkeys(asked) if line not in known]
        if missing:
            read = made.preparer.items([text for text, _ in missing], [language for _, language in missing])
            if len(self._items) + len(missing) > _READ:
                self._items.clear()
            for line, item in zip(missing, read, strict=True):
                known[line] = self._items[(made, *line)] = item
        return [known[line] for line in asked]

    def echo(self, text: str, duties: tuple[str, ...], *, still: bool = False) -> Echo | None:
        """Return the loudest echo of a line among duties; what was asked before is not worked out again."""
        asked = (duties, f"{text}\0{still}")
        if asked in self._heard:
            return self._heard[asked]
        heard = self.run(lambda made: echo(made.preparer.items([text])[0], self._prepared(made, duties), still=still))
        if self.degraded is None:
            if len(self._heard) >= _HEARD:
                self._heard.clear()
            self._heard[asked] = heard
        return heard

    def _prepared(self, made: PairScorer, duties: tuple[str, ...]) -> list[Item]:
        known = self._duties
        if known is None or known[0] is not made or known[1] != duties:
            known = self._duties = made, duties, prepared(made, duties)
        return known[2]

    def _embedder(self, lexicon: ConceptLexicon) -> Embedder:
        chosen = self.choice
        key = chosen.key.get_secret_value() if chosen.key else None
        return embedder_of(chosen.embedder, lexicon, base_url=chosen.url, key=key, timeout=chosen.timeout)


def _fallback(choice: Choice) -> PairScorer:
    return scorer(None, choice.glossary, choice.terms)


def similarity_of(settings: Settings, terms: tuple[Term, ...] = (), verdicts: Verdicts | None = None) -> Similarity:
    """Return the similarity layer of these settings, made once; with verdicts, a new one over the same scorer.

    Args:
        settings: which embedder, which glossary file.
        terms: an organisation's own words.
        verdicts: what its champions said about pairs.
    """
    made = _made(Choice.of(settings, terms))
    return made if verdicts is None else Similarity(made.choice, verdicts, made)


@lru_cache(maxsize=_LAYERS)
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
