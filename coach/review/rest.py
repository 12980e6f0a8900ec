"""The rest of a review: what its slow layers say after the answer was sent, as a durable job.

The review is kept with the layer `pending`; the job replaces it, and whoever asks for it by its id gets it as far as it is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from coach.domain.okr_set import OkrSet
from coach.domain.reading import read_okr_set
from coach.domain.review import REVIEW, Review
from coach.errors import NotFoundError, StorageError
from coach.review.compare import anew, compared, kept_findings
from coach.review.opinion import awaited, given_up, second_opinion, unasked
from coach.review.own import joined
from coach.review.saved import Manner
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
_log = logging.getLogger("coach.review")


class Rest:
    """Asks the language model about reviews of stored organisations, and keeps what it says.

    Args:
        store: where reviews are kept.
        engine_of: gives the engine of a profile.
        critic: makes what asks the model, for one job; None where none is switched on.
    """

    name = REST
    queue = Queue("reviews", each=4, here=8)

    def __init__(
        self, store: Store, engine_of: Callable[[str], Engine], critic: Callable[[], Critic | None] = lambda: None
    ) -> None:
        self._store = store
        self._engine_of = engine_of
        self._critic = critic

    def plan(self, organisation: str, review: str, okr_set: OkrSet, manner: Manner) -> Job:
        """Note in one transaction that a review waits for an opinion, and what is to be done about it.

        A review that waits already stays as it is; its job is returned.
        """
        with self._store.write(organisation) as unit:
            under_way = unit.jobs.under_way(REST, review)
            if under_way is not None:
                return under_way
            kept = _found(unit.reviews.get(review), review)
            pending = awaited(REVIEW.validate_json(kept.document))
            unit.reviews.complete(review, _written(pending), pending.score.overall, kept_findings(pending))
            sent = okr_set.model_dump_json(by_alias=True, exclude_unset=True)
            return unit.jobs.start(REST, review, {"okr_set": sent, "profile": manner.engine.profile.name})

    def rows(self, unit: Unit) -> JobRows:
        """See `coach.review.work.Kind`."""
        return unit.jobs

    def run_of(self, unit: Unit, job: str) -> Run | None:
        """See `coach.review.work.Kind`."""
        return unit.jobs.get(job)

    def work(self, organisation: str, job: str, steps: Steps) -> None:
        """Ask, and keep the answer; what fails for good is said in the review, which is never left waiting."""
        try:
            steps.do("critique", self.critique, organisation, job)
        except StorageError:
            raise
        except Exception:
            _log.exception("the rest of a review failed")
            steps.do("give-up", self.give_up, organisation, job)

    def critique(self, organisation: str, job: str) -> None:
        """Ask the model about one review, and keep the review with what it said."""
        with self._store.read(organisation) as unit:
            task = _task(unit.jobs.get(job), job)
            kept = _found(unit.reviews.get(task.subject), task.subject)
            sent = read_okr_set(task.payload["okr_set"])
            shown = _with_circles(sent, surroundings(unit, sent))
        review = unasked(REVIEW.validate_json(kept.document))
        engine = self._engine_of(task.payload["profile"])
        self._keep(organisation, kept, asyncio.run(self._asked(shown, review, engine)))

    def give_up(self, organisation: str, job: str) -> None:
        """Say in a review that there will be no opinion."""
        with self._store.read(organisation) as unit:
            task = _task(unit.jobs.get(job), job)
            kept = _found(unit.reviews.get(task.subject), task.subject)
        self._keep(organisation, kept, given_up(REVIEW.validate_json(kept.document)))

    async def _asked(self, okr_set: OkrSet, review: Review, engine: Engine) -> Review:
        critic = self._critic()
        try:
            return await second_opinion(okr_set, review, engine, critic)
        finally:
            if critic is not None:
                await critic.close()

    def _keep(self, organisation: str, kept: KeptReview, review: Review) -> None:
        with self._store.write(organisation) as unit:
            last = unit.reviews.before(kept)
            before = unit.reviews.findings(last.id) if last else []
            if last is not None:
                review = compared(anew(review), before, lambda: REVIEW.validate_json(last.document))
            unit.reviews.complete(kept.id, _written(review), review.score.overall, kept_findings(review))
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
