"""`/api/v1/cycles/{id}/duplicates`: which circles of a cycle are about to do the same."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from coach.http.access import Viewer
from coach.http.api.openapi import PROBLEMS
from coach.http.api.verdicts import Relations, cycle_relations
from coach.http.state import TheService

router = APIRouter(tags=["similarity"])


@router.get(
    "/cycles/{cycle}/duplicates",
    operation_id="cycleDuplicates",
    summary="Who is about to do the same in a cycle",
    responses={status: PROBLEMS[status] for status in (401, 403, 404, 422, 503)},
)
def cycle_duplicates(
    cycle: Annotated[str, Path(max_length=200, description="Id of the cycle.")], tenant: Viewer, service: TheService
) -> Relations:
    """Return the duplicates between the circles of a cycle, the surest first, and the groups that say the same."""
    found = cycle_relations(tenant, service, cycle)
    same = [pair for pair in found.relations if pair.relation == "duplicate"]
    return found.model_copy(update={"relations": same})
