"""`/api/v1/reviews`: an okr-set in, a review out; kept where it belongs to a stored organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Header, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from coach.domain.language import Language
from coach.domain.okr_set import OkrSet
from coach.domain.reading import read_okr_set
from coach.domain.review import REVIEW, Review
from coach.errors import NotFoundError
from coach.http.access import Caller, TheCaller, Viewer, stored_organisation, tenant_of
from coach.http.api.examples import DRAFT
from coach.http.api.openapi import PROBLEMS, ref
from coach.http.api.opinion import unfinished, with_opinion
from coach.http.api.paging import Cursor, Limit, listed, page_answer
from coach.http.body import json_body
from coach.http.conditions import etag, is_known
from coach.http.idempotency import once
from coach.http.opinions import on_request
from coach.http.prefer import preference
from coach.http.state import Service, TheService
from coach.review.draft import review_set

if TYPE_CHECKING:
    from coach.review.saved import Answered, Manner

router = APIRouter(tags=["reviews"])
_SMALL = 50_000  # bytes that are read and reviewed sooner than a thread is found
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
    wish = preference(prefer or [])
    if service.opinions is not None and wish is not None:
        okr_set, review = await run_in_threadpool(_rubric, caller, document, *manner)
        return await with_opinion(service.opinions, okr_set, review, service.engine(profile), wish)

    def work() -> Response:
        okr_set = read_okr_set(document, limit=service.settings.max_body_bytes)
        organisation = _organisation_of(service, caller, okr_set)
        if organisation is None or service.store is None:
            return service.answers.once(request, document, caller.name, lambda: _plain(request, okr_set, *manner))
        return once(
            request,
            document,
            service.store,
            caller,
            organisation,
            lambda: _kept(request, organisation, okr_set, *manner),
        )

    at_once = len(document) <= _SMALL and caller.organisation is None and b'"organisation"' not in document
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
def get_review(
    review_id: Annotated[str, Path(max_length=200)],
    request: Request,
    service: TheService,
    caller: TheCaller,
    organisation: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Return a review as it was made; one that waits for a second opinion as far as it has come, for an hour."""
    caller.must_be("viewer")
    if service.opinions is not None and (kept := unfinished(service.opinions, review_id)) is not None:
        return kept
    tenant = tenant_of("viewer")(service, caller, organisation)
    with tenant.store.read(tenant.organisation) as unit:
        review = unit.reviews.get(review_id)
    if review is None:
        raise NotFoundError(f"There is no review {review_id!r}.")
    tag = etag(review.id)
    headers = {"ETag": tag, "Content-Language": review.language, "Cache-Control": "private, no-cache"}
    if is_known(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(review.document, media_type="application/json", headers=headers)


def manner_of(
    service: Service, profile: str | None, language: Language | None, input_language: Language | None
) -> Manner:
    """Return how a request wants its set to be read."""
    from coach.review.saved import Manner

    return Manner(service.engine(profile), language, input_language)


def review_answer(request: Request, answered: Answered, *, status: int = 200, tag: str = "") -> Response:
    """Return a kept review as an answer."""
    headers = {
        "Content-Language": answered.language,
        "Location": f"/api/v1/reviews/{answered.id}",
        "ETag": tag or etag(answered.id),
    }
    return Response(answered.document, status, media_type="application/json", headers=headers | applied(request))


def applied(request: Request) -> dict[str, str]:
    """Return the header that says which preference was honoured, if any was given."""
    wish = preference(request.headers.getlist("prefer"))
    return {"Preference-Applied": wish.applied} if wish is not None and wish.wait else {}


def _rubric(
    caller: Caller,
    document: bytes,
    service: Service,
    profile: str | None,
    language: Language | None,
    input_language: Language | None,
) -> tuple[OkrSet, Review]:
    """Return what the rubric says, kept where the set belongs to a stored organisation."""
    okr_set = read_okr_set(document, limit=service.settings.max_body_bytes)
    organisation = _organisation_of(service, caller, okr_set)
    if organisation is None or service.reviewer is None:
        return okr_set, _reviewed(okr_set, service, profile, language, input_language)
    answered = service.reviewer.review(organisation, okr_set, manner_of(service, profile, language, input_language))
    return okr_set, REVIEW.validate_json(answered.document)


def _organisation_of(service: Service, caller: Caller, okr_set: OkrSet) -> str | None:
    if service.store is None:
        return None
    named = okr_set.organisation.id if okr_set.organisation else None
    if named is None and caller.organisation is None:
        return None
    return stored_organisation(service.store, caller, named)


def _kept(
    request: Request,
    organisation: str,
    okr_set: OkrSet,
    service: Service,
    profile: str | None,
    language: Language | None,
    input_language: Language | None,
) -> Response:
    assert service.reviewer is not None
    manner = manner_of(service, profile, language, input_language)
    return review_answer(request, service.reviewer.review(organisation, okr_set, manner))


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
