"""Reviews of stored organisations over HTTP: answered when they are finished, or with 202 and where the rest will be."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from time import monotonic
from typing import TYPE_CHECKING

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from coach.domain.okr_set import OkrSet
from coach.errors import NotFoundError, StorageError
from coach.http.access import Tenant
from coach.http.conditions import etag, is_known
from coach.http.prefer import preference
from coach.http.state import Service

if TYPE_CHECKING:
    from coach.review.saved import Answered, Asking, Manner

_LOOK_S = 0.05
_log = logging.getLogger("coach.http")


async def reviewed(
    request: Request,
    service: Service,
    organisation: str,
    manner: Manner,
    judge: Callable[[], Awaitable[tuple[OkrSet, Answered]]],
) -> tuple[Answered, bool]:
    """Return a review of a stored organisation, and whether it is finished within the time that was asked for.

    Args:
        request: its header `Prefer` says whether the language model is asked, and how long to wait for what is slow.
        service: with a store.
        organisation: id of the stored one.
        manner: how the set is read.
        judge: reviews the set, and keeps it where it is to be kept.
    """
    from coach.review.saved import Asking

    okr_set, answered = await judge()
    wish = preference(request.headers.getlist("prefer"))
    critique = wish is not None and service.opinions is not None and not _settled(answered)
    if not critique and answered.unread is None:
        return answered, True
    asking = answered.unread or Asking(organisation, okr_set, manner, "", date.today())
    answered, finished = await _rest(service, asking, answered, wish.wait if wish else 0.0, critique=critique)
    return answered, finished or wish is None  # whoever knows no `Prefer` gets what there is, as any other answer


def review_answer(
    request: Request, answered: Answered, *, finished: bool = True, status: int = 200, tag: str = ""
) -> Response:
    """Return a kept review as an answer: 202 where a layer is still to speak."""
    headers = {
        "Content-Language": answered.language,
        "Location": f"/api/v1/reviews/{answered.id}",
        "ETag": tag or _tag(answered.id, answered.document),
        "Vary": "Prefer",
    }
    wish = preference(request.headers.getlist("prefer"))
    if wish is not None and (wish.wait or not finished):
        headers["Preference-Applied"] = wish.applied
    if not finished:
        headers["Retry-After"] = "1"
    code = status if finished else 202
    return Response(answered.document, code, media_type="application/json", headers=headers)


def kept_review(request: Request, tenant: Tenant, name: str) -> Response:
    """Return a review as it is kept: 202 as long as one of its layers is still to speak."""
    from coach.review.compare import stages_of
    from coach.review.rest import REST

    with tenant.store.read(tenant.organisation) as unit:
        review = unit.reviews.get(name)
        stages = stages_of(review.document) if review is not None else None
        waiting = stages is not None and "pending" in (stages.similarity, stages.critique)
        waiting = waiting and unit.jobs.under_way(REST, name) is not None
    if review is None:
        raise NotFoundError(f"There is no review {name!r}.")
    tag = _tag(review.id, review.document)
    headers = {"ETag": tag, "Content-Language": review.language, "Cache-Control": "private, no-cache"}
    if is_known(request, tag):
        return Response(status_code=304, headers=headers)
    if waiting:
        headers["Retry-After"] = "1"
    return Response(review.document, 202 if waiting else 200, media_type="application/json", headers=headers)


async def _rest(
    service: Service, asking: Asking, answered: Answered, wait_s: float, *, critique: bool
) -> tuple[Answered, bool]:
    """Let a durable job do the rest, and wait for it as long as was asked for.

    Where the job cannot be noted now, the review leaves as it is: nothing that is slow turns into a failed save.
    """
    until = monotonic() + wait_s
    organisation = asking.organisation
    try:
        job = await run_in_threadpool(_begun, service, asking, answered.id, critique=critique)
        finished = False
        while not finished and monotonic() < until:
            await asyncio.sleep(min(_LOOK_S, max(until - monotonic(), 0)))
            finished = await run_in_threadpool(_ended, service, organisation, job)
        return await run_in_threadpool(_now, service, organisation, asking.okr_set, answered), finished
    except StorageError as error:
        _log.warning("the rest of a review has to wait: %s", error)
        return answered, True


def _begun(service: Service, asking: Asking, review: str, *, critique: bool) -> str:
    assert service.rest is not None
    assert service.jobs is not None
    job = service.rest.plan(review, asking, critique=critique)
    if job.worker is None:
        service.jobs.begin(asking.organisation, job.kind, job.id)
    return job.id


def _ended(service: Service, organisation: str, job: str) -> bool:
    assert service.store is not None
    with service.store.read(organisation) as unit:
        found = unit.jobs.get(job)
    return found is None or not found.under_way


def _now(service: Service, organisation: str, okr_set: OkrSet, answered: Answered) -> Answered:
    """The review as it is kept now, with the source as it was sent."""
    from coach.review.compare import with_source

    assert service.store is not None
    with service.store.read(organisation) as unit:
        kept = unit.reviews.get(answered.id)
    return answered if kept is None else replace(answered, document=with_source(kept.document, okr_set.source))


def _settled(answered: Answered) -> bool:
    from coach.review.compare import stages_of

    return stages_of(answered.document).critique == "done"


def _tag(name: str, document: str) -> str:
    """What changes with a review: its id, and how far its layers are."""
    from coach.review.compare import stages_of

    stages = stages_of(document)
    return etag(f"{name}.{stages.similarity}.{stages.critique}")
