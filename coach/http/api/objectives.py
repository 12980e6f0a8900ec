"""`/api/v1/objectives/by-external/…`: what an OKR tool calls when somebody presses Save."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from coach.domain.okr_set import OkrSet, Source
from coach.domain.text import Identifier
from coach.errors import InputError, NotFoundError, Problem
from coach.http.access import Editor, Tenant, Viewer, looked_up
from coach.http.api.documents import document_answer
from coach.http.api.keeping import review_answer, reviewed
from coach.http.api.openapi import PROBLEMS, ref
from coach.http.api.reviews import OKR_SET_BODY, PENDING, REVIEWED, InputLanguage, Lang, Profile, manner_of
from coach.http.body import json_body, parsed
from coach.http.conditions import etag, expected_version
from coach.http.idempotency import once
from coach.http.prefer import preference
from coach.http.state import TheService

if TYPE_CHECKING:
    from coach.review.saved import Answered

router = APIRouter(tags=["objectives"])
_System = Annotated[Identifier, Path(description="Name of the tool.")]
_Name = Annotated[Identifier, Path(description="The objective's id in that tool.")]


@router.put(
    "/objectives/by-external/{system}/{external_id:path}",
    operation_id="saveObjective",
    summary="Keep an objective on save, and review it",
    response_class=Response,
    responses={
        200: REVIEWED,
        201: REVIEWED,
        202: PENDING,
        **{status: PROBLEMS[status] for status in (400, 401, 403, 404, 409, 412, 413, 415, 422, 503)},
    },
    openapi_extra=OKR_SET_BODY,
)
async def save_objective(
    system: _System,
    external_id: _Name,
    request: Request,
    service: TheService,
    tenant: Editor,
    lang: Lang = None,
    input_language: InputLanguage = None,
    profile: Profile = None,
) -> Response:
    """Keep the one objective of an okr-set under the tool's own id, and answer with its review.

    Read within the stored organisation: the circle's purpose, accountabilities and other objectives, the company's OKRs.
    `stage` is `draft` or `ready`; completeness is asked for only then. `source.version` comes back as it was sent. An
    unchanged save is answered from what is kept. The ETag is the objective's version; If-Match refuses a save over something
    newer with 412.
    """
    document = await json_body(request, service.settings.max_body_bytes)

    okr_set = await parsed(document, service.settings.max_body_bytes)
    source = _source(okr_set, tenant, system, external_id)
    wish = preference(request.headers.getlist("prefer"))
    manner = manner_of(service, profile, lang, input_language, wish)

    sent = okr_set.model_copy(update={"source": source})
    expected = expected_version(request)

    async def saved() -> tuple[OkrSet, Answered]:
        assert service.reviewer is not None
        wanted = (tenant.organisation, okr_set, manner, source)
        known = await looked_up(tenant.store, service.reviewer.settled, *wanted, expected=expected)
        if known is None:
            known = await run_in_threadpool(service.reviewer.save, *wanted, expected=expected)
        return sent, known

    async def work() -> Response:
        answered, finished = await reviewed(request, service, tenant.organisation, manner, saved)
        status = 201 if answered.created else 200
        return review_answer(request, answered, finished=finished, status=status, tag=etag(answered.version))

    return await once(request, document, tenant.store, tenant.caller, tenant.organisation, work)


@router.get(
    "/objectives/by-external/{system}/{external_id:path}",
    operation_id="getObjectiveByExternal",
    summary="An objective by another tool's id",
    response_class=Response,
    responses={
        200: {"description": "The objective.", "content": {"application/json": {"schema": ref("Objective")}}},
        304: {"description": "Not changed."},
        **{status: PROBLEMS[status] for status in (401, 403, 404, 422, 503)},
    },
)
def get_by_external(system: _System, external_id: _Name, request: Request, tenant: Viewer) -> Response:
    """Return what is kept under a tool's own id."""
    with tenant.store.read(tenant.organisation) as unit:
        stored = unit.objectives.by_external(system, external_id)
    if stored is None:
        raise NotFoundError(f"There is no objective {external_id!r} of {system!r}.")
    return document_answer(request, stored.value, stored.version)


def _source(okr_set: OkrSet, tenant: Tenant, system: str, external_id: str) -> Source:
    problems = []
    if len(okr_set.objectives) != 1:
        problems.append(
            Problem("/objectives", "one-objective", f"has {len(okr_set.objectives)} entries; exactly one is kept")
        )
    source = okr_set.source or Source()
    if source.system not in (None, system):
        problems.append(Problem("/source/system", "another-id", f"differs from {system!r} in the address"))
    if source.id not in (None, external_id):
        problems.append(Problem("/source/id", "another-id", f"differs from {external_id!r} in the address"))
    named = okr_set.organisation.id if okr_set.organisation else None
    if named not in (None, tenant.organisation):
        problems.append(Problem("/organisation/id", "another-id", f"differs from {tenant.organisation!r}"))
    if problems:
        raise InputError("The okr-set cannot be saved here.", problems)
    return Source(system=system, id=external_id, version=source.version)
