"""`POST /api/v1/cycles/{id}/reviews` and `/api/v1/jobs`: the review of a whole cycle, followed and stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from coach.domain.language import Language
from coach.errors import NotFoundError
from coach.http.access import Champion, Tenant, Viewer
from coach.http.api.openapi import PROBLEMS, ref
from coach.http.state import TheService

if TYPE_CHECKING:
    from coach.review.jobs import Jobs
    from coach.storage.repositories.cycle_reviews import CycleReview

router = APIRouter(tags=["jobs"])
_LOOK_S = 0.25
_SHOWN = ("id", "cycle", "state", "total", "done", "reused", "failed", "error", "created_at", "finished_at")
_JOB = {"description": "How far the job is.", "content": {"application/json": {"schema": ref("Job")}}}
_Cycle = Annotated[str, Path(max_length=200, description="Id of the cycle.")]
_Job = Annotated[str, Path(max_length=200, description="Id of the job.")]


@router.post(
    "/cycles/{cycle}/reviews",
    operation_id="reviewCycle",
    summary="Review a cycle",
    response_class=Response,
    status_code=202,
    responses={202: _JOB, **{status: PROBLEMS[status] for status in (401, 403, 404, 409, 422, 503)}},
)
def review_cycle(
    cycle: _Cycle,
    tenant: Champion,
    service: TheService,
    lang: Annotated[Language | None, Query(description="Language of the remarks; default: the organisation's.")] = None,
    profile: Annotated[str | None, Query(max_length=100, description="Profile that judges.")] = None,
) -> Response:
    """Review everything in a cycle, circle by circle; only what changed since last time. Two starts at once are one job."""
    name = service.engine(profile).profile.name if profile else service.settings.profile
    with tenant.store.read(tenant.organisation) as unit:
        kept = unit.organisation.get()
    spoken = lang or (kept.value.language if kept else None) or "en"
    job = _jobs(service.jobs).start(tenant.organisation, cycle, profile=name, language=spoken)
    return _answer(job, 202)


@router.get(
    "/jobs/{job}",
    operation_id="getJob",
    summary="How far a job is",
    response_class=Response,
    responses={200: _JOB, **{status: PROBLEMS[status] for status in (401, 403, 404, 422, 503)}},
)
def get_job(job: _Job, tenant: Viewer, service: TheService) -> Response:
    """Return how many circles are done, and how many of them had not changed."""
    return _answer(_jobs(service.jobs).get(tenant.organisation, job))


@router.delete(
    "/jobs/{job}",
    operation_id="cancelJob",
    summary="Stop a job",
    response_class=Response,
    responses={200: _JOB, **{status: PROBLEMS[status] for status in (401, 403, 404, 409, 422, 503)}},
)
def cancel_job(job: _Job, tenant: Champion, service: TheService) -> Response:
    """Stop a job before its next circles; what was reviewed stays. One that has ended stays as it is."""
    return _answer(_jobs(service.jobs).cancel(tenant.organisation, job))


def _followed(job: _Job, tenant: Viewer, service: TheService) -> tuple[Jobs, Tenant, CycleReview]:
    jobs = _jobs(service.jobs)
    return jobs, tenant, jobs.get(tenant.organisation, job)


@router.get(
    "/jobs/{job}/events",
    operation_id="followJob",
    summary="Follow a job",
    response_class=EventSourceResponse,
    responses={status: PROBLEMS[status] for status in (401, 403, 404, 422, 503)},
)
async def follow_job(
    followed: Annotated[tuple[Any, Any, Any], Depends(_followed)],
) -> AsyncIterator[ServerSentEvent]:
    """Send the job whenever it moves: `progress` events, then `done` with its last state. Coming back begins with its state now."""
    jobs, tenant, job = followed
    said = -1
    while job.under_way:
        if job.done + job.failed != said:
            said = job.done + job.failed
            yield ServerSentEvent(id=str(said), event="progress", data=shown(job))
        await asyncio.sleep(_LOOK_S)
        job = await run_in_threadpool(jobs.get, tenant.organisation, job.id)
    yield ServerSentEvent(id=str(job.done + job.failed), event="done", data=shown(job))


def shown(job: CycleReview) -> dict[str, Any]:
    """Return what is told of a job."""
    found = {name: getattr(job, name) for name in _SHOWN}
    return {**found, **{name: value.isoformat() for name, value in found.items() if hasattr(value, "isoformat")}}


def _answer(job: CycleReview, status: int = 200) -> Response:
    headers = {"Location": f"/api/v1/jobs/{job.id}"} if status == 202 else {}
    return Response(to_json(shown(job)), status, media_type="application/json", headers=headers)


def _jobs(jobs: Jobs | None) -> Jobs:
    if jobs is None:
        raise NotFoundError("This coach does no jobs.")
    return jobs
