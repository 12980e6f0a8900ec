"""Second opinions in the service: asked for in the background, so that no answer of the rubric ever waits for one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from coach.critique.critic import Critic
from coach.domain.okr_set import OkrSet
from coach.domain.review import Review
from coach.review.opinion import awaited, known_opinion, second_opinion
from coach.review.pending import MemoryReviews, Reviews
from coach.rubric.engine import Engine


@dataclass(slots=True)
class Opinions:
    """Asks the model of this service.

    Attributes:
        critic: what asks it.
        reviews: keeps what is not finished.
    """

    critic: Critic
    reviews: Reviews = field(default_factory=MemoryReviews)
    _under_way: set[asyncio.Task[Review]] = field(default_factory=set)

    def known(self, okr_set: OkrSet, review: Review, engine: Engine) -> Review | None:
        """Return the review with an opinion that needs no call; None where there is none yet."""
        return known_opinion(okr_set, review, engine, self.critic)

    def start(self, okr_set: OkrSet, review: Review, engine: Engine) -> tuple[str, Review, asyncio.Task[Review]]:
        """Ask in the background; return the id, the review as it is now, and what will be finished."""
        pending = awaited(review)
        name = self.reviews.start(pending)

        async def finish() -> Review:
            found = await second_opinion(okr_set, review, engine, self.critic)
            self.reviews.finish(name, found)
            return found

        task = asyncio.create_task(finish())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return name, pending, task

    async def close(self) -> None:
        """End what is under way."""
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self.critic.close()
