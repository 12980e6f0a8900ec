"""What a kind of durable job is, for those who do the work; `coach.review.jobs` makes it durable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, Protocol, TypeVar

from coach.storage.repositories.job_rows import JobRows, Run
from coach.storage.unit import Unit

P = ParamSpec("P")
T = TypeVar("T")


class Steps(Protocol):
    """The steps of one job."""

    def do(self, name: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do something, once: a job that goes on after a crash takes the result over. The result can be pickled.

        Raises:
            InterruptedError: this process ends; another one will go on from here.
        """

    def wanted(self) -> bool:
        """Say that this process lives; return False when the job was stopped or taken over, and is to be left."""


@dataclass(frozen=True, slots=True)
class Queue:
    """How many jobs of a kind run at the same time.

    Attributes:
        each: of one organisation.
        here: in one process.
    """

    name: str
    each: int
    here: int


class Kind(Protocol):
    """A kind of durable job, such as `cycle-review`, `review-rest`, later `callback` or `pull`."""

    @property
    def name(self) -> str:
        """Its name, for ever: a job that is under way is found again by it."""

    @property
    def queue(self) -> Queue:
        """Where its jobs stand in line."""

    def rows(self, unit: Unit) -> JobRows:
        """Return where its runs are kept."""

    def run_of(self, unit: Unit, job: str) -> Run | None:
        """Return how far a job is, or None."""

    def work(self, organisation: str, job: str, steps: Steps) -> None:
        """Do the job, step by step; any step may be done twice without harm."""
