"""One thing as an answer: the document itself, its version as the ETag."""

from __future__ import annotations

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from coach.http.conditions import etag, is_known


def document_answer(request: Request, value: BaseModel, version: int, *, status: int = 200) -> Response:
    """Return a document, or 304 when the caller has it already."""
    tag = etag(version)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.method == "GET" and is_known(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(value.model_dump_json(by_alias=True), status, media_type="application/json", headers=headers)
