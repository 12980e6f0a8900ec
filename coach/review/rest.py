"""The rest of a review: what its slow layers say after the answer was sent, as a durable job.

The review is kept with the layer `pending`; the job replaces it, and whoever asks for it by its id gets it as far as it is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from coach.domain.okr_set import OkrSet
from coach.domain.reading import read_okr_set
from coach.domain.review import REVIEW, Review
from coach.errors import NotFoundError, StorageError
from coach.review.compare import anew, compared, kept_findings, stages_of
from coach.review.ground import not_found
from coach.review.opinion import awaited, given_up, second_opinion, unasked
from coach.review.own import joined
from coach.review.saved import Asking, Manner, Reviewer
from coach.review.work import Queue, Steps
from coach.rubric.engine import Engine
from coach.storage.okr_sets import surroundings
from coach.storage.repositories.job_rows import JobRows, Run
from coach.storage.repositories.jobs import Job
from coach.storage.repositories.reviews import KeptReview
from coach.storage.store import Store
from coach.storage.unit import Unit

if TYPE_CHECKING:
    from coach.critique.critic import Critic

REST = "review-rest"
_LONG_S = 600.0  # nobody waits any more
_log = logging.getLogger("coach.review")


class Rest:
    """Looks up who else is doing this, asks the language model, and keeps what both say with the review.

    Args:
        store: where reviews are kept.
        engine_of: gives the engine of a profile.
        reviewer: judges anew once what stands near is known.
        critic: makes what asks the model, for one job; None where none is switched on.
    """

    name = REST
    queue = Queue("reviews", each=4, here=8)

    def __init__(
        self,
        store: Store,
        engine_of: Callable[[str], Engine],
        reviewer: Reviewer,
        critic: Callable[[], Critic | None] = lambda: None,
    ) -> None:
        self._store = store
        self._engine_of = engine_of
        self._reviewer = reviewer
        self._critic = critic

    def plan(self, review: str, asking: Asking, *, critique: bool) -> Job:
        """Note in one transaction what a review waits for, and what is to be done about it.

        A review that waits already stays as it is; its job is returned.

        Args:
            review: id of the kept review.
            asking: what was asked for.
            critique: whether the language model is asked.
        """
        with self._store.write(asking.organisation) as unit:
            under_way = unit.jobs.under_way(REST, review)
            if under_way is not None:
                return under_way
            kept = _found(unit.reviews.get(review), review)
            layers = ["critique"] if critique else []
            if stages_of(kept.document).similarity == "pending":
                layers.insert(0, "similarity")
            if critique:
                pending = awaited(REVIEW.validate_json(kept.document))
                unit.reviews.complete(review, _written(pending), pending.score.overall, kept_findings(pending))
            manner = asking.manner
            payload = {
                "layers": layers,
                "okr_set": asking.okr_set.model_dump_json(by_alias=True, exclude_unset=True),
                "profile": manner.engine.profile.name,
                "language": manner.language,
                "input_language": manner.input_language,
                "whole": asking.whole,
            }
            return unit.jobs.start(REST, review, payload)

    def rows(self, unit: Unit) -> JobRows:
        """See `coach.review.work.Kind`."""
        return unit.jobs

    def run_of(self, unit: Unit, job: str) -> Run | None:
        """See `coach.review.work.Kind`."""
        return unit.jobs.get(job)

    def work(self, organisation: str, job: str, steps: Steps) -> None:
        """Let one layer after the other speak; what fails for good is said in the review, which is never left waiting."""
        with self._store.read(organisation) as unit:
            layers = _task(unit.jobs.get(job), job).payload["layers"]
        for layer in layers:
            if not steps.wanted():
                return
            speak = self.similarity if layer == "similarity" else self.critique
            try:
                steps.do(layer, speak, organisation, job)
            except (StorageError, InterruptedError):
                raise
            except Exception:
                _log.exception("the rest of a review failed")
                steps.do(f"no-{layer}", self.give_up, organisation, job, layer)

    def similarity(self, organisation: str, job: str) -> None:
        """Look up what stands near to the set, and keep the review with it; an opinion is still to come, where one is."""
        task, kept = self._task(organisation, job)
        wanted = task.payload
        manner = Manner(self._engine_of(wanted["profile"]), wanted["language"], wanted["input_language"], _LONG_S)
        okr_set = read_okr_set(wanted["okr_set"])
        asking = Asking(organisation, okr_set, manner, kept.subject, date.today(), wanted["whole"])
        review, content = self._reviewer.complete(asking)
        if "critique" in wanted["layers"]:
            review = awaited(review)
        self._keep(organisation, kept, replace(review, source=kept.source, id=kept.id), content)

    def critique(self, organisation: str, job: str) -> None:
        """Ask the model about one review, and keep the review with what it said."""
        task, kept = self._task(organisation, job)
        sent = read_okr_set(task.payload["okr_set"])
        with self._store.read(organisation) as unit:
            shown = _with_circles(sent, surroundings(unit, sent))
        review = unasked(REVIEW.validate_json(kept.document))
        engine = self._engine_of(task.payload["profile"])
        self._keep(organisation, kept, asyncio.run(self._asked(shown, review, engine)))

    def give_up(self, organisation: str, job: str, layer: str) -> None:
        """Say in a review that a layer will not speak."""
        task, kept = self._task(organisation, job)
        review = REVIEW.validate_json(kept.document)
        engine = self._engine_of(task.payload["profile"])
        self._keep(organisation, kept, given_up(review) if layer == "critique" else not_found(review, engine))

    def _task(self, organisation: str, job: str) -> tuple[Job, KeptReview]:
        with self._store.read(organisation) as unit:
            task = _task(unit.jobs.get(job), job)
            return task, _found(unit.reviews.get(task.subject), task.subject)

    async def _asked(self, okr_set: OkrSet, review: Review, engine: Engine) -> Review:
        critic = self._critic()
        try:
            return await second_opinion(okr_set, review, engine, critic)
        finally:
            if critic is not None:
                await critic.close()

    def _keep(self, organisation: str, kept: KeptReview, review: Review, content: str | None = None) -> None:
        with self._store.write(organisation) as unit:
            last = unit.reviews.before(kept)
            before = unit.reviews.findings(last.id) if last else []
            if last is not None:
                review = compared(anew(review), before, lambda: REVIEW.validate_json(last.document))
            unit.reviews.complete(kept.id, _written(review), review.score.overall, kept_findings(review), content)
            unit.organisation.touch()  # what other processes remember of this review is no longer true


def _with_circles(sent: OkrSet, around: OkrSet) -> OkrSet:
    """The set as it was sent with what is kept about its circles; nothing of anybody else's lines."""
    whole, _ = joined(sent, around)
    mine = {objective.circle for objective in sent.objectives} | {circle.id for circle in sent.circles}
    return sent.model_copy(
        update={
            "organisation": whole.organisation,
            "cycles": whole.cycles,
            "circles": [circle for circle in whole.circles if circle.id in mine],
        }
    )


def _written(review: Review) -> str:
    return REVIEW.dump_json(review).decode()


def _task(job: Job | None, name: str) -> Job:
    if job is None or not job.payload:
        raise NotFoundError(f"There is no job {name!r}.")
    return job


def _found(review: KeptReview | None, name: str) -> KeptReview:
    if review is None:
        raise NotFoundError(f"There is no review {name!r}.")
    return review
