"""The OpenAPI 3.1 description: our own formats as components, problems on every error."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

import coach
from coach.domain.okr_set import OkrSet
from coach.domain.review import REVIEW
from coach.http.api.examples import BODIES
from coach.http.api.schemas import KEPT_SCHEMAS

_REF = "#/components/schemas/{model}"
_PROBLEM_SCHEMA = {
    "type": "object",
    "description": "RFC 9457 problem details.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {"pointer": {"type": "string"}, "code": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}


def ref(name: str) -> dict[str, str]:
    """Return a reference to one of the description's schemas."""
    return {"$ref": _REF.format(model=name)}


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/problem+json": {"schema": ref("Problem")}}}


PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: _problem("Not JSON."),
    401: _problem("No API key, or one that is not valid."),
    403: _problem("The key's role does not allow it."),
    404: _problem("There is no such thing."),
    409: _problem("Somebody else has that name, or the same request is under way."),
    412: _problem("It has changed since it was read."),
    413: _problem("Larger than the limit."),
    415: _problem("Not JSON by its content type."),
    422: _problem("JSON, but not usable; every fault is listed with its JSON Pointer."),
    503: _problem("The database is busy or away; Retry-After says when to come back."),
}


def describe(app: FastAPI) -> None:
    """Let the app describe itself, our public formats included."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _description(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _description(app: FastAPI) -> dict[str, Any]:
    description = get_openapi(
        title="okr-coach",
        version=coach.__version__,
        summary="Reads draft OKRs and says what each line really is.",
        routes=app.routes,
    )
    schemas = description.setdefault("components", {}).setdefault("schemas", {})
    _, inputs = models_json_schema([(OkrSet, "validation")], ref_template=_REF)
    review = REVIEW.json_schema(mode="serialization", ref_template=_REF)
    schemas.update(inputs["$defs"])
    schemas.update(review.pop("$defs", {}))
    schemas["Review"] = review
    schemas["Problem"] = _PROBLEM_SCHEMA
    schemas.update(KEPT_SCHEMAS)
    for operation in (entry for place in description["paths"].values() for entry in place.values()):
        if operation.get("operationId") in BODIES:
            operation["requestBody"]["content"]["application/json"]["example"] = BODIES[operation["operationId"]]
    return description
