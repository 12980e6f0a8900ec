"""Reviewing a cycle: circle by circle, each within the organisation; only what changed since the last time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from coach.domain.language import known
from coach.domain.okr_set import OkrSet
from coach.domain.review import Review
from coach.errors import CoachError, NotFoundError, StorageError
from coach.review.draft import review_set
from coach.review.own import joined, repointed
from coach.review.relatives import Near
from coach.review.saved import Manner, Reviewer
from coach.review.work import Queue, Steps
from coach.rubric.engine import Engine
from coach.storage.okr_sets import surroundings
from coach.storage.repositories.cycle_reviews import CycleReview, Part
from coach.storage.repositories.job_rows import JobRows, Run
from coach.storage.store import Store
from coach.storage.unit import Unit

if TYPE_CHECKING:
    from coach.review.kindred import Kindred

CHUNK = 5  # circles that are finished together: more would be lost by a kill, fewer would cost more than they save
NO_CIRCLE = "-"  # stands for the objectives that name no circle
_log = logging.getLogger("coach.review")


class CycleReviewer:
    """Does the work of a cycle review, chunk by chunk; every chunk may be done twice without harm.

    Args:
        store: where organisation and reviews are kept.
        engine_of: gives the engine of a profile.
        kindred: knows who else is doing this; None: that stage is off.
    """

    def __init__(self, store: Store, engine_of: Callable[[str], Engine], kindred: Kindred | None = None) -> None:
        self._store = store
        self._engine_of = engine_of
        self._reviewer = Reviewer(store, kindred)

    name = "cycle-review"
    queue = Queue("cycles", each=1, here=2)

    def rows(self, unit: Unit) -> JobRows:
        """See `coach.review.work.Kind`."""
        return unit.cycle_reviews

    def run_of(self, unit: Unit, job: str) -> Run | None:
        """See `coach.review.work.Kind`."""
        return unit.cycle_reviews.get(job)

    def work(self, organisation: str, job: str, steps: Steps) -> None:
        """Plan, then chunk after chunk."""
        for number, circles in enumerate(steps.do("plan", self.plan, organisation, job)):
            if not steps.wanted():
                return
            steps.do(f"chunk-{number}", self.chunk, organisation, job, circles)

    def plan(self, organisation: str, job: str) -> list[list[str]]:
        """Return the circles that want something in the cycle, in chunks, and note how many they are."""
        with self._store.write(organisation) as unit:
            review = _found(unit.cycle_reviews.get(job), job)
            circles = unit.objectives.circles_in(review.cycle)
            names = sorted({name or NO_CIRCLE for name in circles})
            unit.cycle_reviews.begin(job, len(names))
        return [names[at : at + CHUNK] for at in range(0, len(names), CHUNK)]

    def chunk(self, organisation: str, job: str, circles: list[str]) -> None:
        """Review some circles and keep which review stands for each; what fails is counted, and the rest goes on.

        Raises:
            StorageError: the database cannot answer; the chunk is to be tried again.
        """
        with self._store.read(organisation) as unit:
            review = _found(unit.cycle_reviews.get(job), job)
            done = {part.circle for part in unit.cycle_reviews.parts(job)}
        parts: list[Part] = []
        failed = 0
        for circle in circles:
            if circle in done:
                continue
            try:
                parts.append(self._circle(organisation, review, circle))
            except StorageError:
                raise
            except CoachError:
                _log.exception("circle %s of %s cannot be reviewed", circle, organisation)
                failed += 1
        with self._store.write(organisation) as unit:
            unit.cycle_reviews.add_parts(job, parts, failed=failed)

    def _circle(self, organisation: str, review: CycleReview, circle: str) -> Part:
        with self._store.read(organisation) as unit:
            wanted, company = circle_set(unit, circle, review.cycle)
        manner = Manner(self._engine_of(review.profile), known(review.language))
        subject = subject_of(circle, review.cycle)
        answered = self._reviewer.review(
            organisation, wanted, manner, subject=subject, whole=company, in_cycle=review.cycle
        )
        return Part(circle, answered.id, reused=not answered.fresh)


def circle_set(unit: Unit, circle: str, cycle: str) -> tuple[OkrSet, bool]:
    """Return what a circle wants in a cycle, and whether what is about the organisation as a whole is said there.

    Args:
        unit: of the organisation.
        circle: its id, or `NO_CIRCLE`.
        cycle: id of the cycle.
    """
    name = None if circle == NO_CIRCLE else circle
    objectives = unit.objectives.of_circle(name, cycle)
    projects = unit.projects.of_circles([name]) if name else []
    anchors = {anchor.id for anchor in unit.circles.around([])}
    wanted = OkrSet(stage="ready", cycle=cycle).model_copy(update={"objectives": objectives, "projects": projects})
    return wanted, name is None or name in anchors


def read_circle(
    unit: Unit, circle: str, cycle: str, manner: Manner, today: date, kindred: Kindred | None = None
) -> tuple[OkrSet, Review]:
    """Return what a circle wants in a cycle with its review as of now, in any language; nothing of it is kept."""
    wanted, company = circle_set(unit, circle, cycle)
    whole, own = joined(wanted, surroundings(unit, wanted))
    known = kindred.in_cycle(unit, cycle) if kindred else None
    review = review_set(
        whole,
        manner.engine,
        language=manner.language,
        today=today,
        similarity=kindred.similarity(unit) if kindred else None,
        near=known.near(wanted) if known else Near(),
        own=replace(own, whole=company),
        dismissed=unit.dispositions.dismissed(today),
    )
    return wanted, repointed(review, wanted, whole)


def subject_of(circle: str, cycle: str) -> str:
    """Return what the review of a circle's set in a cycle is a review of."""
    return f"circle:{circle}@{cycle}"


def _found(review: CycleReview | None, job: str) -> CycleReview:
    if review is None:
        raise NotFoundError(f"There is no job {job!r}.")
    return review
