"""`POST /api/v1/similarity`: who else is doing this, as an OKR tool asks it on save."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from coach.domain.language import Language
from coach.domain.okr_set import OkrSet
from coach.domain.text import Identifier, Title
from coach.errors import InputError
from coach.http.access import Caller, TheCaller
from coach.http.api.openapi import PROBLEMS
from coach.http.state import TheService
from coach.similarity.neighbours import Neighbourhood
from coach.similarity.sets import Entry

router = APIRouter(tags=["similarity"])
_MOST_ITEMS = 5_000
Kind = Literal["project", "objective", "key_result"]


class Among(BaseModel):
    """A title to compare with."""

    model_config = ConfigDict(extra="forbid")

    id: Identifier
    title: Title
    kind: Kind = "project"
    circle: Identifier | None = None
    language: Language | None = None


class Question(BaseModel):
    """A title, and among what to look; without `items`, among those of the organisation this service holds."""

    model_config = ConfigDict(extra="forbid")

    title: Title
    kind: Kind = "project"
    circle: Identifier | None = None
    language: Language | None = None
    items: list[Among] | None = Field(None, max_length=_MOST_ITEMS)
    size: Annotated[int, Field(ge=1, le=20)] = 5


class Answer(BaseModel):
    """One neighbour: its id, or its JSON Pointer in the organisation's okr-set."""

    id: str
    title: str
    circle: str | None
    language: Language
    relation: Literal["duplicate", "related", "contradiction"]
    similarity: float
    probability: float
    band: Literal["likely", "possible", "uncertain"]
    why: list[str]


class Neighbours(BaseModel):
    """What was found, the most telling first."""

    state: Literal["done", "degraded", "off"]
    neighbours: list[Answer]


@router.post(
    "/similarity",
    operation_id="findNeighbours",
    summary="Who else is doing this",
    responses={status: PROBLEMS[status] for status in (400, 401, 413, 422)},
)
def find_neighbours(question: Question, service: TheService, caller: TheCaller) -> Neighbours:
    """Return the titles of other circles that are the same, against it, or related."""
    similarity = service.similarity
    if similarity is None:
        return Neighbours(state="off", neighbours=[])
    layer = similarity.layer
    if question.items is not None:
        entries = [Entry(i.id, i.title, i.kind, i.circle, i.language) for i in question.items]
        around = layer.run(lambda made: Neighbourhood(made, entries))
    elif service.organisation is not None and _may_see(caller, service.organisation):
        around = layer.neighbourhood(service.organisation)
    else:
        raise InputError(
            "There are no items to compare with, and this service holds no organisation.", hint="Send items."
        )
    found = around.near(
        question.title, (question.kind,), group=question.circle, language=question.language, size=question.size
    )
    return Neighbours(
        state="degraded" if layer.degraded else "done",
        neighbours=[
            Answer(
                id=n.entry.pointer,
                title=n.entry.text,
                circle=n.entry.group,
                language=n.language,
                relation=n.judgement.relation,
                similarity=n.judgement.similarity,
                probability=n.judgement.probability,
                band=n.judgement.band,
                why=list(n.judgement.reasons()),
            )
            for n in found
        ],
    )


def _may_see(caller: Caller, organisation: OkrSet) -> bool:
    """Whether the organisation this service holds is the caller's own."""
    own = organisation.organisation.id if organisation.organisation else None
    return caller.organisation in (None, own)
