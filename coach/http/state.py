"""What every request may use, made once at the start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from coach.domain.okr_set import OkrSet
from coach.http.opinions import Opinions
from coach.review.relatives import Similarity, wanted
from coach.rubric.engine import Engine
from coach.rubric.library import Library
from coach.settings import Settings


@dataclass(frozen=True, slots=True)
class Service:
    """The rubric, the settings, the organisation whose circles the drafting page offers, and the language model if any."""

    library: Library
    settings: Settings
    organisation: OkrSet | None = None
    opinions: Opinions | None = None

    @property
    def similarity(self) -> Similarity | None:
        """What compares by meaning; None: switched off."""
        return wanted(self.settings)

    def engine(self, profile: str | None = None) -> Engine:
        """Return the engine of a profile by name; a path is not accepted from outside."""
        name = profile or self.settings.profile
        if profile is not None and profile not in self.library.profiles():
            self.library.profile(profile.replace("/", " ").replace("\\", " ").replace(".", " "))
        return self.library.engine(name)


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


TheService = Annotated[Service, Depends(_service)]
