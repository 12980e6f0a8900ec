"""`/api/v1/similarity/…`: what champions say about pairs of titles, the pairs to ask about next, and the relations of a cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from coach.domain.text import Title, text_key
from coach.errors import NotFoundError
from coach.http.access import Champion, Tenant, Viewer
from coach.http.api.openapi import PROBLEMS
from coach.http.decisions import Said, decide
from coach.http.state import Service, TheService

if TYPE_CHECKING:
    from coach.review.cycle_relations import CycleRelations
    from coach.similarity.sets import Found
    from coach.storage.repositories.judgements import PairVerdict

router = APIRouter(prefix="/similarity", tags=["similarity"])
_READING: dict[int | str, dict[str, Any]] = {status: PROBLEMS[status] for status in (401, 403, 404, 422, 503)}
_WRITING: dict[int | str, dict[str, Any]] = {status: PROBLEMS[status] for status in (400, 401, 403, 404, 413, 422, 503)}
_Cycle = Annotated[str, Query(max_length=200, description="Id of the cycle.")]


class PairDecision(BaseModel):
    """What two titles are to each other, as a champion sees it. It holds until one of them is reworded."""

    model_config = ConfigDict(extra="forbid")

    a: Title
    b: Title
    relation: Said


class KeptDecision(PairDecision):
    """A decision with who took it and when, and the id by which it can be taken back."""

    id: str
    by: str | None
    at: str


class KeptDecisions(BaseModel):
    """All decisions, the oldest first."""

    data: list[KeptDecision]


class Side(BaseModel):
    """A title of a pair."""

    id: str
    kind: str
    title: str
    circle: str | None
    language: str


class Pair(BaseModel):
    """Two titles of different circles, and what they are to each other."""

    a: Side
    b: Side
    relation: str
    similarity: float
    probability: float
    band: str
    why: list[str]
    decided: bool


class Calibration(BaseModel):
    """How far the verdicts have come: from about 50 of them on, probabilities are those of this organisation."""

    verdicts: int
    right: int
    missing: int
    slope: float | None
    offset: float | None


class Next(BaseModel):
    """The pairs whose verdict teaches most, and what the verdicts so far have taught."""

    pairs: list[Pair]
    calibration: Calibration


class Group(BaseModel):
    """Titles that say the same; the first one is nearest to all others."""

    title: str
    members: list[Side]


class Relations(BaseModel):
    """What was found between the circles of a cycle."""

    state: str
    relations: list[Pair]
    groups: list[Group]
    unknown: dict[str, int]
    chance: float | None


@router.get("/verdicts", operation_id="listVerdicts", summary="What champions said about pairs", responses=_READING)
def list_verdicts(tenant: Viewer) -> KeptDecisions:
    """Return the decisions of the organisation."""
    with tenant.store.read(tenant.organisation) as unit:
        return KeptDecisions(data=[_kept(verdict) for verdict in unit.judgements.verdicts()])


@router.post(
    "/verdicts", operation_id="decidePair", summary="Say what two titles are to each other", responses=_WRITING
)
def decide_pair(wish: PairDecision, tenant: Champion, service: TheService) -> KeptDecision:
    """Keep a decision; a later one on the same two titles replaces it. `unrelated` titles are not shown together again."""
    decide(service, tenant.caller, tenant.organisation, wish.a, wish.b, wish.relation)
    with tenant.store.read(tenant.organisation) as unit:
        return _kept(next(v for v in unit.judgements.verdicts([wish.a]) if _id(v) == _id_of(wish.a, wish.b)))


@router.delete(
    "/verdicts/{verdict_id}",
    operation_id="takeVerdictBack",
    summary="Take a decision back",
    status_code=204,
    response_class=Response,
    responses=_READING,
)
def take_back(verdict_id: Annotated[str, Path(max_length=200)], tenant: Champion, service: TheService) -> Response:
    """Forget a decision: the pair is judged by the coach again."""
    with tenant.store.read(tenant.organisation) as unit:
        known = next((v for v in unit.judgements.verdicts() if _id(v) == verdict_id), None)
    if known is None:
        raise NotFoundError(f"There is no decision {verdict_id!r}.")
    decide(service, tenant.caller, tenant.organisation, known.a, known.b, None)
    return Response(status_code=204)


@router.get("/next", operation_id="nextPairs", summary="The pairs to ask a champion about", responses=_READING)
def next_pairs(
    tenant: Viewer, service: TheService, cycle: _Cycle, size: Annotated[int, Query(ge=1, le=50)] = 5
) -> Next:
    """Return the undecided pairs of a cycle whose verdict teaches most: those nearest to even odds."""
    known = relations_of(service, tenant, cycle)
    kindred = service.kindred
    assert kindred is not None
    with tenant.store.read(tenant.organisation) as unit:
        learnt = kindred.calibration(unit)
    scaling = learnt.scaling
    return Next(
        pairs=[_pair(known, found) for found in known.found.to_ask(size)],
        calibration=Calibration(
            verdicts=learnt.verdicts,
            right=learnt.right,
            missing=learnt.missing,
            slope=scaling.slope if scaling else None,
            offset=scaling.offset if scaling else None,
        ),
    )


@router.get("/relations", operation_id="cycleRelations", summary="Who does the same in a cycle", responses=_READING)
def cycle_relations(tenant: Viewer, service: TheService, cycle: _Cycle) -> Relations:
    """Return duplicates, contradictions and related titles between the circles of a cycle, and groups that say the same."""
    known = relations_of(service, tenant, cycle)
    floor = known.found.null.floor if known.found.null else -1.0
    return Relations(
        state="degraded" if known.degraded else "done",
        relations=[_pair(known, found) for found in known.found.found],
        groups=[
            Group(title=known.entries[g.medoid].text, members=[_side(known, at) for at in g.members])
            for g in known.found.clusters
        ],
        unknown=dict(known.found.unknown.most_common(200)),
        chance=round(floor, 3) if floor >= 0 else None,
    )


def relations_of(service: Service, tenant: Tenant, cycle: str) -> CycleRelations:
    """Return the relations of a cycle.

    Raises:
        NotFoundError: there is no such cycle, or nothing is compared here.
    """
    with tenant.store.read(tenant.organisation) as unit:
        if unit.cycles.get(cycle) is None:
            raise NotFoundError(f"There is no cycle {cycle!r}.")
        known = service.kindred.in_cycle(unit, cycle) if service.kindred else None
    if known is None:
        raise NotFoundError("This coach compares nothing: its embedder is off.", hint="COACH_EMBEDDER=house")
    return known


def _side(known: CycleRelations, at: int) -> Side:
    line = known.line(at)
    return Side(id=line.id, kind=line.kind, title=line.title, circle=line.circle, language=line.language)


def _pair(known: CycleRelations, found: Found) -> Pair:
    said = found.judgement
    shown: dict[str, Any] = {name: getattr(said, name) for name in ("relation", "similarity", "probability", "band")}
    return Pair(
        a=_side(known, found.a), b=_side(known, found.b), why=list(said.reasons()), decided=said.decided, **shown
    )


def _kept(verdict: PairVerdict) -> KeptDecision:
    moment = verdict.at.isoformat() if verdict.at else ""
    return KeptDecision(a=verdict.a, b=verdict.b, relation=verdict.relation, id=_id(verdict), by=verdict.by, at=moment)


def _id(verdict: PairVerdict) -> str:
    return _id_of(verdict.a, verdict.b)


def _id_of(a: str, b: str) -> str:
    first, second = sorted((text_key(a), text_key(b)))
    return f"{first[:24]}.{second[:24]}"
