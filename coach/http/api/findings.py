"""`/api/v1/findings`: the remarks of a review, and what people decide about them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict
from pydantic_core import to_json
from starlette.responses import Response

from coach.domain.reading import read_model
from coach.domain.text import Text
from coach.errors import InputError, NotFoundError, Problem
from coach.http.access import Editor, Viewer
from coach.http.api.openapi import PROBLEMS, ref
from coach.http.api.paging import listed, page_answer
from coach.http.api.resources import Body
from coach.http.conditions import etag, expected_version
from coach.http.state import TheService

router = APIRouter(tags=["findings"])
_Fingerprint = Annotated[str, Path(max_length=64, description="The finding's fingerprint.")]
_SHOWN = ("code", "severity", "state", "status", "pointer", "item", "fingerprint")
_ONE = {"description": "The decision.", "content": {"application/json": {"schema": ref("Disposition")}}}


class Decision(BaseModel):
    """What somebody decides about a remark: it stays open, is accepted, or dismissed for a reason or with a note."""

    model_config = ConfigDict(extra="forbid", strict=True)

    decision: Literal["open", "accepted", "dismissed"]
    reason: Literal["deliberate", "mistaken", "later"] | None = None
    note: Text | None = None
    until: date | None = None


@router.get(
    "/findings",
    operation_id="listFindings",
    summary="The findings of a review",
    response_class=Response,
    responses={200: listed("KeptFinding"), **{status: PROBLEMS[status] for status in (401, 403, 404, 422, 503)}},
)
def list_findings(tenant: Viewer, review: Annotated[str, Query(max_length=200)]) -> Response:
    """Return what a review found, in short; the words stand in the review itself."""
    with tenant.store.read(tenant.organisation) as unit:
        if unit.reviews.get(review) is None:
            raise NotFoundError(f"There is no review {review!r}.")
        found = unit.reviews.findings(review)
    return page_answer([{"review": review} | {name: getattr(f, name) for name in _SHOWN} for f in found], None)


@router.get(
    "/findings/{fingerprint}",
    operation_id="getDisposition",
    summary="What was decided about a finding",
    response_class=Response,
    responses={200: _ONE, **{status: PROBLEMS[status] for status in (401, 403, 404, 422, 503)}},
)
def get_disposition(fingerprint: _Fingerprint, tenant: Viewer) -> Response:
    """Return the decision about a remark; `open` where nobody decided anything."""
    from coach.storage.repositories.dispositions import Disposition

    with tenant.store.read(tenant.organisation) as unit:
        known = unit.dispositions.among([fingerprint]).get(fingerprint)
        if known is None and not unit.reviews.has_finding(fingerprint):
            raise NotFoundError(f"There is no finding {fingerprint!r}.")
    return _answer(known or Disposition(fingerprint, "open"))


@router.patch(
    "/findings/{fingerprint}",
    operation_id="decideFinding",
    summary="Accept or dismiss a finding",
    response_class=Response,
    responses={
        200: _ONE,
        **{status: PROBLEMS[status] for status in (400, 401, 403, 404, 409, 412, 413, 415, 422, 503)},
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": ref("Decision")},
            },
        }
    },
)
def decide(fingerprint: _Fingerprint, request: Request, tenant: Editor, body: Body, service: TheService) -> Response:
    """Decide about a remark. Dismissed, it stays away until its words change, or until a day."""
    from coach.storage.repositories.dispositions import Disposition

    wish = read_model(Decision, body, limit=service.settings.max_body_bytes)
    if wish.decision == "dismissed" and wish.reason is None and not (wish.note or "").strip():
        problem = Problem("/reason", "missing", "is required to dismiss a remark, or a note in its place")
        raise InputError("A dismissal needs a reason.", [problem])
    with tenant.store.write(tenant.organisation) as unit:
        if not unit.reviews.has_finding(fingerprint):
            raise NotFoundError(f"There is no finding {fingerprint!r}.")
        made = Disposition(fingerprint, wish.decision, wish.reason, wish.note, tenant.caller.name, wish.until)
        kept = unit.dispositions.put(made, expected=expected_version(request))
        unit.organisation.touch()
        unit.audit.note(tenant.caller.name, wish.decision, f"finding:{fingerprint}")
    return _answer(kept)


def _answer(value: object) -> Response:
    shown = ("fingerprint", "decision", "reason", "note", "by", "until")
    headers = {"ETag": etag(getattr(value, "version", 0))}
    body = to_json({name: getattr(value, name) for name in shown})
    return Response(body, media_type="application/json", headers=headers)
