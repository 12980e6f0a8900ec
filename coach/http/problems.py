"""Errors as RFC 9457 `application/problem+json`; on pages, as a page."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from coach.domain.pointer import pointer
from coach.errors import CoachError, InputError, Problem
from coach.http.headers import HEADERS
from coach.http.pages.errors import error_page, wants_page

_TYPES = "https://okr-coach.dev/problems/"
_MEDIA = "application/problem+json"
_log = logging.getLogger("coach.http")


def problem(
    status: int, code: str, detail: str, *, errors: list[Problem] | None = None, headers: dict[str, str] | None = None
) -> JSONResponse:
    """Return a problem document.

    Args:
        status: HTTP status.
        code: stable tail of the type URI.
        detail: one sentence for a person.
        errors: every single fault, with its JSON Pointer.
        headers: more headers, such as Retry-After.
    """
    body: dict[str, Any] = {
        "type": _TYPES + code,
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = [{"pointer": e.pointer, "code": e.code, "detail": e.detail} for e in errors]
    return JSONResponse(body, status, headers=headers, media_type=_MEDIA)


def install(app: FastAPI) -> None:
    """Let every error of the service leave as a problem document, or as a page where a person is looking."""

    @app.exception_handler(CoachError)
    async def coach_error(request: Request, error: CoachError) -> Response:
        if wants_page(request):
            page = error_page(request, error.status)
            page.headers.update(error.headers)
            return page
        errors = error.problems if isinstance(error, InputError) else None
        return problem(error.status, error.code, str(error), errors=errors, headers=dict(error.headers))

    @app.exception_handler(RequestValidationError)
    async def bad_request(request: Request, error: RequestValidationError) -> Response:
        if wants_page(request):
            return error_page(request, 422)
        found = [Problem(pointer(e["loc"]), str(e["type"]).replace("_", "-"), str(e["msg"])) for e in error.errors()]
        return problem(422, "validation", "The request has parameters that cannot be used.", errors=found)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        if wants_page(request):
            page = error_page(request, error.status_code)
            page.headers.update(error.headers or {})
            return page
        code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
        headers = dict(error.headers) if error.headers else None
        return problem(error.status_code, code, str(error.detail), headers=headers)

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        _log.error("unexpected %s on %s %s", type(error).__name__, request.method, request.url.path, exc_info=error)
        answer: Response = (
            error_page(request, 500)
            if wants_page(request)
            else problem(500, "internal", "Something went wrong here; the draft itself is not at fault.")
        )
        answer.headers.update(HEADERS)  # made outside the middleware that gives them to every other answer
        return answer
