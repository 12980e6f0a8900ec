"""`/api/v1/links`: what contributes to what; and `/api/v1/key-results`, which are changed with their objective."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from coach.domain.okr_set import Link
from coach.domain.reading import read_model
from coach.errors import NotFoundError
from coach.http.access import Champion, Viewer
from coach.http.api.documents import document_answer
from coach.http.api.openapi import PROBLEMS, ref
from coach.http.api.paging import Cursor, Limit, listed, page_answer
from coach.http.api.resources import Body
from coach.http.conditions import expected_version
from coach.http.state import TheService

router = APIRouter(tags=["links"])
_Id = Annotated[str, Query(max_length=200)]
_From = Annotated[str, Query(alias="from", max_length=200, description="Id of what contributes.")]
_To = Annotated[str, Query(max_length=200, description="Id of what it contributes to.")]
_ONE = {"application/json": {"schema": ref("Link")}}


@router.get(
    "/links",
    operation_id="listLinks",
    summary="All links",
    response_class=Response,
    responses={200: listed("Link"), **{status: PROBLEMS[status] for status in (401, 403, 404, 422, 503)}},
)
def list_links(
    tenant: Viewer,
    limit: Limit = 50,
    cursor: Cursor = None,
    touching: Annotated[str | None, Query(max_length=200, description="Only those from or to this id.")] = None,
) -> Response:
    """Return links in the order of their ends; those that objectives state by `contributes_to` are among them."""
    with tenant.store.read(tenant.organisation) as unit:
        page = unit.links.page(after=cursor, limit=limit, touching=touching)
    return page_answer([stored.value for stored in page.entries], page.next)


@router.put(
    "/links",
    operation_id="putLink",
    summary="Keep a link",
    response_class=Response,
    responses={
        200: {"description": "The link as it is kept.", "content": _ONE},
        201: {"description": "The link as it is kept.", "content": _ONE},
        **{status: PROBLEMS[status] for status in (400, 401, 403, 404, 409, 412, 413, 415, 422, 503)},
    },
    openapi_extra={"requestBody": {"required": True, "content": _ONE}},
)
def put_link(request: Request, tenant: Champion, body: Body, service: TheService) -> Response:
    """Keep a link between two things, proposed or accepted."""
    link = read_model(Link, body, limit=service.settings.max_body_bytes)
    with tenant.store.write(tenant.organisation) as unit:
        stored, changed = unit.links.put(link, expected=expected_version(request))
        if changed:
            unit.organisation.touch()
            unit.audit.note(tenant.caller.name, "put", f"link:{link.from_}/{link.to}")
    return document_answer(
        request, stored.value, stored.version, status=201 if changed and stored.version == 1 else 200
    )


@router.delete(
    "/links",
    operation_id="deleteLink",
    summary="Delete a link",
    status_code=204,
    response_class=Response,
    responses={status: PROBLEMS[status] for status in (401, 403, 404, 409, 412, 422, 503)},
)
def delete_link(request: Request, tenant: Champion, from_: _From, to: _To) -> Response:
    """Delete the link between two things."""
    with tenant.store.write(tenant.organisation) as unit:
        unit.links.delete(from_, to, expected=expected_version(request))
        unit.organisation.touch()
        unit.audit.note(tenant.caller.name, "delete", f"link:{from_}/{to}")
    return Response(status_code=204)


@router.get(
    "/key-results",
    operation_id="listKeyResults",
    summary="The key results of an objective",
    tags=["key results"],
    response_class=Response,
    responses={200: listed("KeyResult"), **{status: PROBLEMS[status] for status in (401, 403, 404, 422, 503)}},
)
def list_key_results(tenant: Viewer, objective: _Id) -> Response:
    """Return an objective's key results with their measurements; they are changed together with their objective."""
    with tenant.store.read(tenant.organisation) as unit:
        stored = unit.objectives.get(objective)
    if stored is None:
        raise NotFoundError(f"There is no objective {objective!r}.")
    return page_answer(stored.value.key_results, None)
