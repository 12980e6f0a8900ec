"""What every request may use, made once at the start."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from coach.domain.okr_set import OkrSet
from coach.http.decisions import SessionDecisions
from coach.http.memory import Memory
from coach.http.opinions import Opinions
from coach.http.sets import StoredSets
from coach.review.relatives import Similarity, wanted
from coach.rubric.engine import Engine
from coach.rubric.library import Library
from coach.settings import Settings

if TYPE_CHECKING:
    from coach.review.jobs import Jobs
    from coach.review.kindred import Kindred
    from coach.review.rest import Rest
    from coach.review.saved import Reviewer
    from coach.storage.store import Store


@dataclass(slots=True)
class KeysKnown:
    """Whether there was any API key, and until when that counts (seconds of the monotonic clock)."""

    any: bool = True
    until: float = 0.0


@dataclass(frozen=True, slots=True)
class Service:
    """The rubric, the settings, and the organisation whose circles the drafting page offers.

    Attributes:
        opinions: asks the language model; None: none is switched on.
        store: where organisations are kept; None: nothing is.
        reviewer: reviews what belongs to a stored organisation.
        jobs: does durable work, such as the review of a whole cycle.
        rest: what is left of a review when its answer leaves.
        keys_required: refuse everybody without a key, even while there is none.
    """

    library: Library
    settings: Settings
    organisation: OkrSet | None = None
    opinions: Opinions | None = None
    store: Store | None = None
    reviewer: Reviewer | None = None
    jobs: Jobs | None = None
    rest: Rest | None = None
    keys_required: bool = False
    keys_known: KeysKnown = field(default_factory=KeysKnown)
    answers: Memory = field(default_factory=Memory)
    decisions: SessionDecisions = field(default_factory=SessionDecisions)
    sets: StoredSets = field(default_factory=StoredSets)

    @property
    def similarity(self) -> Similarity | None:
        """What compares by meaning; None: switched off."""
        return wanted(self.settings)

    @property
    def kindred(self) -> Kindred | None:
        """What knows who else is doing this in a stored organisation."""
        return self.reviewer.kindred if self.reviewer else None

    def engine(self, profile: str | None = None) -> Engine:
        """Return the engine of a profile by name; a path is not accepted from outside."""
        name = profile or self.settings.profile
        if profile is not None and profile not in self.library.profiles():
            self.library.profile(profile.replace("/", " ").replace("\\", " ").replace(".", " "))
        return self.library.engine(name)


async def _service(request: Request) -> Service:  # async: a plain function would be run in a thread
    service: Service = request.app.state.service
    return service


TheService = Annotated[Service, Depends(_service)]
