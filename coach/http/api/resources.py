"""`/api/v1/circles`, `cycles`, `objectives`, `projects`: what an organisation consists of, one document each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from coach.domain.okr_set import Circle, Cycle, Objective, Project
from coach.domain.reading import read_model
from coach.domain.text import Identifier
from coach.errors import InputError, NotFoundError, Problem
from coach.http.access import Role, Tenant, tenant_of
from coach.http.api.documents import document_answer
from coach.http.api.openapi import PROBLEMS, ref
from coach.http.api.paging import Cursor, Limit, listed, page_answer
from coach.http.body import json_body
from coach.http.conditions import expected_version
from coach.http.state import TheService

_READING = (401, 403, 404, 422, 503)
_WRITING = (400, 401, 403, 404, 409, 412, 413, 415, 422, 503)


async def raw_body(request: Request, service: TheService) -> bytes:
    """Return the body of a JSON request."""
    return await json_body(request, service.settings.max_body_bytes)


Body = Annotated[bytes, Depends(raw_body)]
Name = Annotated[Identifier, Path()]


class Repository(Protocol):
    """What a kind's repository can do."""

    def get(self, name: str) -> Any:
        """Return what has an id, or None."""

    def page(self, *, after: str | None = None, limit: int = 50, **only: Any) -> Any:
        """Return some of them."""

    def put(self, value: Any, *, expected: int | None = None) -> tuple[Any, bool]:
        """Keep one."""

    def delete(self, name: str, *, expected: int | None = None) -> None:
        """Delete one."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing.

    Attributes:
        plural: of the address.
        of: its repository within a unit of work.
        role: who may change it.
        filters: by what a list may be narrowed.
    """

    plural: str
    model: type[BaseModel]
    of: Callable[[Any], Repository]
    role: Role
    filters: tuple[str, ...] = ()

    @property
    def singular(self) -> str:
        """Its name, as in the schema."""
        return self.model.__name__


KINDS = (
    Kind("circles", Circle, lambda unit: unit.circles, "champion"),
    Kind("cycles", Cycle, lambda unit: unit.cycles, "champion"),
    Kind("objectives", Objective, lambda unit: unit.objectives, "editor", ("circle", "cycle")),
    Kind("projects", Project, lambda unit: unit.projects, "editor", ("circle",)),
)


def resource_router(kind: Kind) -> APIRouter:
    """Return the endpoints of a kind: list, read, keep, delete."""
    router = APIRouter(tags=[kind.plural])
    one = {"content": {"application/json": {"schema": ref(kind.singular)}}}
    _add_list(router, kind)
    _add_get(router, kind, {"description": f"The {kind.singular.lower()}.", **one})
    _add_put(router, kind, {"description": f"The {kind.singular.lower()} as it is kept.", **one}, one)
    _add_delete(router, kind)
    return router


def _add_list(router: APIRouter, kind: Kind) -> None:
    reader = Annotated[Tenant, Depends(tenant_of("viewer"))]
    name = Annotated[str | None, Query(max_length=200)]

    def answer(tenant: Tenant, limit: int, cursor: str | None, **only: str | None) -> Response:
        wanted = {name: value for name, value in only.items() if value is not None}
        with tenant.store.read(tenant.organisation) as unit:
            page = kind.of(unit).page(after=cursor, limit=limit, **wanted)
        return page_answer([stored.value for stored in page.entries], page.next)

    def plain(tenant: reader, limit: Limit = 50, cursor: Cursor = None) -> Response:
        return answer(tenant, limit, cursor)

    def by_circle(tenant: reader, limit: Limit = 50, cursor: Cursor = None, circle: name = None) -> Response:
        return answer(tenant, limit, cursor, circle=circle)

    def by_both(
        tenant: reader,
        limit: Limit = 50,
        cursor: Cursor = None,
        circle: name = None,
        cycle: name = None,
    ) -> Response:
        return answer(tenant, limit, cursor, circle=circle, cycle=cycle)

    router.add_api_route(
        f"/{kind.plural}",
        {(): plain, ("circle",): by_circle, ("circle", "cycle"): by_both}[kind.filters],
        operation_id=f"list{kind.singular}s",
        summary=f"All {kind.plural}",
        response_class=Response,
        responses={200: listed(kind.singular), **{status: PROBLEMS[status] for status in _READING}},
    )


def _add_get(router: APIRouter, kind: Kind, said: dict[str, Any]) -> None:
    reader = Annotated[Tenant, Depends(tenant_of("viewer"))]

    def get(name: Name, request: Request, tenant: reader) -> Response:
        with tenant.store.read(tenant.organisation) as unit:
            stored = kind.of(unit).get(name)
        if stored is None:
            raise NotFoundError(f"There is no {kind.singular.lower()} {name!r}.")
        return document_answer(request, stored.value, stored.version)

    router.add_api_route(
        f"/{kind.plural}/{{name:path}}",
        get,
        operation_id=f"get{kind.singular}",
        summary=f"One {kind.singular.lower()}",
        response_class=Response,
        responses={
            200: said,
            304: {"description": "Not changed."},
            **{status: PROBLEMS[status] for status in _READING},
        },
    )


def _add_put(router: APIRouter, kind: Kind, said: dict[str, Any], body_schema: dict[str, Any]) -> None:
    writer = Annotated[Tenant, Depends(tenant_of(kind.role))]

    def put(name: Name, request: Request, tenant: writer, body: Body, service: TheService) -> Response:
        value = _named(read_model(kind.model, body, limit=service.settings.max_body_bytes), name)
        with tenant.store.write(tenant.organisation) as unit:
            stored, changed = kind.of(unit).put(value, expected=expected_version(request))
            if changed:
                unit.organisation.touch()
                unit.audit.note(tenant.caller.name, "put", f"{kind.singular.lower()}:{name}")
        created = changed and stored.version == 1
        return document_answer(request, stored.value, stored.version, status=201 if created else 200)

    router.add_api_route(
        f"/{kind.plural}/{{name:path}}",
        put,
        methods=["PUT"],
        operation_id=f"put{kind.singular}",
        summary=f"Keep a {kind.singular.lower()}",
        response_class=Response,
        responses={200: said, 201: said, **{status: PROBLEMS[status] for status in _WRITING}},
        openapi_extra={"requestBody": {"required": True, **body_schema}},
    )


def _add_delete(router: APIRouter, kind: Kind) -> None:
    writer = Annotated[Tenant, Depends(tenant_of(kind.role))]

    def delete(name: Name, request: Request, tenant: writer) -> Response:
        with tenant.store.write(tenant.organisation) as unit:
            kind.of(unit).delete(name, expected=expected_version(request))
            unit.organisation.touch()
            unit.audit.note(tenant.caller.name, "delete", f"{kind.singular.lower()}:{name}")
        return Response(status_code=204)

    router.add_api_route(
        f"/{kind.plural}/{{name:path}}",
        delete,
        methods=["DELETE"],
        operation_id=f"delete{kind.singular}",
        summary=f"Delete a {kind.singular.lower()}",
        status_code=204,
        response_class=Response,
        responses={status: PROBLEMS[status] for status in (401, 403, 404, 409, 412, 422, 503)},
    )


def _named(value: BaseModel, name: str) -> BaseModel:
    given = getattr(value, "id", None)
    if given is None:
        return value.model_copy(update={"id": name})
    if given != name:
        raise InputError("The document is another one.", [Problem("/id", "another-id", f"differs from {name!r}")])
    return value
