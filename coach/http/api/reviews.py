"""`POST /api/v1/reviews`: an okr-set in, a review out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from coach.domain.language import Language
from coach.domain.reading import read_okr_set
from coach.domain.review import REVIEW
from coach.http.api.examples import DRAFT
from coach.http.api.openapi import PROBLEMS, ref
from coach.http.body import json_body
from coach.http.state import TheService
from coach.review.draft import review_set

router = APIRouter(tags=["reviews"])
_SMALL = 50_000  # bytes that are read and reviewed sooner than a thread is found


@router.post(
    "/reviews",
    operation_id="createReview",
    summary="Review an okr-set",
    response_class=Response,
    responses={
        200: {"description": "The review.", "content": {"application/json": {"schema": ref("Review")}}},
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
) -> Response:
    """Review one draft or a whole cycle with the rubric.

    What was not sent is not assessed, and said once under `notes`. The verdict is advice: nothing here blocks a save.
    """
    document = await json_body(request, service.settings.max_body_bytes)

    def work() -> tuple[bytes, str]:
        okr_set = read_okr_set(document, limit=service.settings.max_body_bytes)
        review = review_set(
            okr_set,
            service.engine(profile),
            language=lang,
            input_language=input_language,
            similarity=service.similarity,
        )
        return REVIEW.dump_json(review), review.language

    answer, spoken = work() if len(document) <= _SMALL else await run_in_threadpool(work)
    return Response(answer, media_type="application/json", headers={"Content-Language": spoken})
