"""Who else is doing this, in a stored organisation: its titles kept ready by what they mean, in step with every save.

What is kept ready belongs to one organisation and one cycle. A save moves the titles that changed; nothing is built anew.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from coach.domain.language import Language
from coach.domain.okr_set import OkrSet
from coach.domain.review import OtherLine
from coach.errors import CoachError, NotFoundError
from coach.review.coverage import coverage_of
from coach.review.cycle_relations import CycleRelations, related_to, untied
from coach.review.kept_titles import KeptTitles
from coach.review.relatives import OFF, Near, Similarity, wanted
from coach.review.similarity import Similarity as Layer
from coach.review.similarity import entries_of
from coach.settings import Settings
from coach.similarity.glossary import Term
from coach.similarity.neighbours import MakeIndex, Neighbourhood
from coach.similarity.sets import Entry, JudgedSet
from coach.similarity.verdicts import Calibration, Verdict, Verdicts
from coach.storage.okr_sets import whole
from coach.storage.store import Store
from coach.storage.unit import Unit
from coach.storage.vectors import PgIndex, without_pgvector

_AT_ONCE = 300  # titles that are read while somebody waits; more are read beside
_PATIENCE_S = 1.0
_CYCLES = 50
_SHOWN = 3


@dataclass(slots=True)
class _Cycle:
    """The titles of one cycle as they were at a revision of the organisation."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    similarity: Similarity | None = None
    around: Neighbourhood | None = None
    titles: KeptTitles = field(default_factory=KeptTitles)
    said_at: int = -1
    read_at: int = -1
    relations: CycleRelations | None = None
    related_at: int = -1
    judged: JudgedSet | None = None
    languages: list[Language] = field(default_factory=list)
    reading: threading.Thread | None = None


