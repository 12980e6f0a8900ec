"""`POST /api/v1/reviews`: an okr-set in, a review out."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from coach.domain.language import Language
from coach.domain.okr_set import OkrSet
from coach.domain.reading import read_okr_set
from coach.domain.review import REVIEW, Review
from coach.errors import NotFoundError
from coach.http.api.examples import DRAFT
from coach.http.api.openapi import PROBLEMS, ref
from coach.http.body import json_body
from coach.http.opinions import Opinions, on_request
from coach.http.prefer import Preference, preference
from coach.http.state import TheService
from coach.review.draft import review_set
from coach.rubric.engine import Engine

router = APIRouter(tags=["reviews"])
_REVIEW = {"application/json": {"schema": ref("Review")}}
_SMALL = 50_000  # bytes that are read and reviewed sooner than a thread is found


@router.post(
    "/reviews",
    operation_id="createReview",
    summary="Review an okr-set",
    response_class=Response,
    responses={
        200: {"description": "The review.", "content": _REVIEW},
        202: {"description": "The stages that are done; `Location` says where the rest will be.", "content": _REVIEW},
        **{status: PROBLEMS[status] for status in (400, 404, 413, 415, 422)},
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": ref("OkrSet"), "example": DRAFT}},
        }
    },
)
async def create_review(
    request: Request,
    service: TheService,
    lang: Annotated[Language | None, Query(description="The reader's language; default: that of the draft.")] = None,
    input_language: Annotated[Language | None, Query(description="The draft's language; default: detected.")] = None,
    profile: Annotated[str | None, Query(max_length=100, description="Profile that judges.")] = None,
    prefer: Annotated[
        list[str] | None,
        Header(description="`respond-async` or `wait=N`: ask for the language model's second opinion, too."),
    ] = None,
) -> Response:
    """Review one draft or a whole cycle with the rubric.

    What was not sent is not assessed, and said once under `notes`. The verdict is advice: nothing here blocks a save.
    A language model, where one is switched on, is asked only with the header `Prefer`; without it nothing waits for one.
    """
    document = await json_body(request, service.settings.max_body_bytes)

    def work() -> tuple[OkrSet, Review]:
        okr_set = read_okr_set(document, limit=service.settings.max_body_bytes)
        review = review_set(
            okr_set,
            service.engine(profile),
            language=lang,
            input_language=input_language,
            similarity=service.similarity,
        )
        return okr_set, review

    okr_set, review = work() if len(document) <= _SMALL else await run_in_threadpool(work)
    wanted = preference(prefer or [])
    opinions = service.opinions
    if opinions is None:
        return _answer(review)
    if wanted is None:
        return _answer(on_request(review))
    return await _with_opinion(opinions, okr_set, review, service.engine(profile), wanted)


@router.get(
    "/reviews/{name}",
    operation_id="getReview",
    summary="A review that was not finished at once",
    response_class=Response,
    responses={
        200: {"description": "The finished review.", "content": _REVIEW},
        202: {"description": "Not finished yet: the stages that are done.", "content": _REVIEW},
        **{status: PROBLEMS[status] for status in (404, 422)},
    },
)
def get_review(service: TheService, name: Annotated[str, Path(max_length=64)]) -> Response:
    """Return a review that was answered with 202, as far as it has come. It is kept for an hour."""
    kept = service.opinions.reviews.get(name) if service.opinions else None
    if kept is None:
        raise NotFoundError("There is no such review, or no longer.", hint="Send the okr-set again.")
    return _answer(kept.review) if kept.finished else _answer(kept.review, 202, {"Retry-After": "1"})


async def _with_opinion(
    opinions: Opinions, okr_set: OkrSet, review: Review, engine: Engine, wanted: Preference
) -> Response:
    applied = {"Preference-Applied": wanted.applied}
    known = await run_in_threadpool(opinions.known, okr_set, review, engine)
    if known is not None:
        return _answer(known)
    name, pending, task = opinions.start(okr_set, review, engine)
    await asyncio.wait({task}, timeout=wanted.wait)
    if task.done():
        return _answer(task.result(), headers=applied)
    return _answer(pending, 202, {**applied, "Location": f"/api/v1/reviews/{name}", "Retry-After": "1"})


def _answer(review: Review, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    named = {"Content-Language": review.language, "Vary": "Prefer", **(headers or {})}
    return Response(REVIEW.dump_json(review), status, media_type="application/json", headers=named)
