"""A review with the language model's second opinion: finished in the time asked for, or later."""

from __future__ import annotations

import asyncio

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from coach.domain.okr_set import OkrSet
from coach.domain.review import REVIEW, Review
from coach.http.opinions import Opinions
from coach.http.prefer import Preference
from coach.rubric.engine import Engine


async def with_opinion(
    opinions: Opinions, okr_set: OkrSet, review: Review, engine: Engine, wanted: Preference
) -> Response:
    """Return the finished review, or 202 with what is done and where the rest will be."""
    applied = {"Preference-Applied": wanted.applied}
    known = await run_in_threadpool(opinions.known, okr_set, review, engine)
    if known is not None:
        return _answer(known)
    name, pending, task = opinions.start(okr_set, review, engine)
    await asyncio.wait({task}, timeout=wanted.wait)
    if task.done():
        return _answer(task.result(), headers=applied)
    return _answer(pending, 202, {**applied, "Location": f"/api/v1/reviews/{name}", "Retry-After": "1"})


def unfinished(opinions: Opinions, name: str) -> Response | None:
    """Return a review that was answered with 202, as far as it has come; None where there is none of that name."""
    kept = opinions.reviews.get(name)
    if kept is None:
        return None
    return _answer(kept.review) if kept.finished else _answer(kept.review, 202, {"Retry-After": "1"})


def _answer(review: Review, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    named = {"Content-Language": review.language, "Vary": "Prefer", **(headers or {})}
    return Response(REVIEW.dump_json(review), status, media_type="application/json", headers=named)
