"""Whose draft it is: the stored organisation that a page of drafting stands in."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Query, Request
from starlette.concurrency import run_in_threadpool

from coach.errors import NotFoundError, UnknownCallerError
from coach.http.access import Caller, caller
from coach.http.state import Service, TheService

_Named = Annotated[str | None, Query(alias="organisation", max_length=200)]


async def _within(request: Request, service: TheService, organisation: _Named = None) -> Service:
    """Return the service as it is for one visitor: with the stored organisation that is theirs, or that they chose.

    Somebody without a key, where there are keys, writes without an organisation.
    """
    if service.store is None:
        return service
    try:
        visitor = await caller(request, service)
    except UnknownCallerError:
        if organisation is not None or service.keys_required:
            raise
        return service
    return await run_in_threadpool(_of, service, visitor, organisation)


Within = Annotated[Service, Depends(_within)]


def _of(service: Service, visitor: Caller, named: str | None) -> Service:
    assert service.store is not None
    own = visitor.organisation
    if own is not None and named not in (None, own):
        raise NotFoundError(f"There is no organisation {named!r}.")
    chosen = own or named or _only(service)
    if chosen is None:
        return service
    if own is None and chosen not in service.store.organisations():
        raise NotFoundError(f"There is no organisation {chosen!r}.")
    return replace(service, organisation=service.sets.get(service.store, chosen))


def _only(service: Service) -> str | None:
    """The organisation nobody has to choose: the demo's, or the only one there is."""
    assert service.store is not None
    if service.organisation is not None and service.organisation.organisation is not None:
        return service.organisation.organisation.id
    known = service.store.organisations()
    return known[0] if len(known) == 1 else None
