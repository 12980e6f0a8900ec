"""`/api/v1/organisation`: name, mission, vision and strategy of the organisation itself."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from coach.domain.okr_set import Organisation
from coach.domain.reading import read_model
from coach.errors import InputError, NotFoundError, Problem
from coach.http.access import Admin, Viewer
from coach.http.api.documents import document_answer
from coach.http.api.openapi import PROBLEMS, ref
from coach.http.api.resources import Body
from coach.http.conditions import expected_version
from coach.http.state import TheService

router = APIRouter(tags=["organisation"])
_ONE = {"application/json": {"schema": ref("Organisation")}}
_SAID = {"description": "The organisation.", "content": _ONE}


@router.get(
    "/organisation",
    operation_id="getOrganisation",
    summary="The organisation",
    response_class=Response,
    responses={200: _SAID, 304: {"description": "Not changed."}, **{s: PROBLEMS[s] for s in (401, 403, 404, 422, 503)}},
)
def get_organisation(request: Request, tenant: Viewer) -> Response:
    """Return what the organisation says of itself."""
    with tenant.store.read(tenant.organisation) as unit:
        stored = unit.organisation.get()
    if stored is None:
        raise NotFoundError(f"There is no organisation {tenant.organisation!r}.")
    return document_answer(request, stored.value, stored.version)


@router.put(
    "/organisation",
    operation_id="putOrganisation",
    summary="Keep what the organisation says of itself",
    response_class=Response,
    responses={200: _SAID, **{s: PROBLEMS[s] for s in (400, 401, 403, 404, 409, 412, 413, 415, 422, 503)}},
    openapi_extra={"requestBody": {"required": True, "content": _ONE}},
)
def put_organisation(request: Request, tenant: Admin, body: Body, service: TheService) -> Response:
    """Keep name, language, mission, vision and strategy."""
    value = read_model(Organisation, body, limit=service.settings.max_body_bytes)
    if value.id not in (None, tenant.organisation):
        raise InputError("The document is another one.", [Problem("/id", "another-id", "is another organisation")])
    with tenant.store.write(tenant.organisation) as unit:
        stored = unit.organisation.put(value, expected=expected_version(request))
        unit.audit.note(tenant.caller.name, "put", f"organisation:{tenant.organisation}")
    return document_answer(request, stored.value, stored.version)
