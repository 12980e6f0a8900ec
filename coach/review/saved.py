"""Reviews that are kept: read within the stored organisation, compared with the last one, free when nothing changed."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING

from coach.domain.language import Language
from coach.domain.okr_set import OkrSet, Source
from coach.domain.review import REVIEW, Review
from coach.review.compare import again, compared, kept_findings, with_source
from coach.review.draft import review_set
from coach.review.ground import LATER, Ground, ground_of, searching
from coach.review.naming import digest, named, subject_of
from coach.review.opinion import on_request
from coach.review.own import joined, repointed
from coach.rubric.engine import Engine
from coach.storage.repositories.reviews import KeptReview
from coach.storage.store import Store

if TYPE_CHECKING:
    from coach.review.kindred import Kindred

_REMEMBERED = 2_000
_SLOW = 8  # embedders elsewhere that are waited for at a time


@dataclass(frozen=True, slots=True)
class Manner:
    """How a set is to be read.

    Attributes:
        language: the reader's; None: that of the draft.
        input_language: the draft's; None: detected.
        patience_s: how long to wait for what stands near to it, where the titles of the organisation are still being read.
    """

    engine: Engine
    language: Language | None = None
    input_language: Language | None = None
    patience_s: float = 1.0

    def digest(self) -> str:
        """Return what tells it from other manners."""
        engine = self.engine
        return f"{engine.source.version}|{engine.profile.name}|{self.language}|{self.input_language}"


@dataclass(frozen=True, slots=True)
class Asking:
    """A set to be reviewed within an organisation; see `Reviewer.review`."""

    organisation: str
    okr_set: OkrSet
    manner: Manner
    subject: str
    day: date
    whole: bool = True
    in_cycle: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """A review as JSON.

    Attributes:
        fresh: whether anything was reviewed at all.
        version: of the object that was saved along with it; 0 where none was.
        created: whether that object is new.
        revision: of the organisation it was read within.
        unread: what was asked for, where what stands near to it was not found in time.
    """

    id: str
    document: str
    language: str
    fresh: bool
    version: int = 0
    created: bool = False
    revision: int = -1
    unread: Asking | None = None


@dataclass(frozen=True, slots=True)
class _Made:
    """A judgement; without review where nothing has changed."""

    ground: Ground
    content: str
    review: Review | None


class Reviewer:
    """Reviews sets of stored organisations, and saves objectives with their review.

    Args:
        store: where organisations and reviews are kept.
        kindred: knows who else is doing this; None: that stage is off.
        asks: whether a language model can be asked for a second opinion later.
    """

    def __init__(self, store: Store, kindred: Kindred | None = None, *, asks: bool = False) -> None:
        self._store = store
        self.kindred = kindred
        self._asks = asks
        self._seen: OrderedDict[str, Answered] = OrderedDict()
        self._lock = Lock()
        self._slow = ThreadPoolExecutor(_SLOW, "coach-near")
        # One set at a time: two threads that calculate make none faster, but stretch every write that they come between.
        self._turn = Lock()

    def review(
        self,
        organisation: str,
        okr_set: OkrSet,
        manner: Manner,
        *,
        subject: str = "",
        whole: bool = True,
        today: date | None = None,
        in_cycle: str | None = None,
    ) -> Answered:
        """Return the review of a set within its organisation; an unchanged one is answered from what is kept.

        Args:
            organisation: id of the stored organisation.
            okr_set: what was sent.
            manner: how to read it.
            subject: what it is a review of; empty: derived from source and ids.
            whole: say also what is about no line and no circle.
            today: the day of dismissals and waivers; None: the machine's.
            in_cycle: the set stands in this cycle, whose relations are worked out as a whole; None: neighbours are looked up.
        """
        day = today or date.today()
        subject = subject or subject_of(okr_set)
        words = okr_set.model_copy(update={"source": None}).model_dump_json()
        asked = digest(organisation, subject, words, manner.digest(), day.isoformat())
        with self._store.read(organisation) as unit:
            revision = unit.organisation.revision()
        key = f"{asked}@{revision}"
        if known := self._recall(key):
            return replace(known, document=with_source(known.document, okr_set.source))
        asking = Asking(organisation, okr_set, manner, subject, day, whole, in_cycle)
        answered = replace(self._answered(asking), revision=revision)
        if answered.unread is None:
            self._remember(key, answered)
        return answered

    def complete(self, asking: Asking) -> tuple[Review, str]:
        """Return a review whose slow layers are waited for, compared with nothing, and its content hash; nothing is kept."""
        made = self._made(asking, meaning=True, again=True)
        assert made.review is not None
        return made.review, made.content

    def _answered(self, asking: Asking) -> Answered:
        """Judge and keep: with what stands near, or without where an embedder elsewhere takes longer than there is time."""
        patience_s = asking.manner.patience_s
        if self.kindred is not None and not self.kindred.local and asking.in_cycle is None:
            waited = self._slow.submit(self._made, asking, meaning=True)
            try:
                made = waited.result(patience_s)
            except TimeoutError:
                made = self._made(asking, meaning=False)
            return self._kept(asking, made)
        if self.kindred is not None and self.kindred.waited(asking.organisation, asking.okr_set, patience_s):
            patience_s = 0.0
        with self._turn:
            return self._kept(asking, self._made(asking, meaning=True, patience_s=patience_s))

    def settled(
        self, organisation: str, okr_set: OkrSet, manner: Manner, source: Source, *, expected: int | None = None
    ) -> Answered | None:
        """Return the answer to a save that changes nothing and was answered here before; None: it is to be saved."""
        with self._store.read(organisation) as unit:
            revision = unit.organisation.revision()
        known = self._recall(f"{_asked_to_save(organisation, okr_set, manner, source)}@{revision}")
        return known if known is not None and expected in (None, known.version) else None

    def save(
        self, organisation: str, okr_set: OkrSet, manner: Manner, source: Source, *, expected: int | None = None
    ) -> Answered:
        """Keep the one objective of a set under another tool's id, then review it.

        Raises:
            StaleError: the objective has another version than expected.
            ConflictError: the objective belongs to another id of that tool.
        """
        assert source.system is not None
        assert source.id is not None
        asked = _asked_to_save(organisation, okr_set, manner, source)
        with self._store.read(organisation) as unit:
            known = unit.objectives.by_external(source.system, source.id)
        objective = named(okr_set.objectives[0], source, known.value if known else None)
        sent = okr_set.model_copy(update={"objectives": [objective], "source": source})
        unchanged = known is not None and (known.value, known.stage, known.source) == (objective, okr_set.stage, source)
        if known is not None and unchanged and expected in (None, known.version):
            version, created = known.version, False
        else:
            with self._turn, self._store.write(organisation) as unit:
                stored, changed = unit.objectives.put(objective, source=source, stage=okr_set.stage, expected=expected)
                version, created = stored.version, known is None
                if changed:
                    unit.organisation.touch()
        answered = self.review(organisation, sent, manner, subject=f"objective:{objective.id}")
        if answered.unread is None:
            self._remember(f"{asked}@{answered.revision}", replace(answered, version=version))
        return replace(answered, version=version, created=created)

    def _made(self, asking: Asking, *, meaning: bool, again: bool = False, patience_s: float | None = None) -> _Made:
        """Judge a set within its organisation; nothing is judged where it was already, unless it is to be done again."""
        okr_set, manner = asking.okr_set, asking.manner
        patience_s = manner.patience_s if patience_s is None else patience_s
        with self._store.read(asking.organisation) as unit:
            ground = ground_of(unit, okr_set, asking.subject, asking.day)
            if self.kindred is not None and meaning:
                near = self.kindred.around(unit, okr_set, cycle=asking.in_cycle, patience_s=patience_s)
                ground = replace(ground, near=near, similarity=self.kindred.similarity(unit))
            elif self.kindred is not None:
                ground = replace(ground, near=LATER)
        joint, own = joined(okr_set, ground.around)
        content = digest(joint.model_copy(update={"source": None}).model_dump_json(), manner.digest(), ground.digest())
        last = ground.last
        if not again and last is not None and last.content_hash == content and ground.same_dismissals:
            return _Made(ground, content, None)
        review = review_set(
            joint,
            manner.engine,
            language=manner.language,
            input_language=manner.input_language,
            today=ground.day,
            similarity=ground.similarity,
            near=ground.near,
            own=replace(own, whole=asking.whole),
            dismissed=ground.dismissed,
        )
        review = repointed(review, okr_set, joint)
        if ground.unfinished:
            review = searching(review, manner.engine)
        return _Made(ground, content, on_request(review) if self._asks else review)

    def _kept(self, asking: Asking, made: _Made) -> Answered:
        okr_set, last = asking.okr_set, made.ground.last
        unread = asking if made.ground.unfinished else None
        if made.review is None:
            assert last is not None
            document = with_source(again(last.document), okr_set.source)
            return Answered(last.id, document, last.language, fresh=False, unread=unread)
        review = made.review
        if last is not None:
            review = compared(review, made.ground.before, lambda: REVIEW.validate_json(last.document))
        kept = KeptReview(
            subject=asking.subject,
            content_hash=made.content,
            rubric_version=review.rubric_version,
            profile=review.profile,
            language=review.language,
            stage=okr_set.stage,
            document="",
            overall=review.score.overall,
            source=okr_set.source,
            circle=next((o.circle for o in okr_set.objectives if o.circle), None),
            cycle=okr_set.cycle or made.ground.around.cycle,
            findings=kept_findings(review),
        )
        document = REVIEW.dump_json(replace(review, id=kept.id)).decode()
        with self._store.write(asking.organisation) as unit:
            unit.reviews.add(replace(kept, document=document))
        return Answered(kept.id, document, review.language, fresh=True, unread=unread)

    def _recall(self, key: str) -> Answered | None:
        with self._lock:
            if key in self._seen:
                self._seen.move_to_end(key)
            return self._seen.get(key)

    def _remember(self, key: str, answered: Answered) -> None:
        settled = replace(answered, document=again(answered.document), fresh=False)
        with self._lock:
            self._seen[key] = settled
            if len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)


def _asked_to_save(organisation: str, okr_set: OkrSet, manner: Manner, source: Source) -> str:
    said = okr_set.model_copy(update={"source": source}).model_dump_json()
    return digest("save", organisation, said, manner.digest(), date.today().isoformat())
