"""`/api/v1/reviews`: an okr-set in, a review out; kept where it belongs to a stored organisation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Header, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from coach.domain.language import Language
from coach.domain.okr_set import OkrSet
from coach.domain.review import REVIEW, Review
from coach.http.access import Caller, TheCaller, Viewer, stored_organisation, tenant_of
from coach.http.api.examples import DRAFT
from coach.http.api.keeping import kept_review, review_answer, reviewed
from coach.http.api.openapi import PROBLEMS, ref
from coach.http.api.opinion import unfinished, with_opinion
from coach.http.api.paging import Cursor, Limit, listed, page_answer
from coach.http.body import SMALL, json_body, parsed
from coach.http.idempotency import once
from coach.http.prefer import Preference, preference
from coach.http.state import Service, TheService
from coach.review.draft import review_set
from coach.review.opinion import on_request

if TYPE_CHECKING:
    from coach.review.saved import Answered, Manner

router = APIRouter(tags=["reviews"])
Lang = Annotated[Language | None, Query(description="The reader's language; default: that of the draft.")]
InputLanguage = Annotated[Language | None, Query(description="The draft's language; default: detected.")]
Profile = Annotated[str | None, Query(max_length=100, description="Profile that judges.")]
Prefer = Annotated[
    list[str] | None,
    Header(description="`respond-async` or `wait=N`: ask for the language model's second opinion, too."),
]
PENDING = {
    "description": "The stages that are done; `Location` says where the rest will be.",
    "content": {"application/json": {"schema": ref("Review")}},
}
REVIEWED = {"description": "The review.", "content": {"application/json": {"schema": ref("Review")}}}
OKR_SET_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": ref("OkrSet"), "example": DRAFT}},
    }
}


@router.post(
    "/reviews",
    operation_id="createReview",
    summary="Review an okr-set",
    response_class=Response,
    responses={
        200: REVIEWED,
        202: PENDING,
        **{status: PROBLEMS[status] for status in (400, 401, 404, 409, 413, 415, 422, 503)},
    },
    openapi_extra=OKR_SET_BODY,
)
async def create_review(
    request: Request,
    service: TheService,
    caller: TheCaller,
    lang: Lang = None,
    input_language: InputLanguage = None,
    profile: Profile = None,
    prefer: Prefer = None,
) -> Response:
    """Review one draft or a whole cycle with the rubric.

    A set that names a stored organisation (`organisation.id`; with a key: the key's own) is read within it and its review is
    kept: remarks are then new, unchanged or resolved since the last review of the same `source`, or the same objective.
    Without, nothing is kept. What was not sent is not assessed, and said once under `notes`. The verdict is advice: nothing
    here blocks a save. A language model, where one is switched on, is asked only with the header `Prefer`; without it nothing
    waits for one.
    """
    document = await json_body(request, service.settings.max_body_bytes)
    manner = (service, profile, lang, input_language)
    at_once = len(document) <= SMALL and caller.organisation is None and b'"organisation"' not in document
    okr_set = await parsed(document, service.settings.max_body_bytes)
    organisation = (
        _organisation_of(service, caller, okr_set)
        if at_once
        else await run_in_threadpool(_organisation_of, service, caller, okr_set)
    )
    if organisation is not None and service.store is not None:
        keeping = lambda: _kept(request, organisation, okr_set, *manner)  # noqa: E731
        return await once(request, document, service.store, caller, organisation, keeping)
    wish = preference(prefer or [])
    if service.opinions is not None and wish is not None:
        review = await run_in_threadpool(_reviewed, okr_set, *manner)
        return await with_opinion(service.opinions, okr_set, review, service.engine(profile), wish)

    def work() -> Response:
        return service.answers.once(request, document, caller.name, lambda: _plain(request, okr_set, *manner))

    return work() if at_once else await run_in_threadpool(work)


@router.get(
    "/reviews",
    operation_id="listReviews",
    summary="The reviews that are kept",
    response_class=Response,
    responses={200: listed("KeptReview"), **{status: PROBLEMS[status] for status in (401, 403, 404, 422, 503)}},
)
def list_reviews(
    tenant: Viewer,
    limit: Limit = 50,
    cursor: Cursor = None,
    subject: Annotated[str | None, Query(max_length=420, description="Such as `objective:O1`.")] = None,
) -> Response:
    """Return the reviews of the organisation, the newest first."""
    with tenant.store.read(tenant.organisation) as unit:
        page = unit.reviews.page(after=cursor, limit=limit, subject=subject)
    shown = (
        "id",
        "subject",
        "rubric_version",
        "profile",
        "language",
        "stage",
        "overall",
        "circle",
        "cycle",
        "created_at",
    )
    return page_answer([{name: getattr(review, name) for name in shown} for review in page.entries], page.next)


@router.get(
    "/reviews/{review_id}",
    operation_id="getReview",
    summary="One review",
    response_class=Response,
    responses={
        200: REVIEWED,
        202: PENDING,
        304: {"description": "Not changed."},
        **{status: PROBLEMS[status] for status in (401, 403, 404, 422, 503)},
    },
)
async def get_review(
    review_id: Annotated[str, Path(max_length=200)],
    request: Request,
    service: TheService,
    caller: TheCaller,
    organisation: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Return a review as it was made, or with 202 as far as it has come.

    One of a stored organisation is kept; one of no stored organisation can be asked for during an hour, and only where the
    language model is still to speak.
    """
    caller.must_be("viewer")
    if service.opinions is not None and (kept := unfinished(service.opinions, review_id)) is not None:
        return kept
    tenant = await tenant_of("viewer")(service, caller, organisation)
    return await run_in_threadpool(kept_review, request, tenant, review_id)


def manner_of(
    service: Service,
    profile: str | None,
    language: Language | None,
    input_language: Language | None,
    wish: Preference | None,
) -> Manner:
    """Return how a request wants its set to be read, and how long it waits."""
    from coach.review.saved import Manner

    made = Manner(service.engine(profile), language, input_language)
    return made if wish is None else replace(made, patience_s=wish.wait)


def applied(request: Request) -> dict[str, str]:
    """Return the header that says which preference was honoured, if any was given."""
    wish = preference(request.headers.getlist("prefer"))
    return {"Preference-Applied": wish.applied} if wish is not None and wish.wait else {}


def _organisation_of(service: Service, caller: Caller, okr_set: OkrSet) -> str | None:
    if service.store is None:
        return None
    named = okr_set.organisation.id if okr_set.organisation else None
    if named is None and caller.organisation is None:
        return None
    return stored_organisation(service.store, caller, named)


async def _kept(
    request: Request,
    organisation: str,
    okr_set: OkrSet,
    service: Service,
    profile: str | None,
    language: Language | None,
    input_language: Language | None,
) -> Response:
    manner = manner_of(service, profile, language, input_language, preference(request.headers.getlist("prefer")))

    async def judge() -> tuple[OkrSet, Answered]:
        assert service.reviewer is not None
        return okr_set, await run_in_threadpool(service.reviewer.review, organisation, okr_set, manner)

    answered, finished = await reviewed(request, service, organisation, manner, judge)
    return review_answer(request, answered, finished=finished)


def _plain(
    request: Request,
    okr_set: OkrSet,
    service: Service,
    profile: str | None,
    language: Language | None,
    input_language: Language | None,
) -> Response:
    review = _reviewed(okr_set, service, profile, language, input_language)
    if service.opinions is not None:
        review = on_request(review)
    headers = {"Content-Language": review.language} | applied(request)
    return Response(REVIEW.dump_json(review), media_type="application/json", headers=headers)


def _reviewed(
    okr_set: OkrSet, service: Service, profile: str | None, language: Language | None, input_language: Language | None
) -> Review:
    return review_set(
        okr_set,
        service.engine(profile),
        language=language,
        input_language=input_language,
        similarity=service.similarity,
    )