class Kindred:
    """Relations within stored organisations.

    Args:
        store: where they are kept.
        settings: which embedder, how many false alarms, where vectors are kept.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._in_database: bool | None = None
        self._cycles: OrderedDict[tuple[str, str], _Cycle] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def local(self) -> bool:
        """Whether the embedder answers within milliseconds: the house's own, or none."""
        return self._settings.embedder in ("house", OFF)

    def similarity(self, unit: Unit) -> Similarity | None:
        """Return what compares by meaning in the words of an organisation; None: switched off."""
        return wanted(self._settings, terms_of(unit), verdicts_of(unit))

    def calibration(self, unit: Unit) -> Calibration:
        """Return how far the verdicts of an organisation have come; NotFoundError where nothing is compared."""
        similarity = self.similarity(unit)
        if similarity is None:
            raise NotFoundError("This coach compares nothing: its embedder is off.")
        return similarity.layer.run(verdicts_of(unit).calibration)

    def around(self, unit: Unit, sent: OkrSet, *, cycle: str | None = None, patience_s: float = _PATIENCE_S) -> Near:
        """Return what stands near to a set.

        Args:
            unit: of the organisation.
            sent: the set.
            cycle: the set stands in this cycle, whose relations are worked out as a whole; None: neighbours are looked up.
            patience_s: how long to wait for neighbours.
        """
        if cycle is None:
            return self.near(unit, sent, patience_s=patience_s)
        known = self.in_cycle(unit, cycle)
        return known.near(sent) if known is not None else Near(state="off")

    def near(self, unit: Unit, sent: OkrSet, *, patience_s: float = _PATIENCE_S) -> Near:
        """Return the lines of other circles that are the same, against it or related, for each line of a set.

        Args:
            unit: of the organisation.
            sent: the set; its objectives and projects are asked about.
            patience_s: how long to wait where the titles of a large organisation are still being read.
        """
        name = _cycle_of(sent)
        cycle = self._cycle(unit, name)
        if cycle.similarity is None:
            return Near(state="off")
        layer = cycle.similarity.layer
        around = layer.run(lambda made: self._around(unit, name, cycle, patience_s))
        if around is None:
            return Near(state="pending")
        own = {f"objective:{o.id}" for o in sent.objectives} | {f"project:{p.id}" for p in sent.projects}
        found = [
            related_to(
                entry.pointer,
                OtherLine(n.entry.pointer, n.entry.kind, n.entry.text, n.entry.group, n.language),
                n.judgement,
            )
            for entry in entries_of(sent)
            if entry.kind != "key_result"
            for n in around.near(entry.text, (entry.kind,), group=entry.group, size=_SHOWN)
            if n.entry.pointer not in own
        ]
        return Near(tuple(found), "degraded" if layer.degraded else "done")

    def waited(self, organisation: str, sent: OkrSet, patience_s: float) -> bool:
        """Wait for the titles a set is compared with, where they are just being read; return whether there was such a wait."""
        with self._lock:
            cycle = self._cycles.get((organisation, _cycle_of(sent)))
        reading = cycle.reading if cycle is not None else None
        if reading is None:
            return False
        reading.join(patience_s)
        return True

    def in_cycle(self, unit: Unit, name: str) -> CycleRelations | None:
        """Return the relations between all circles of a cycle, worked out once for a state of the organisation; None: off."""
        cycle = self._cycle(unit, name)
        if cycle.similarity is None:
            return None
        revision = unit.organisation.revision()
        with cycle.lock:
            if cycle.relations is None or cycle.related_at != revision:
                cycle.relations = self._related(cycle, cycle.similarity.layer, whole(unit, cycle=name))
                cycle.related_at = revision
            return cycle.relations

    def _related(self, cycle: _Cycle, layer: Layer, okr_set: OkrSet) -> CycleRelations:
        """Judge the pairs of a cycle, unless only verdicts changed since they were."""
        entries, before = entries_of(okr_set), cycle.judged
        detect = layer.scorer().preparer.lexicon.detect
        if before is None or before.scorer is not layer.scorer() or list(before.entries) != entries:
            before = layer.judged(entries)
            cycle.languages = [entry.language or detect(entry.text) for entry in entries]
            cycle.judged = before if layer.degraded is None else None
        carried = coverage_of(okr_set, layer)
        found = untied(okr_set, entries, layer.settled(before))
        return CycleRelations(okr_set, entries, cycle.languages, found, layer.degraded is not None, carried)

    def _cycle(self, unit: Unit, name: str) -> _Cycle:
        """Return what is known of a cycle, with the words and verdicts of the organisation as they are now."""
        key = (unit.organisation_id, name)
        with self._lock:
            cycle = self._cycles.setdefault(key, _Cycle())
            self._cycles.move_to_end(key)
            if len(self._cycles) > _CYCLES:
                self._cycles.popitem(last=False)
        revision = unit.organisation.revision()
        with cycle.lock:
            if cycle.said_at != revision:
                before, cycle.similarity = cycle.similarity, self.similarity(unit)
                cycle.said_at = revision
                self._said(cycle, before)
        return cycle

    def _said(self, cycle: _Cycle, before: Similarity | None) -> None:
        """Take over new verdicts; with other words of its own, all titles are read anew."""
        now = cycle.similarity
        if cycle.around is None or now is None or before is None:
            return
        if now.terms != before.terms:
            cycle.around, cycle.read_at = None, -1
        elif now.verdicts is not None:
            cycle.around.decide(now.verdicts)

    def _around(self, unit: Unit, name: str, cycle: _Cycle, patience_s: float) -> Neighbourhood | None:
        """Return the titles of a cycle, as they are now; None while they are being read for the first time."""
        reading = cycle.reading
        if reading is not None:
            reading.join(patience_s)
            if reading.is_alive():
                return None
        with cycle.lock:
            revision = unit.organisation.revision()
            if cycle.read_at == revision:
                return cycle.around
            wanted_now = cycle.titles.read(unit, name)
            if cycle.around is not None or len(wanted_now) <= _AT_ONCE:
                self._follow(unit.organisation_id, name, cycle, wanted_now)
                cycle.read_at = revision
                return cycle.around
            cycle.reading = threading.Thread(
                target=self._read, args=(unit.organisation_id, name, cycle), name="coach-titles", daemon=True
            )
            cycle.reading.start()
            reading = cycle.reading
        reading.join(patience_s)
        return None if reading.is_alive() else cycle.around

    def _read(self, organisation: str, name: str, cycle: _Cycle) -> None:
        try:
            with self._store.read(organisation) as unit:
                revision, entries = unit.organisation.revision(), KeptTitles().read(unit, name)
            fresh = _Cycle(similarity=cycle.similarity)
            self._follow(organisation, name, fresh, entries)
        except CoachError:  # the next question tries again, and says what is wrong
            cycle.reading = None
            return
        with cycle.lock:
            cycle.around, cycle.read_at, cycle.reading = fresh.around, revision, None

    def _follow(self, organisation: str, name: str, cycle: _Cycle, entries: list[Entry]) -> None:
        """Let the titles be those that are kept now."""
        assert cycle.similarity is not None
        layer = cycle.similarity.layer
        if cycle.around is None:
            make = self._index_of(organisation, name)
            cycle.around = Neighbourhood(layer.scorer(), (), cycle.similarity.verdicts, make)
        kept = {entry.pointer for entry in entries}
        cycle.around.drop([pointer for pointer in cycle.around.entries if pointer not in kept])
        cycle.around.put([entry for entry in entries if cycle.around.entries.get(entry.pointer) != entry])

    def _index_of(self, organisation: str, cycle: str) -> MakeIndex | None:
        """What makes the index of a cycle in the database, where pgvector is there; None: in memory."""
        if self._in_database is None:
            wanted_there = self._settings.vector_index == "auto"
            self._in_database = wanted_there and without_pgvector(self._store.engine) is None
        if not self._in_database:
            return None
        return lambda embedder, size: PgIndex(self._store.engine, organisation, embedder, size, cycle)


def terms_of(unit: Unit) -> tuple[Term, ...]:
    """Return the words of an organisation."""
    return tuple(Term(term=term, means=means, language=language) for language, term, means in unit.vocabulary.words())


def verdicts_of(unit: Unit) -> Verdicts:
    """Return what the champions of an organisation said about pairs."""
    return Verdicts(Verdict(v.a, v.b, v.relation) for v in unit.judgements.verdicts())


def _cycle_of(sent: OkrSet) -> str:
    """The cycle that a set is compared within; empty: it names none."""
    return sent.cycle or next((o.cycle for o in sent.objectives if o.cycle), None) or ""
