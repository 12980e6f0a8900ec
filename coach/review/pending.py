"""Reviews that are not finished yet, by an id that nobody can guess: the seam where durable jobs take over.

What keeps them must live as long as the answer is wanted; here that is this process.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from coach.domain.review import Review


@dataclass(frozen=True, slots=True)
class Kept:
    """A review as far as it has come."""

    review: Review
    finished: bool
    since: float


class Reviews(Protocol):
    """Keeps reviews while their stages come in."""

    def start(self, review: Review) -> str:
        """Keep a review that is not finished; return its id."""

    def finish(self, name: str, review: Review) -> None:
        """Replace it by the finished one."""

    def get(self, name: str) -> Kept | None:
        """Return it as far as it has come; None where it is not known, or no longer."""


class MemoryReviews:
    """Keeps the latest reviews in memory for a while.

    Args:
        most: how many.
        seconds: how long after it was started.
        clock: seconds that only grow.
    """

    def __init__(self, most: int = 1_000, seconds: float = 3_600, clock: Callable[[], float] = time.monotonic) -> None:
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._most = most
        self._seconds = seconds
        self._clock = clock

    def start(self, review: Review) -> str:
        """Keep a review that is not finished; the oldest one goes where there are too many."""
        name = secrets.token_urlsafe(16)
        self._kept[name] = Kept(review, finished=False, since=self._clock())
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return name

    def finish(self, name: str, review: Review) -> None:
        """Replace it by the finished one, if it is still wanted."""
        if name in self._kept:
            self._kept[name] = replace(self._kept[name], review=review, finished=True)

    def get(self, name: str) -> Kept | None:
        """Return it as far as it has come."""
        found = self._kept.get(name)
        if found is not None and self._clock() - found.since > self._seconds:
            del self._kept[name]
            return None
        return found
